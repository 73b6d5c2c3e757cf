"""What is known of each block of a page, as numbers: the input of the body model. No word list of any one site, few of any language."""

from __future__ import annotations

import math
import re
from collections import Counter
from string import ascii_letters, ascii_uppercase
from typing import TYPE_CHECKING

from coverage.text.blocks import AROUND, HINT_NAMES, Block, Container, Page
from coverage.text.metadata import Metadata

if TYPE_CHECKING:
    import numpy as np

WORDS = re.compile(r"\w+")
# Phrases that stand beside articles on any site, by what they do; ten languages where the phrase is common there.
PHRASES = {
    "share": r"share|tweet|follow us|like us|email this|print|whatsapp|facebook|twitter|telegram|instagram|поділи|поделит|teilen|partager|compartir|condividi|udostępnij|сподели",
    "more": r"read (?:more|also|next)|see also|related|more (?:from|on|about)|also read|recommended|you may|don[’']t miss|up next|watch|click here|continue reading|читайте|смотрите|дивіться|lesen sie|mehr zum|lire aussi|lea también|leggi anche|czytaj|leia",
    "subscribe": r"subscri|newsletter|sign up|sign in|log in|register|free trial|inbox|підпи|подпи|abonn|suscri|iscriviti|abone|e-?mail address|join",
    "rights": r"copyright|all rights reserved|terms|privacy policy|cookie|права|rechte vorbehalten|affiliate|disclaimer|disclosure",
    "photo": r"photo|image|picture|credit|getty|reuters|shutterstock|ap photo|file photo|screenshot|courtesy|фото|foto|bild",
    "comment": r"comment|reply|leave a|log in to|коментар|комментар|kommentar",
    "date": r"ago\b|updated|published|posted|min read",
    "contact": r"contact|https?:|www\.",
}
_PHRASE = re.compile(r"\b(?:" + "|".join(f"({pattern})" for pattern in PHRASES.values()) + ")")
BY = re.compile(r"\W*(?:by|written by|posted by|author|reporting by|editing by|von|par|por|автор|текст)\b")
YEAR_OR_CLOCK = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}:\d\d\b|\b\d\d? ?[ap]m\b")
PRICE = re.compile(r"[$€£]\s?\d|\d\s?(?:usd|eur|грн|руб)")
_CAPITALS, _LETTERS, _DIGITS = ascii_uppercase.encode(), ascii_letters.encode(), b"0123456789"
MARKS = "\"'”’»)]"
LOOKED_AT = 200  # characters of a block that are read for phrases and letters
NEAR = (-3, -2, -1, 1, 2, 3)
LEVELS = 4
FIRST_WORDS, LINK_SHARE = 0, 1  # columns that others look at
NEIGHBOUR_COLUMNS = (0, 1, 2, 3, 4)  # words, link share, ends a sentence, kind, phrases


def features_of(page: Page, told: Metadata) -> np.ndarray:
    """One row a block (float32): what it is, where it stands, what the page says of itself, what stands beside it."""
    import numpy as np

    blocks, containers = page.blocks, page.containers
    if not blocks:
        return np.zeros((0, 2), dtype=np.float32)
    scene = _Scene(page, told)
    base = np.array([scene.row(n, block) for n, block in enumerate(blocks)], dtype=np.float32)
    at = np.array([block.at for block in blocks])
    bits = np.array([(one.near, one.every & ~one.near, one.inside) for one in containers], dtype=np.int64)[at]
    parents = np.array([max(0, one.parent) for one in containers])
    parts = [base, _places(containers, parents, at, scene.prose)]
    for column, width in ((0, len(HINT_NAMES)), (1, len(HINT_NAMES)), (2, len(AROUND))):
        parts.append(((bits[:, column : column + 1] >> np.arange(width)) & 1).astype(np.float32))
    parts.append(_neighbours(base[:, NEIGHBOUR_COLUMNS], parents[at]))
    return np.concatenate(parts, axis=1)


def _places(containers: list[Container], parents: np.ndarray, at: np.ndarray, prose: int) -> np.ndarray:
    """Six numbers of the block's container, and the same of the three above it."""
    import numpy as np

    counts = np.array([(c.words, c.link_words, c.prose, c.blocks, c.heads) for c in containers], dtype=np.float32)
    words, linked, told, blocks, heads = counts.T
    some = np.maximum(words, 1)
    table = np.stack((np.log1p(words), linked / some, told / prose, told / some, np.log1p(blocks), heads / np.maximum(blocks, 1)), axis=1)  # fmt: skip
    levels = [at]
    while len(levels) < LEVELS:
        levels.append(parents[levels[-1]])
    result: np.ndarray = np.concatenate([table[level] for level in levels], axis=1).astype(np.float32)
    return result


def _neighbours(base: np.ndarray, parents: np.ndarray) -> np.ndarray:
    """The same few numbers of the blocks before and after, and whether they stand side by side."""
    import numpy as np

    count = len(base)
    columns = []
    for step in NEAR:
        shifted = np.full_like(base, -1)
        same = np.zeros((count, 1), dtype=np.float32)
        if abs(step) < count:
            ends = (slice(0, count - step), slice(step, None)), (slice(-step, None), slice(0, step))
            into, out = ends[0] if step > 0 else ends[1]
            shifted[into] = base[out]
            same[into, 0] = parents[into] == parents[out]
        columns += [shifted, same]
    return np.concatenate(columns, axis=1)


