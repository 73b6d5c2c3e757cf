"""A sheet comes back as it went out, whatever program saved it; what is wrong in it is named by file and line, and nothing is taken."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from coverage.annotate import CodingError, LabelFile, coding_folder, draw_sample, export_sheet, import_sheet
from coverage.annotate.spreadsheet import FORMULA, safe, unsafe

if TYPE_CHECKING:
    from coverage.study import Study

pytestmark = pytest.mark.xdist_group("demo")
Rows = list[dict[str, str]]


@pytest.fixture
def sheet(coding: Study, tmp_path: Path) -> Path:
    """The sheet of a coder who has ten articles."""
    draw_sample(coding, 10, seed=2)
    path = tmp_path / "sheet.csv"
    assert export_sheet(coding, "ana", path) == 10
    return path


def read(path: Path) -> Rows:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, rows: Rows, *, encoding: str = "utf-8-sig", delimiter: str = ",") -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)


def codes(coding: Study) -> dict[str, str]:
    return {key: label.stance for key, label in LabelFile(coding_folder(coding), "ana").current().items()}


@pytest.mark.parametrize(("encoding", "delimiter"), [("utf-8-sig", ","), ("utf-8", ";"), ("utf-16", "\t")])
def test_a_sheet_comes_back_from_any_program(coding: Study, sheet: Path, encoding: str, delimiter: str) -> None:
    rows = read(sheet)
    rows[0] |= {"stance": "Rejects ", "about_vote": "c", "note": safe("=1+1 „гарна“ нотатка;\nдругий рядок")}
    rows[1]["stance"] = "2.0"  # a key of the desk, as a spreadsheet writes a number
    rows[2]["stance"] = "none"
    write(sheet, rows[::-1], encoding=encoding, delimiter=delimiter)  # sorted otherwise, whole rows
    found = import_sheet(coding, "ana", sheet)
    assert (found.changed, found.same, found.blank, found.kept) == (3, 0, 7, 0)
    items = [row["item"].removeprefix("a-") for row in rows]
    assert codes(coding) == {items[0]: "rejects", items[1]: "amplifies", items[2]: "none"}
    first = LabelFile(coding_folder(coding), "ana").current()[items[0]]
    assert (first.about_vote, first.note) == ("central", "=1+1 „гарна“ нотатка;\nдругий рядок")
    again = import_sheet(coding, "ana", sheet)
    assert (again.changed, again.same, again.blank) == (0, 3, 7)
    rows[0]["stance"] = ""
    write(sheet, rows)
    assert import_sheet(coding, "ana", sheet).kept == 1
    assert codes(coding)[items[0]] == "rejects"


def change(at: int, **cells: str) -> Callable[[Rows], Rows]:
    return lambda rows: [{**row, **cells} if k == at else row for k, row in enumerate(rows)]


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (change(4, stance="likes"), r"row 6\): stance 'likes' is not in the codebook; use one of rejects, amplifies"),
        (change(4, about_vote="much"), r"row 6\): about_vote 'much' is not in the codebook"),
        (change(4, item="a-1.2E+46"), r"row 6\): item 'a-1.2E\+46' is not among this coder's"),
        (change(4, title="another"), r"row 6\): the title is not that of item"),
        (change(4, codebook="0-old"), r"row 6\): coded by codebook '0-old', now in force is"),
        (lambda rows: [*rows, rows[4]], r"row 12\): item .* stands at .*\(row 6\) already; delete one of the two"),
        (lambda rows: rows[1:], r"sheet.csv: 1 rows are missing, first item 'a-"),
        (lambda rows: [{k: v for k, v in row.items() if k != "stance"} for row in rows], r":1: column 'stance' is mis"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_taken(
    coding: Study, sheet: Path, spoil: Callable[[Rows], Rows], message: str
) -> None:
    write(sheet, spoil([{**row, "stance": "neutral"} for row in read(sheet)]))
    with pytest.raises(CodingError, match=message):
        import_sheet(coding, "ana", sheet)
    assert codes(coding) == {}


def test_the_line_named_is_the_one_an_editor_shows(coding: Study, sheet: Path) -> None:
    """Texts have line breaks in them, so the line is not the row."""
    write(sheet, [{**row, "stance": "WRONG HERE" if k == 4 else ""} for k, row in enumerate(read(sheet))])
    with pytest.raises(CodingError) as caught:
        import_sheet(coding, "ana", sheet)
    line = int(str(caught.value).split("sheet.csv:")[1].split(" ")[0])
    lines = sheet.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").split("\n")
    assert line > 6
    assert lines[line - 1].startswith(read(sheet)[4]["item"])


def test_a_sheet_in_an_old_encoding_is_refused_with_the_remedy(coding: Study, sheet: Path) -> None:
    sheet.write_bytes(sheet.read_text(encoding="utf-8-sig").encode("cp1251", errors="replace") + "ї".encode("cp1251"))
    with pytest.raises(CodingError, match=r"sheet.csv:\d+: not UTF-8; save the sheet as “CSV UTF-8”"):
        import_sheet(coding, "ana", sheet)


def test_a_sheet_with_codes_is_not_written_over(coding: Study, sheet: Path) -> None:
    with pytest.raises(CodingError, match="there already, codes may be in it"):
        export_sheet(coding, "ana", sheet)


def test_no_cell_is_a_formula_and_the_outlet_is_hidden(coding: Study, sheet: Path) -> None:
    rows = read(sheet)
    assert not [cell for row in rows for cell in row.values() if cell.startswith(FORMULA)]
    outlets = coding.articles.set_index("article_id")["outlet_id"]
    for row in rows:
        name = coding.catalog.outlets[outlets[row["item"].removeprefix("a-")]].name
        assert name.casefold() not in (row["title"] + row["text"] + row["mentions"]).casefold()
    for words in ["=1", "'=1", "''x", "'", "plain", "", "＠x", "-1"]:
        assert unsafe(safe(words)) == words
