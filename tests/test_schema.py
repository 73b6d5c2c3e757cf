"""One definition → check, codebook, data package."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from coverage.schema import (
    TABLES,
    DataCheckError,
    check_table,
    codebook,
    data_package_fields,
    empty_frame,
    frame_of,
    to_arrow,
)

ROOT = Path(__file__).resolve().parents[1]


def stance_row(**changes: object) -> dict[str, object]:
    row: dict[str, object] = dict.fromkeys(TABLES["stances"].names)
    row |= {
        "article_id": "a1",
        "about_vote": "central",
        "stance": "rejects",
        "p_rejects": 0.9,
        "p_amplifies": 0.05,
        "p_neutral": 0.05,
        "model_version": "1",
    }
    return row | changes


@pytest.mark.parametrize("name", TABLES)
def test_an_empty_table_is_valid(name: str) -> None:
    check_table(name, to_arrow(name, empty_frame(name)))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"stance": "likes"}, "column stance, row 0 .* must be one of rejects, amplifies"),
        ({"p_rejects": 1.5}, "column p_rejects.*at most 1"),
        ({"p_rejects": float("inf")}, "column p_rejects.*(finite|at most)"),
        ({"about_vote": None}, "column about_vote.*required"),
        ({"evidence_start": -1}, "column evidence_start.*at least 0"),
    ],
)
def test_a_broken_row_is_named(change: dict[str, object], message: str) -> None:
    table = to_arrow("stances", frame_of("stances", [stance_row(**change)]))
    with pytest.raises(DataCheckError, match=message):
        check_table("stances", table)


def test_a_repeated_key_is_named() -> None:
    table = to_arrow("stances", frame_of("stances", [stance_row(), stance_row()]))
    with pytest.raises(DataCheckError, match="not unique"):
        check_table("stances", table)


def test_a_lost_reference_is_named() -> None:
    stances = to_arrow("stances", frame_of("stances", [stance_row()]))
    with pytest.raises(DataCheckError, match="'a1' is not in table articles"):
        check_table("stances", stances, {"articles": to_arrow("articles", empty_frame("articles"))})


def test_missing_and_unknown_columns_are_named() -> None:
    frame = frame_of("stances", [stance_row()]).drop(columns="why").assign(extra=1)
    with pytest.raises(DataCheckError, match=r"missing columns \['why'\], unknown columns \['extra'\]"):
        to_arrow("stances", frame)


def test_a_wrong_type_is_refused() -> None:
    with pytest.raises(DataCheckError, match="stances"):
        frame_of("stances", [stance_row(p_rejects="much")])


def test_times_are_utc() -> None:
    row = dict.fromkeys(TABLES["stories"].names) | {
        "article_id": "a",
        "story_id": "a",
        "first_seen": datetime(2024, 3, 9, 10, tzinfo=UTC),
    }
    assert str(frame_of("stories", [row])["first_seen"].dt.tz) == "UTC"


def test_the_codebook_in_docs_is_current() -> None:
    assert (ROOT / "docs" / "codebook.md").read_text(encoding="utf-8") == codebook()


def test_third_party_text_is_not_in_the_data_package() -> None:
    names = {field["name"] for field in data_package_fields("articles")}
    assert "article_id" in names
    assert not names & {"text", "title", "removed"}


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda t: t.name)
def test_definitions_are_sound(table: object) -> None:
    assert set(table.key) <= set(table.names)
    assert len(set(table.names)) == len(table.names)
    assert all(column.meaning.endswith((".", "…")) for column in table.columns)
    for column, target in table.refers:
        other, target_column = target.split(".")
        assert column in table.names
        assert target_column in TABLES[other].names
