"""A study file: what it may say, and what is said when it is wrong."""

from datetime import date
from pathlib import Path

import pytest

from coverage.study import NotBuiltError, StudyError, open_study

ROOT = Path(__file__).resolve().parents[1]
GOOD = """\
title: A vote
events: [president-2024]
window: {from: 2024-03-01, to: 2024-03-31}
languages: [en, uk]
sources:
  - {kind: articles, path: rows.jsonl, retrieved: 2024-04-01}
"""


def study_file(folder: Path, text: str) -> Path:
    path = folder / "studies" / "mine.yml"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_file_opens(tmp_path: Path) -> None:
    study = open_study(study_file(tmp_path, GOOD))
    assert study.name == "mine"
    assert study.window == (date(2024, 3, 1), date(2024, 3, 31))
    assert study.sources[0].path == (tmp_path / "studies" / "rows.jsonl").resolve()
    assert study.raw_folder == tmp_path / "data" / "raw" / "mine"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("languages:", "langauges:", r"mine.yml:4: unknown key `langauges`; did you mean `languages`\?"),
        ("retrieved:", "retreived:", r"mine.yml:6: unknown key `sources.0.retreived`; did you mean `retrieved`\?"),
        ("title: A vote\n", "", r"mine.yml:1: key `title` is missing"),
        ("to: 2024-03-31", "to: 2024-02-31", r"mine.yml:3: `window.to`: .*date"),
        ("to: 2024-03-31", "to: 2024-01-31", r"mine.yml:3: `window`: the window ends \(2024-01-31\) before it begins"),
        ("kind: articles", "kind: article", r"mine.yml:6: `sources.0.kind`"),
        ("path: rows.jsonl, ", "", r"mine.yml:6: `sources.0`: a source of kind `articles` needs a `path`"),
        (
            "president-2024",
            "president-2042",
            r"event 'president-2042' is not in the catalog; known events: .*president-2024",
        ),
        ("languages: [en, uk]", "languages: [en", r"mine.yml:\d: .*check the indentation"),
    ],
)
def test_a_wrong_file_says_where_and_what(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in GOOD
    with pytest.raises(StudyError, match=message):
        open_study(study_file(tmp_path, GOOD.replace(old, new)))


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="the file is empty"):
        open_study(study_file(tmp_path, ""))


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = study_file(tmp_path, GOOD)
    path.write_bytes("title: Вибори\n".encode("cp1251"))
    with pytest.raises(StudyError, match="not UTF-8 at byte 7"):
        open_study(path)


def test_an_unknown_name_lists_the_ready_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "docs")
    with pytest.raises(StudyError, match=r"no study 'demmo'.*ready ones: .*demo.*referendums-2022"):
        open_study("demmo")


@pytest.mark.parametrize("path", sorted((ROOT / "studies").glob("*.yml")), ids=lambda p: p.stem)
def test_every_ready_study_opens(path: Path) -> None:
    study = open_study(path)
    assert study.event_records
    assert all(study.window[0] <= event.first_day <= study.window[1] for event in study.event_records)


def test_a_table_that_is_not_built_says_how_to_build_it(tmp_path: Path) -> None:
    study = open_study(study_file(tmp_path, GOOD))
    with pytest.raises(NotBuiltError, match="vote-coverage build"):
        _ = study.articles
    with pytest.raises(AttributeError, match="tables are captures"):
        _ = study.artciles


def test_a_query_runs_in_one_thread_so_that_ties_keep_their_order(tmp_path: Path) -> None:
    # two threads give tied rows of an aggregate in another order about once in fifty times
    study = open_study(study_file(tmp_path, GOOD))
    assert study.query("select current_setting('threads') as threads")["threads"].tolist() == [1]
