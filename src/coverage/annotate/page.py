"""What a coder sees of an article: its words with the mentions of the vote marked, and nothing that tells whose it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from coverage.catalog import Outlet
    from coverage.study import Study

Span = tuple[int, int]
OUTLET, ADDRESS = "[outlet]", "[address]"
ADDRESSES = re.compile(
    r"\b(?:https?://|www\.)\S+|\bt\.me/\S+|[\w.+-]+@[\w-]+\.[\w.-]+|(?<!\w)@\w{3,}|\b(?:[\w-]+\.)+(?:com|net|org|info|news|media|press|ua|ru|su|by|de|fr|pl|es|it|bg|pt|uk|eu|tv|example)\b(?:/\S*)?",
    re.IGNORECASE,
)
SHORT = (
    4  # letters: shorter names (RT, AP, НВ) are looked for as they are written, longer ones in any case and inflected
)
ENDING = r"\w{0,3}"


@dataclass(frozen=True)
class Piece:
    """A run of words, marked where it speaks of the vote."""

    words: str
    is_marked: bool


@dataclass(frozen=True)
class Page:
    """One article to code. `paragraphs` are runs of pieces; the headline is apart and may be empty."""

    article_id: str
    language: str
    title: tuple[Piece, ...]
    paragraphs: tuple[tuple[Piece, ...], ...]

    @property
    def headline(self) -> str:
        return "".join(piece.words for piece in self.title)

    @property
    def text(self) -> str:
        return "\n\n".join("".join(piece.words for piece in paragraph) for paragraph in self.paragraphs)

    @property
    def mentions(self) -> list[str]:
        """The marked words, in reading order."""
        return [piece.words for run in (self.title, *self.paragraphs) for piece in run if piece.is_marked]


class Pages:
    """Pages of a built study by article id, read once."""

    def __init__(self, study: Study) -> None:
        self._articles = study.table("articles").set_index("article_id")
        self._mentions = dict(iter(study.table("mentions").groupby("article_id")))
        self._outlets = study.catalog.outlets

    def __contains__(self, article_id: str) -> bool:
        return article_id in self._articles.index

    def __getitem__(self, article_id: str) -> Page:
        row = self._articles.loc[article_id]
        mentions = self._mentions.get(article_id)
        hidden = names_to_hide(row, self._outlets.get(row["outlet_id"]))
        title, text = row["title"], row["text"]
        runs = [(m.group(), m.start()) for m in re.finditer(r"[^\n]+", text) if m.group().strip()]
        in_text, in_title = _spans(mentions, False), _spans(mentions, True)
        return Page(
            article_id,
            row["language"],
            tuple(pieces(title, in_title, hidden_spans(title, hidden))),
            tuple(
                tuple(pieces(words, [(s - at, e - at) for s, e in in_text], hidden_spans(words, hidden)))
                for words, at in runs
            ),
        )


def names_to_hide(article: Mapping[str, Any] | pd.Series, outlet: Outlet | None) -> re.Pattern[str] | None:
    """A pattern for the names of the article's own outlet and of the agency it credits; None where there are none.

    Other outlets that the text names stay: who is quoted belongs to what is coded.
    """
    if outlet is None:
        domain = str(article["outlet_id"]).removeprefix("unknown:")
        names = [domain, domain.rpartition(".")[0]]
    else:
        names = [
            *outlet.names.values(),
            *outlet.domains,
            *(d.split(".")[0] for d in outlet.domains),
            outlet.telegram or "",
        ]
    if isinstance(article["agency"], str):
        names.append(article["agency"])
    patterns = sorted({_as_pattern(name) for name in names if len(name) >= 2}, key=lambda p: (-len(p), p))
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)") if patterns else None


def _as_pattern(name: str) -> str:
    if len(name) < SHORT:
        return re.escape(name)
    if name.isascii():
        return rf"(?i:{re.escape(name)})"
    stem = re.sub(r"[аеиіоуыьюяйєїАЕИІОУЫЬЮЯЙЄЇ]$", "", name)  # Ukrainian and Russian names are inflected
    return rf"(?i:{re.escape(stem)}){ENDING}"


def hidden_spans(words: str, names: re.Pattern[str] | None) -> list[tuple[int, int, str]]:
    """(start, end, what stands there instead), in order and apart."""
    found = [(*m.span(), ADDRESS) for m in ADDRESSES.finditer(words)]
    if names is not None:
        found += [(*m.span(), OUTLET) for m in names.finditer(words)]
    apart: list[tuple[int, int, str]] = []
    for start, end, instead in sorted(found):
        if not apart or start >= apart[-1][1]:
            apart.append((start, end, instead))
    return apart


def pieces(words: str, marks: Iterable[Span], hidden: Iterable[tuple[int, int, str]]) -> Iterator[Piece]:
    """`words` cut at every mark's and every hidden stretch's ends, hidden ones replaced; offsets count within `words`."""
    marked = [False] * len(words)
    for start, end in marks:
        for k in range(max(0, start), min(len(words), end)):
            marked[k] = True
    cells: list[tuple[str, bool]] = []
    at = 0
    for start, end, instead in [*hidden, (len(words), len(words), "")]:
        cells += [(words[k], marked[k]) for k in range(at, start)]
        cells.append((instead, any(marked[start:end])))
        at = end
    run, is_marked = "", False
    for letters, is_now in cells:
        if letters and is_now != is_marked:
            if run:
                yield Piece(run, is_marked)
            run, is_marked = "", is_now
        run += letters
    if run:
        yield Piece(run, is_marked)


def _spans(mentions: pd.DataFrame | None, in_headline: bool) -> list[Span]:
    if mentions is None:
        return []
    rows = mentions[(mentions["place"] == "headline") == in_headline]
    return [(int(start), int(end)) for start, end in zip(rows["start"], rows["end"], strict=True)]
