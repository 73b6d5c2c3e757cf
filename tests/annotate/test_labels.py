"""Labels are never lost, never invented, and coders' agreement is computed as the book says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from coverage.annotate import CodingError, LabelFile, agreement, codebook_text, codebook_version
from coverage.annotate.codebook import CODES
from coverage.annotate.queue import Queue

if TYPE_CHECKING:
    from coverage.annotate.agreeing import Agreement


def test_labels_survive_a_cut_off_line_and_can_be_undone(tmp_path: Path) -> None:
    labels = LabelFile(tmp_path, "ana")
    labels.add("a1", "rejects", "note")
    labels.add("a2", "neutral")
    labels.add("a1", "amplifies")
    taken = labels.undo()
    assert taken is not None
    assert taken.article_id == "a1"
    with labels.path.open("a", encoding="utf-8") as file:
        file.write('{"article_id": "a3", "sta')
    again = LabelFile(tmp_path, "ana")
    assert {k: v.stance for k, v in again.current().items()} == {"a2": "neutral"}
    again.add("a4", "unclear")
    assert {k: v.stance for k, v in LabelFile(tmp_path, "ana").current().items()} == {"a2": "neutral", "a4": "unclear"}
    assert all(json.loads(line) for line in labels.path.read_text(encoding="utf-8").splitlines())


def test_a_last_line_without_its_end_is_kept(tmp_path: Path) -> None:
    labels = LabelFile(tmp_path, "ana")
    labels.add("a1", "rejects")
    labels.path.write_bytes(labels.path.read_bytes().rstrip(b"\n"))
    labels.add("a2", "neutral")
    assert list(LabelFile(tmp_path, "ana").current()) == ["a1", "a2"]


def test_two_desks_on_one_file_see_each_other(tmp_path: Path) -> None:
    one, other = LabelFile(tmp_path, "ana"), LabelFile(tmp_path, "ana")
    one.add("a1", "rejects")
    assert list(other.current()) == ["a1"]
    other.add("a2", "neutral")
    assert list(one.current()) == ["a1", "a2"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"article_id": "a', r"labels-ana.jsonl:1: not JSON"),
        ("[]", r"labels-ana.jsonl:1: a label has the keys"),
        ('{"article_id": "a", "stance": "likes", "coder": "ana"}', r"labels-ana.jsonl:1: stance 'likes'"),
        (
            '{"article_id": "a", "stance": "neutral", "coder": "ana", "about_vote": "much"}',
            r"labels-ana.jsonl:1: about_vote 'much'",
        ),
    ],
)
def test_a_spoilt_line_is_named(tmp_path: Path, line: str, message: str) -> None:
    (tmp_path / "labels-ana.jsonl").write_text(f"{line}\n", encoding="utf-8")
    with pytest.raises(CodingError, match=message):
        LabelFile(tmp_path, "ana")


@pytest.mark.parametrize("coder", ["", "../x", "a b", "x" * 50, "a\n"])
def test_a_coder_cannot_leave_the_folder(tmp_path: Path, coder: str) -> None:
    with pytest.raises(CodingError, match="letters, digits"):
        LabelFile(tmp_path, coder)


def test_a_word_outside_the_codebook_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CodingError, match="not in the codebook"):
        LabelFile(tmp_path, "ana").add("a1", "likes")
    with pytest.raises(CodingError, match="not in the codebook"):
        LabelFile(tmp_path, "ana").add("a1", "neutral", about_vote="much")


def test_every_label_says_by_which_codebook_it_was_given(tmp_path: Path) -> None:
    label = LabelFile(tmp_path, "ana").add("a1", "rejects")
    assert label.codebook == codebook_version()
    assert all(f" {code}:" in codebook_text() or code == "none" for code in CODES)


def test_the_queue_ignores_a_double_press_resumes_and_returns_to_what_was_taken_back(tmp_path: Path) -> None:
    queue = Queue(["a", "b", "c"], LabelFile(tmp_path, "ana"))
    assert queue.answer({"item": "a", "code": "rejects", "note": " n "}) == "saved: rejects"
    assert queue.answer({"item": "a", "code": "amplifies"}) == "that one is coded already"
    assert Queue(["a", "b", "c"], LabelFile(tmp_path, "ana")).next() == "b"
    queue.answer({"item": "b", "code": "neutral"})
    assert queue.answer({"undo": True}) == "taken back: neutral"
    assert (queue.next(), queue.done) == ("b", 1)
    assert queue.answer({"undo": True}) == "taken back: rejects"
    assert queue.next() == "a"
    assert queue.taken_back is not None
    assert queue.taken_back.note == "n"
    assert queue.answer({"undo": True}) == "nothing to undo"


def test_what_cannot_be_kept_is_said_and_the_article_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    queue = Queue(["a"], LabelFile(tmp_path, "ana"))

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("coverage.annotate.labels.os.fsync", full)
    assert queue.answer({"item": "a", "code": "rejects"}).startswith("NOT SAVED: No space left on device")
    assert queue.answer({"item": "a", "code": "nonsense"}).startswith("NOT SAVED: stance 'nonsense'")


def coded(**codes: list[str]) -> Agreement:
    rows = [
        {"coder": coder, "article_id": f"a{k}", "stance": stance}
        for coder, stances in codes.items()
        for k, stance in enumerate(stances)
        if stance
    ]
    return agreement(pd.DataFrame(rows))


def test_agreement_of_two_coders_by_hand() -> None:
    codes = ["rejects"] * 10 + ["amplifies"] * 10
    found = coded(ana=codes, bo=["neutral", *codes[1:]])
    # 20 articles, 40 values (19 rejects, 20 amplifies, 1 neutral), one pair apart: observed disagreement 2/40, expected
    # (40² − 19² − 20² − 1²)/(40·39) = 838/1560
    assert found.alpha == pytest.approx(1 - (2 / 40) / (838 / 1560))
    assert found.low is not None
    assert found.high is not None
    assert found.low <= found.alpha <= found.high <= 1
    assert found.low == pytest.approx(0.722, abs=0.03)
    assert list(found.disagreements["article_id"]) == ["a0"]
    assert found.confusion["n"].sum() == 20
    assert found.coded == {"ana": 20, "bo": 20}


def test_agreement_of_krippendorffs_own_example() -> None:
    """Four observers, twelve units, values missing: nominal alpha .743 (Krippendorff 2011, Computing Krippendorff's
    Alpha-Reliability, example C); our codes stand for his values 1 to 5."""
    names = {"1": "rejects", "2": "amplifies", "3": "neutral", "4": "unclear", "5": "none", ".": ""}
    observers = {
        "a": list("1 2 3 3 2 1 4 1 2 . . .".replace(" ", "")),
        "b": list("1 2 3 3 2 2 4 1 2 5 . 3".replace(" ", "")),
        "c": list(". 3 3 3 2 3 4 2 2 5 1 .".replace(" ", "")),
        "d": list("1 2 3 3 2 4 4 1 2 5 1 .".replace(" ", "")),
    }
    found = coded(**{name: [names[v] for v in values] for name, values in observers.items()})
    assert found.alpha == pytest.approx(0.743, abs=0.0005)
    assert found.n_items == 11


def test_coders_who_guess_agree_by_chance_only() -> None:
    rng = np.random.default_rng(4)
    guesses = [list(rng.choice(["rejects", "amplifies", "neutral"], 300)) for _ in range(2)]
    found = coded(ana=guesses[0], bo=guesses[1])
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0 < found.high


def test_one_coder_has_no_agreement() -> None:
    found = coded(ana=["rejects"])
    assert found.alpha is None
    assert "cannot be computed" in found.in_words()


def test_labels_of_two_codebooks_are_not_put_together() -> None:
    labels = pd.DataFrame(
        {"coder": ["ana", "bo"], "article_id": ["a", "a"], "stance": ["rejects"] * 2, "codebook": ["1-x", "2-y"]}
    )
    with pytest.raises(CodingError, match=r"1-x by ana; 2-y by bo\); code the older ones again"):
        agreement(labels)
