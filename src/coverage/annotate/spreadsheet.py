"""The same coding as a spreadsheet: written out, filled in anywhere, read back line by line."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from coverage.annotate.agreeing import codes_so_far, to_settle
from coverage.annotate.codebook import CODES, HOW_MUCH, KEYS, codebook_version
from coverage.annotate.labels import CodingError, LabelFile, coding_folder
from coverage.annotate.page import Page, Pages
from coverage.annotate.sample import load_sample

if TYPE_CHECKING:
    from coverage.study import Study

COLUMNS = ("item", "codebook", "language", "title", "mentions", "text", "codes", "stance", "about_vote", "note")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # what a spreadsheet may take for a formula
LONGEST = 30_000  # characters: Excel cuts a cell off at 32,767 without a word
ITEM = "a-"  # before an id: one of digits only would be rounded as a number, one like 12e45 read as 1.2E+46


@dataclass(frozen=True)
class Imported:
    """What came of a filled sheet."""

    changed: int
    same: int
    blank: int
    kept: int  # blank in the sheet, coded before: the code stays

    def in_words(self) -> str:
        kept = f" ({self.kept} of them coded before: those codes stay)" if self.kept else ""
        return f"{self.changed} codes new or changed, {self.same} as before, {self.blank} rows blank{kept}"


@dataclass(frozen=True)
class _Row:
    """One line of a sheet; `where` is file, line and row for messages."""

    where: str
    article_id: str
    stance: str
    about_vote: str | None
    note: str


def export_sheet(study: Study, coder: str, path: Path, *, settle: bool = False) -> int:
    """Write a coder's articles as CSV (UTF-8 with a byte order mark, for Excel), codes so far filled in; returns the rows.

    Outlets are hidden as on the desk. With `settle`, only what is coded differently, with the codes given. Raises
    CodingError where the file is there already.
    """
    if path.exists():
        raise CodingError(f"{path}: there already, codes may be in it; import it first, or give another name")
    folder = coding_folder(study)
    done = LabelFile(folder, coder, is_settling=settle).current()
    said = codes_so_far(folder) if settle else {}
    pages = Pages(study)
    ids = _ids(study, coder, settle)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for article_id in ids:
            label = done.get(article_id)
            codes = (label.stance, label.about_vote or "", label.note) if label else ("", "", "")
            written = [*_shown(pages[article_id]), "; ".join(said.get(article_id, [])), *codes]
            writer.writerow([ITEM + article_id, codebook_version(), *map(safe, written)])
    return len(ids)


def import_sheet(study: Study, coder: str, path: Path, *, settle: bool = False) -> Imported:
    """Read the codes of a filled sheet. All or nothing: a changed id, a shifted title, an unknown code, a row missing or
    there twice, another codebook raise CodingError with file, line and remedy, and no code is taken.
    """
    titles = {article_id: page.headline for article_id, page in _pages(study, _ids(study, coder, settle))}
    rows = list(_checked(path, titles))
    _refuse_missing(path, titles, rows)
    labels = LabelFile(coding_folder(study), coder, is_settling=settle)
    before = labels.current()
    found: Counter[str] = Counter()
    for row in rows:
        old = before.get(row.article_id)
        if not row.stance:
            found["blank"] += 1
            found["kept"] += old is not None
        elif old and (old.stance, old.about_vote, old.note) == (row.stance, row.about_vote, row.note):
            found["same"] += 1
        else:
            labels.add(row.article_id, row.stance, row.note, row.about_vote)
            found["changed"] += 1
    return Imported(found["changed"], found["same"], found["blank"], found["kept"])


def safe(words: str) -> str:
    """`words` as a cell that no spreadsheet runs: an apostrophe goes before what could be taken for a formula."""
    return f"'{words}" if words.startswith((*FORMULA, "'")) else words


def unsafe(cell: str) -> str:
    """What `safe` was given."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith((*FORMULA, "'")) else cell


def _ids(study: Study, coder: str, settle: bool) -> list[str]:
    return to_settle(study) if settle else load_sample(study).items_of(coder)


