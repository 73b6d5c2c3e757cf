"""Markup → plain HTML: whatever the page, one HTML5 parse writes it out again well-formed, without scripts and comments.

In what comes out `<` and `>` stand round tags and nowhere else, attributes are quoted and every element that is not void is
closed: so tags can be split off by one pattern, many times faster than a tree is walked in Python.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

MARKUP = re.compile(r"<\s*(?:!doctype html|html|head|body|div|p|article|section|main|meta|title|h1|table|span|br|a\s)[^>]{0,4000}>", re.IGNORECASE)  # fmt: skip
MOST_TAGS_READ, VERY_LONG = 300_000, "very long page"  # what comes behind them is cut off, and it is flagged
LONG = 20_000
LONG_TAG = re.compile(r"<([a-zA-Z][\w:-]{0,40})\s[^<>]{20000,}>")
# Comments, and elements whose text is no markup; <noscript> is read as markup, like any element.
RAW = re.compile(r"<(?:!--|(script|style|xmp|iframe|noembed|noframes|plaintext)(?=[ >])([^>]*)>)")
TAG = re.compile(r"<([^>]*)>")
ATTRIBUTE = re.compile(r' ([^\s=">]+)="([^"]*)"')
VOID = frozenset(["area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "img", "input", "keygen", "link", "meta", "param", "source", "track", "wbr"])  # fmt: skip


@dataclass(frozen=True, slots=True)
class Html:
    """`text` is the whole document as described above; `data` the JSON-LD scripts that stood in it; `cuts` what had to be cut."""

    text: str
    data: tuple[str, ...]
    cuts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Element:
    """A start tag found in `Html.text`: its name, its attributes, and where its content begins."""

    name: str
    attributes: dict[str, str]
    start: int


def is_markup(source: str) -> bool:
    return MARKUP.search(source[:50_000]) is not None


def read_html(source: str) -> Html:
    from resiliparse.parse.html import HTMLTree

    cuts = []
    pieces = source.split("<", MOST_TAGS_READ + 1)
    if len(pieces) > MOST_TAGS_READ:
        source, cuts = "<".join(pieces[:-1]), [VERY_LONG]
    if max(map(len, pieces)) > LONG and LONG_TAG.search(source):  # attributes take time by the square of them
        source, cuts = LONG_TAG.sub(r"<\1>", source), [*cuts, "oversized tag"]
    return Html(*_without_raw(str(HTMLTree.parse(source))), tuple(cuts))


def _without_raw(text: str) -> tuple[str, tuple[str, ...]]:
    """(the markup alone, JSON-LD scripts). Ends are looked for as plain words: a lazy pattern takes ten times as long."""
    kept: list[str] = []
    data: list[str] = []
    at = 0
    while match := RAW.search(text, at):
        end = f"</{match[1]}>" if match[1] else "-->"
        closed = text.find(end, match.end())
        if closed < 0:  # the parser closes all it opens; were it not so, the rest would still be kept
            break
        kept.append(text[at : match.start()])
        if match[1] == "script" and "ld+json" in match[2]:
            data.append(text[match.end() : closed])
        at = closed + len(end)
    return "".join([*kept, text[at:]]), tuple(data)


def attributes_of(tag: str) -> dict[str, str]:
    """The attributes of a start tag as it stands between `<` and `>`."""
    return {name: unescape(value) if "&" in value else value for name, value in ATTRIBUTE.findall(tag)}


def elements(text: str, pattern: re.Pattern[str]) -> Iterator[Element]:
    """The elements whose start tag, brackets and all, the pattern matches."""
    for match in pattern.finditer(text):
        inner = match[0][1:-1]
        yield Element(inner.split(" ", 1)[0], attributes_of(inner), match.end())


def inner_html(text: str, element: Element, most: int = 20_000) -> str:
    """What stands in an element, at most so many characters of it."""
    if element.name in VOID:
        return ""
    depth = 1
    piece = text[element.start : element.start + most]
    for match in re.finditer(rf"<(/?){re.escape(element.name)}[ >]", piece):
        depth += -1 if match[1] else 1
        if not depth:
            return piece[: match.start()]
    return piece[: piece.rfind("<")] if "<" in piece else piece


def inner_text(text: str, element: Element, most: int = 20_000) -> str:
    """An element's words, with a space where an inner tag parts words that would be glued; drawings' titles are no words."""
    first, *rest = inner_html(text, element, most).split("<svg")
    undrawn = first + "".join([piece.partition("</svg>")[2] for piece in rest])
    parts = [unescape(part) for part in TAG.split(undrawn)[::2] if part]
    return "".join(parts) if len(parts) < 2 or any(part[-1:].isspace() for part in parts) else " ".join(parts)
