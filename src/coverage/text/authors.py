"""Who wrote it: persons from the page's own data, else from its byline; agencies apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import unescape
from typing import Any

from coverage.text.blocks import HINT_NAMES, Page
from coverage.text.metadata import Metadata, referred, squeezed, types_of, word_key

MOST_AUTHORS = 12
AUTHOR_ITEMS = ("author", "creator", "author creator", "creator author")
AUTHOR_PLACE, COMMENT_PLACE = (1 << HINT_NAMES.index(name) for name in ("author", "comment"))
BY = re.compile(
    r"^\W*(?:(?:(?:recipe|text|words|story|report|article|posted|written|published|reviewed|analysis|opinion)\s+)?by(?:\s*:|\s)|authors?\s*:|von\s|par\s|por\s|autor(?:e|a|in)?\s*:|di\s(?=[A-Z])|автор\s*:?\s|текст\s*:|автори\s*:|авторы\s*:|tekst\s*:)\s*",
    re.IGNORECASE,
)
GLUED_BY = re.compile(r"^By(?=[A-Z][a-z])")  # «ByDaryl Austin»: two tags without a space
# Where a name ends in a byline: a date, a clock, a role, a separator.
CUT = re.compile(
    r"\s*(?:[•|·⋅∙‧/()\[\]@©]|\s[-–—]\s|\bon\b|\bin\b(?=\s[A-Z])|\bfor\b|\bat\b|\b(?:updated|published|posted|contributing|senior|staff|editor|writer|reporter|correspondent|last|special to|follow|about|view|more)\b|\d|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b).*$",
    re.IGNORECASE | re.DOTALL,
)
SPLIT = re.compile(r"\s*(?:;|,|\s&\s|\s(?:and|und|et|y|та|и|i|with)\s|\s\+\s|\n)\s*")
DEGREE = re.compile(r"^(?:ph\.?\s?d|m\.?d|rd|rdn|mba|cpa|r\.?n|jr|sr|cfp|ms|ma|msc|esq|dds|do|dvm|pharmd|lcsw|ii|iii|iv)\.?$", re.IGNORECASE)  # fmt: skip
NOBODY = re.compile(
    r"^(?:admin\w*|webmaster|editor(?:s|ial)?(?: team| staff| board)?|staff(?: writer| reporter)?|guest(?: author)?|author|unknown|anonymous|n/?a|none|null|user|redaktion|redazione|redacción|rédaction|redakcja|редакц\w+|редактор\w*|адміністратор|администратор|web ?desk|view (?:all|more) posts?.*|posts? by.*|\d+ (?:minutes?|min).*)$",
    re.IGNORECASE,
)
OTHER = re.compile(r"\b(?:credit|photo|image|author|authors|about|share|comments?|read|by|sign|log|university|subscribe|newsletter|profile|home|menu|related|latest|news|blog|team|contact|bio|articles?|posts?)\b", re.IGNORECASE)  # fmt: skip
PARTICLES = frozenset(
    [
        "de",
        "da",
        "do",
        "dos",
        "das",
        "del",
        "della",
        "di",
        "du",
        "van",
        "von",
        "der",
        "den",
        "ter",
        "la",
        "le",
        "el",
        "al",
        "bin",
        "ibn",
        "st",
        "mc",
        "y",
        "e",
        "of",
        "the",
        "with",
    ]
)
META_AUTHOR = ("author", "article:author", "parsely-author", "sailthru.author", "citation_author", "citation_authors", "dc.creator", "dcterms.creator", "byl", "article:author_name", "mediator_author", "cxenseparse:author", "og:article:author")  # fmt: skip


def find_authors(
    page: Metadata, lines: Iterable[tuple[str, bool]], agencies: Mapping[str, str]
) -> tuple[tuple[str, ...], str | None]:
    """(persons, agency): the first source that names anybody. `lines` as `byline_places` gives them."""
    agency: str | None = None
    for names in _sources(page, lines):
        persons: list[str] = []
        for name in names:
            if (known := agencies.get(name.lower())) is not None:
                agency = agency or known
            elif name not in persons:
                persons.append(name)
        if persons:
            return tuple(persons[:MOST_AUTHORS]), agency
    return (), agency


def _sources(page: Metadata, lines: Iterable[tuple[str, bool]]) -> Iterable[list[str]]:
    told = list(referred(page.main.get("author"), page.things))
    bodies = [one for one in told if isinstance(one, dict) and any("Organization" in kind for kind in types_of(one))]
    yield [n for one in told if one not in bodies for n in _names(_called(one))]
    for key in META_AUTHOR:
        yield [n for value in page.metas.get(key, ()) for n in _names(value)]
    for n in ("1", "2"):
        if re.search(r"author|written|by|автор|autor|von", page.meta(f"twitter:label{n}"), re.IGNORECASE):
            yield _names(page.meta(f"twitter:data{n}"))
    yield [n for key, value in page.items if key in AUTHOR_ITEMS for n in _byline(value, is_marked=True)][:3]
    yield [n for value in page.rel_authors for n in _names(value)][:1]
    for words, is_marked in lines:
        yield _byline(words, is_marked=is_marked)
    yield [n for one in bodies for n in _names(_called(one))]  # a body counts where no person is named


def byline_places(page: Page, head_at: int) -> list[tuple[str, bool]]:
    """Short lines round the headline, nearest first, and whether their place is marked as the author's."""
    near = sorted(range(max(0, head_at - 6), min(len(page.blocks), head_at + 14)), key=lambda n: abs(n - head_at - 1))
    lines = []
    for n in near:
        block = page.blocks[n]
        if block.words > 25 or n == head_at:
            continue
        words = block.text
        if re.fullmatch(r"\W*(?:written |posted |text |words )?by\W*", words, re.IGNORECASE) and n + 1 < len(
            page.blocks
        ):
            words = f"by {page.blocks[n + 1].text}"
        lines.append((words, bool(page.near(block) & AUTHOR_PLACE)))
    near, every = page.containers.near, page.containers.every
    boxes = [  # about the author, wherever they stand
        (block.text, True)
        for block in page.blocks
        if block.words <= 6 and near[block.at] & AUTHOR_PLACE and not every[block.at] & COMMENT_PLACE
    ]
    return lines + boxes