def _pages(study: Study, ids: Sequence[str]) -> Iterator[tuple[str, Page]]:
    pages = Pages(study)
    return ((article_id, pages[article_id]) for article_id in ids)


def _shown(page: Page) -> list[str]:
    text = page.text
    if len(text) > LONGEST:
        text = f"{text[:LONGEST]} […{len(text) - LONGEST} more characters: read them on the desk]"
    return [page.language, page.headline, "\n".join(page.mentions)[:LONGEST], text]


def _checked(path: Path, titles: dict[str, str]) -> Iterator[_Row]:
    words = _decoded(path)
    reader = csv.DictReader(io.StringIO(words, newline=""), delimiter=_delimiter(words))
    missing = [name for name in ("item", "codebook", "title", "stance") if name not in (reader.fieldnames or ())]
    if missing:
        raise CodingError(
            f"{path}:1: column {missing[0]!r} is missing; keep the first line and all columns as exported"
        )
    seen: dict[str, str] = {}
    line = reader.line_num + 1
    for number, row in enumerate(reader, start=2):
        where = f"{path}:{line} (row {number})"
        line = reader.line_num + 1
        if not any((cell or "").strip() for cell in row.values() if isinstance(cell, str)):
            continue
        yield _row(where, {str(k): v if isinstance(v, str) else "" for k, v in row.items()}, titles, seen)


def _row(where: str, row: dict[str, str], titles: dict[str, str], seen: dict[str, str]) -> _Row:
    article_id = row["item"].strip().removeprefix(ITEM)
    if article_id not in titles:
        raise CodingError(
            f"{where}: item {row['item']!r} is not among this coder's; an id was changed, or the sheet is another's: export again"
        )
    if article_id in seen:
        raise CodingError(f"{where}: item {row['item']!r} stands at {seen[article_id]} already; delete one of the two")
    seen[article_id] = where
    if _letters(unsafe(row["title"])) != _letters(titles[article_id]):
        raise CodingError(
            f"{where}: the title is not that of item {row['item']!r}; a column was sorted alone, or a title edited: export again"
        )
    if row["codebook"].strip() != codebook_version():
        raise CodingError(
            f"{where}: coded by codebook {row['codebook']!r}, now in force is {codebook_version()!r}; export again and check the codes by the new one"
        )
    stance = _code(where, "stance", row["stance"], KEYS, CODES)
    about_vote = _code(where, "about_vote", row.get("about_vote", ""), HOW_MUCH, tuple(HOW_MUCH.values()))
    return _Row(where, article_id, stance, about_vote or None, unsafe(row.get("note", "")).strip())


def _code(where: str, column: str, cell: str, keys: dict[str, str], codes: tuple[str, ...]) -> str:
    """A code, by its word or its key on the desk; empty where the cell is."""
    word = cell.strip().lower().removesuffix(".0")
    code = keys.get(word, word)
    if code and code not in codes:
        raise CodingError(f"{where}: {column} {cell!r} is not in the codebook; use one of {', '.join(codes)}")
    return code


def _refuse_missing(path: Path, titles: dict[str, str], rows: Sequence[_Row]) -> None:
    there = {row.article_id for row in rows}
    missing = [article_id for article_id in titles if article_id not in there]
    if missing:
        raise CodingError(
            f"{path}: {len(missing)} rows are missing, first item {ITEM + missing[0]!r}; leave rows that are not coded blank, do not delete them"
        )


def _decoded(path: Path) -> str:
    """The sheet's words; Excel writes UTF-8 with a byte order mark, or UTF-16 as “Unicode text”."""
    data = path.read_bytes()
    try:
        return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise CodingError(f"{path}:{line}: not UTF-8; save the sheet as “CSV UTF-8”") from None


def _delimiter(words: str) -> str:
    """Comma, the semicolon that Excel writes in much of Europe, or a tab."""
    first = words.partition("\n")[0]
    return max(",;\t", key=first.count)


def _letters(words: str) -> str:
    return "".join(words.split())