class _Scene:
    """What a block is compared with: the page's totals, its headline, its repeated signatures."""

    def __init__(self, page: Page, told: Metadata) -> None:
        self.containers = page.containers
        self.prose = max(1, page.containers[0].prose if page.containers else 1)
        self.words = max(1, page.containers[0].words if page.containers else 1)
        self.count = max(1, len(page.blocks))
        self.told = _bare(told.told_body())
        self.title = _bare(told.meta("og:title") or told.title_tag)
        self.summary = _bare(told.meta("og:description", "description"))[:80]
        self.bare = ["" if is_mere_link(block) else _bare(block.text[:LOOKED_AT]) for block in page.blocks]
        self.keys = [
            (one.signature, self.containers[one.parent].signature if one.parent >= 0 else "") for one in page.containers
        ]
        self.signature_words: Counter[tuple[str, str]] = Counter()
        self.signature_blocks: Counter[tuple[str, str]] = Counter()
        self.texts = Counter(block.text for block in page.blocks)
        for block in page.blocks:
            key = self.keys[block.at]
            self.signature_words[key] += block.words if block.linked < 0.3 * block.words else 0
            self.signature_blocks[key] += 1
        self.most_signature = max(self.signature_words.values(), default=1) or 1
        self.before = 0
        self.head_at = self._head(page.blocks)
        self.in_best = self._best()

    def _head(self, blocks: list[Block]) -> int:
        """Number of the block that is the headline: an h1 like the title, else a line like it, else the first h1, else −1."""
        heads = [n for n, block in enumerate(blocks) if block.kind == 3]
        for n in heads:
            if self.title and (self.bare[n] in self.title or self.title in self.bare[n]):
                return n
        if len(self.title) > 8 and self.title in self.bare:
            return self.bare.index(self.title)
        return heads[0] if heads else -1

    def _best(self) -> list[float]:
        """For each container whether it is, or stands in, the smallest that holds six tenths of the page's prose."""
        best = 0
        for n, one in enumerate(self.containers):
            if one.prose >= 0.6 * self.prose and one.depth >= self.containers[best].depth:
                best = n
        inside = [0.0] * len(self.containers)
        for n, one in enumerate(self.containers):
            inside[n] = 1.0 if n == best or (one.parent >= best and inside[one.parent]) else 0.0
        return inside

    def row(self, n: int, block: Block) -> list[float]:
        text, words = block.text, block.words
        self.before += words
        end = text.rstrip(MARKS)[-1:]
        is_final = 1.0 if end in (".", "!", "?", "…") else 0.0
        first = [math.log1p(words), block.linked / words, is_final, float(block.kind)]
        if is_mere_link(block):
            return [*first, 0.0, n / self.count, *([0.0] * (NUMBERS - 6))]
        one, bare = self.containers[block.at], self.bare[n]
        start = text[:LOOKED_AT]
        lower, key = start.lower(), self.keys[block.at]
        letters, digits, capitals = _counts(start)
        hits = _phrases(lower, bool(digits))
        return [
            *first,
            sum(hits),
            n / self.count,
            len(text) / words,
            math.log1p(block.links),
            block.bold / words,
            text.count(",") / words,
            capitals / letters,
            digits / len(start),
            1.0 if text[:1].isupper() else 0.0,
            1.0 if end == ":" else 0.0,
            (text.count(".") + text.count("!") + text.count("?")) / words,
            1.0 if block.after_break else 0.0,
            1.0 if "\n" in text else 0.0,
            min(60, n),
            min(60, self.count - n),
            self.before / self.words,
            -1.0 if self.head_at < 0 else max(-30, min(60, n - self.head_at)),
            1.0 if self.title and bare == self.title else 0.0,
            1.0 if len(bare) > 8 and bare in self.title else 0.0,
            1.0 if len(self.summary) > 20 and bare[:60] and bare[:60] in self.summary else 0.0,
            -1.0 if not self.told else float(bare[:120] in self.told),
            float(min(5, self.texts[text])),
            self.signature_words[key] / self.most_signature,
            math.log1p(self.signature_words[key]),
            math.log1p(self.signature_blocks[key]),
            self.in_best[block.at],
            float(one.depth),
            1.0 if one.is_hidden else 0.0,
            1.0 if one.itemprop == "articleBody" else 0.5 if one.itemprop else 0.0,
            math.log1p(self.prose),
            math.log1p(self.count),
            *hits,
        ]


NUMBERS = 35 + len(PHRASES) + 2  # a row's length before places and neighbours


def is_mere_link(block: Block) -> bool:
    """Up to four words, all of them a link: never the article's, and half of all blocks."""
    return block.words <= 4 and block.linked >= block.words


def _phrases(lower: str, has_digits: bool) -> list[float]:
    """Which of PHRASES a block's beginning holds, then whether it is a byline and whether it names a price."""
    hits = [0.0] * (len(PHRASES) + 2)
    for match in _PHRASE.finditer(lower):
        hits[(match.lastindex or 1) - 1] = 1.0
    if has_digits:
        if YEAR_OR_CLOCK.search(lower):
            hits[6] = 1.0
        if PRICE.search(lower):
            hits[-1] = 1.0
    if "@" in lower:
        hits[7] = 1.0
    if "©" in lower:
        hits[3] = 1.0
    if BY.match(lower):
        hits[-2] = 1.0
    return hits


def _counts(text: str) -> tuple[int, int, int]:
    """(letters, at least 1; digits; capitals); what a byte holds is counted by taking it out, many times faster."""
    if text.isascii():
        raw = text.encode()
        size, capitals = len(raw), len(raw) - len(raw.translate(None, _CAPITALS))
        return (size - len(raw.translate(None, _LETTERS))) or 1, size - len(raw.translate(None, _DIGITS)), capitals
    return sum(map(str.isalpha, text)) or 1, sum(map(str.isdigit, text)), sum(map(str.isupper, text))


def _bare(text: str) -> str:
    return " ".join(WORDS.findall(text.lower()))