def _called(one: Any) -> str:
    name = one.get("name") if isinstance(one, dict) else one
    if isinstance(name, list):
        return "; ".join(str(part) for part in name)
    return name if isinstance(name, str) else ""


def _names(words: str) -> list[str]:
    """Names in a field that holds nothing else; addresses and handles are not names."""
    words = squeezed(unescape(words)).strip("\"' ")
    if not words or "://" in words or len(words) > 300 or re.fullmatch(r"[\w.+-]+@[\w.-]+", words):
        return []
    words = BY.sub("", words)
    return [name for part in SPLIT.split(words) if (name := part.strip(" \"',.|-–—")) and _is_name(name)]


def _is_name(name: str) -> bool:
    return not DEGREE.match(name) and not NOBODY.match(name) and 1 < len(name) < 80 and any(map(str.isalpha, name)) and not re.search(r"https?:|www\.", name)  # fmt: skip


def _byline(words: str, *, is_marked: bool) -> list[str]:
    """Names in a line that may hold a date and a role too; without a «by» only where the place is marked as the author's."""
    words = GLUED_BY.sub("by ", squeezed(words))
    has_by = BY.match(words)
    if not has_by and not is_marked:
        return []
    words = CUT.sub("", BY.sub("", words)[:160])
    names = [part.strip(" \"',.:") for part in SPLIT.split(words)]
    names = [name for name in names if name and not DEGREE.match(name)]
    if not names or not all(map(_looks_personal, names)) or (not has_by and len(names[0].split()) < 2):
        return []
    return [name for name in names if _is_name(name)]


def _looks_personal(name: str) -> bool:
    parts = name.split()
    return ":" not in name and 1 <= len(parts) <= 5 and not OTHER.search(name) and all(part[:1].isupper() or part.lower() in PARTICLES for part in parts) and not word_key(name).isdigit()  # fmt: skip
