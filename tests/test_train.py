"""Refitting the stance model: the same labels give the same file, nothing is overwritten unasked, bad lines are named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from coverage.train import fold_groups, train_model
from coverage.yamlfile import FileError

SENTENCES = {
    "rejects": "Russia held a sham referendum in occupied Kherson, at gunpoint, number {n}.",
    "amplifies": "Kherson residents overwhelmingly voted to reunite with Russia in a historic referendum, district {n}.",
    "neutral": "Officials will hold a referendum in Kherson on day {n}, Reuters reported.",
}


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    labels, articles = tmp_path / "labels.jsonl", tmp_path / "articles.jsonl"
    rows = [(f"{stance}{n}", stance, text.format(n=n)) for stance, text in SENTENCES.items() for n in range(8)]
    labels.write_text(
        "".join(json.dumps({"id": i, "about_vote": "central", "stance": s}) + "\n" for i, s, _ in rows),
        encoding="utf-8",
    )
    articles.write_text(
        "".join(
            json.dumps(
                {
                    "id": i,
                    "outlet_domain": f"{i}.example",
                    "published": "2022-09-24",
                    "language": "en",
                    "title": "",
                    "text": t,
                }
            )
            + "\n"
            for i, _, t in rows
        ),
        encoding="utf-8",
    )
    return labels, articles


def test_the_same_labels_give_the_same_model(files: tuple[Path, Path], tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert "fitted on 24 labels" in train_model(*files, tmp_path / name)
    assert (tmp_path / "one" / "model.json").read_bytes() == (tmp_path / "two" / "model.json").read_bytes()
    assert json.loads((tmp_path / "one" / "model.json").read_text(encoding="utf-8"))["training_digest"].startswith(
        "sha256:"
    )


def test_nothing_is_overwritten_unasked(files: tuple[Path, Path], tmp_path: Path) -> None:
    train_model(*files, tmp_path / "out")
    with pytest.raises(FileError, match="--force"):
        train_model(*files, tmp_path / "out")
    train_model(*files, tmp_path / "out", force=True)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"id": "x", "about_vote": "central"}', "labels.jsonl:25: key `stance` is missing"),
        (
            '{"id": "x", "about_vote": "central", "stance": "likes"}',
            "labels.jsonl:25: stance 'likes' is not in the codebook",
        ),
        ('{"id": "x", "abo', "labels.jsonl:25: not JSON"),
        ('{"id": "x", "about_vote": "central", "stance": "neutral"}', "1 labelled articles are not in it, e.g. x"),
    ],
)
def test_a_bad_label_is_named(files: tuple[Path, Path], tmp_path: Path, line: str, message: str) -> None:
    with files[0].open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    with pytest.raises(FileError, match=message):
        train_model(*files, tmp_path / "out")


def test_outlets_that_share_a_copy_share_a_fold() -> None:
    story = (
        "The occupation authorities opened polling stations in nine towns on Friday morning, and soldiers went from door to door with ballot boxes, residents told our reporter by telephone. "
        * 2
    )
    rows = {
        "a": {"outlet_domain": "a.example", "text": story, "published": "2022-09-24", "language": "en"},
        "b": {"outlet_domain": "b.example", "text": story, "published": "2022-09-25", "language": "en"},
        "c": {
            "outlet_domain": "c.example",
            "text": "Quite another report about the harvest, the price of wheat and the ships that wait in the port for their papers.",
            "published": None,
            "language": "en",
        },
    }
    groups = fold_groups(rows)
    assert groups["a"] == groups["b"] != groups["c"]
