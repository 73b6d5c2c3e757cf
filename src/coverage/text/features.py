"""What is known of each block of a page, as numbers: the input of the body model. No word list of any one site, few of any language."""

from __future__ import annotations

import math
import re
from collections import Counter
from string import ascii_letters, ascii_uppercase
from typing import TYPE_CHECKING

from coverage.text.blocks import AROUND, HINT_NAMES, Block, Page
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
POSTED = re.compile(r"[—–-] .{1,60}\(@\w+\)")  # who posted an embedded message: «— Governor (@governor) November 18»
PRICE = re.compile(r"[$€£]\s?\d|\d\s?(?:usd|eur|грн|руб)")
_CAPITALS, _LETTERS, _DIGITS = ascii_uppercase.encode(), ascii_letters.encode(), b"0123456789"
MARKS = "\"'”’»)]"
LOOKED_AT = 120  # characters of a block that are read for phrases and letters
NEAR = (-3, -2, -1, 1, 2, 3)
LEVELS = 4
FIRST_WORDS, LINK_SHARE = 0, 1  # columns that others look at
NEIGHBOUR_COLUMNS = (0, 1, 2, 3, 4)  # words, link share, ends a sentence, kind, phrases


def features_of(page: Page, told: Metadata) -> np.ndarray:
    """One row a block (float32): what it is, where it stands, what the page says of itself, what stands beside it."""
    import numpy as np

    if not page.blocks:
        return np.zeros((0, 2), dtype=np.float32)
    scene = _Scene(page, told)
    base = scene.table()
    within, parents = page.containers, np.maximum(scene.parents, 0)
    bits = np.array([within.near, within.every, within.inside], dtype=np.int64).T[scene.at]
    bits[:, 1] &= ~bits[:, 0]
    parts = [base, _places(scene.sums, parents, scene.at, scene.prose)]
    for column, width in ((0, len(HINT_NAMES)), (1, len(HINT_NAMES)), (2, len(AROUND))):
        parts.append(((bits[:, column : column + 1] >> np.arange(width)) & 1).astype(np.float32))
    parts.append(_neighbours(base[:, NEIGHBOUR_COLUMNS], parents[scene.at]))
    return np.concatenate(parts, axis=1)


def _places(sums: np.ndarray, parents: np.ndarray, at: np.ndarray, prose: int) -> np.ndarray:
    """Six numbers of the block's container, and the same of the three above it."""
    import numpy as np

    words, linked, told, blocks, heads = sums.astype(np.float32).T
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
        import numpy as np

        self.page = page
        blocks, within = page.blocks, page.containers
        self.at = np.array([block.at for block in blocks])
        self.parents = np.array(within.parent)
        self.numbers = np.array(
            [(b.words, b.linked, b.links, b.bold, b.kind, b.after_break) for b in blocks], dtype=np.float64
        )
        words, linked, *_ = self.numbers.T
        self.is_prose = np.array([block.is_prose for block in blocks])
        is_heading = np.array([block.is_heading for block in blocks])
        each = np.stack((words, linked, words * self.is_prose, np.ones(len(blocks)), is_heading), axis=1)
        running = np.concatenate((np.zeros((1, 5)), np.cumsum(each, axis=0)))
        self.sums = running[within.last] - running[within.first]
        self.prose, self.words = max(1, int(self.sums[0, 2])), max(1, int(self.sums[0, 0]))
        self.told = _bare(told.told_body())
        self.title = _bare(told.meta("og:title") or told.title_tag)
        self.summary = _bare(told.meta("og:description", "description"))[:80]
        self.bare = ["" if is_mere_link(block) else _bare(block.text[:LOOKED_AT]) for block in blocks]
        self.head_at = self._head()

    def _head(self) -> int:
        """Number of the block that is the headline: an h1 like the title, else a line like it, else the first h1, else −1."""
        heads = [n for n, block in enumerate(self.page.blocks) if block.kind == 3]
        for n in heads:
            if self.title and (self.bare[n] in self.title or self.title in self.bare[n]):
                return n
        if len(self.title) > 8 and self.title in self.bare:
            return self.bare.index(self.title)
        return heads[0] if heads else -1

    def _in_best(self) -> np.ndarray:
        """Of each block whether it stands in the deepest container that holds six tenths of the page's prose."""
        import numpy as np

        within = self.page.containers
        holds = np.flatnonzero(self.sums[:, 2] >= 0.6 * self.prose)
        depths = np.array(within.depth)[holds]
        best = int(holds[np.flatnonzero(depths == depths.max())[-1]]) if len(holds) else 0
        first, last = within.first[best], within.last[best]
        numbers = np.arange(len(self.page.blocks))
        result: np.ndarray = (numbers >= first) & (numbers < last)
        return result

    def _round_the_top(self) -> list[np.ndarray]:
        """How each block stands to the container with the most prose right in it: inside, how far up they meet, how far from its first and last prose."""
        import numpy as np

        count, parents, depth = len(self.at), self.parents, np.array(self.page.containers.depth)
        own = np.maximum(parents[self.at], 0)
        score = np.bincount(own, weights=self.numbers[:, 0] * self.is_prose, minlength=len(parents))
        top = int(score.argmax())
        first, last = self.page.containers.first[top], self.page.containers.last[top]
        numbers = np.arange(count)
        inside = (numbers >= first) & (numbers < last)
        told = np.flatnonzero(self.is_prose & (own == top))
        begin, end = (told[0], told[-1]) if len(told) else (0, -1)
        meet = np.zeros(len(parents))  # depth at which a container's line up to the root meets the top's own
        line = {top}
        at = top
        while (at := int(parents[at])) >= 0:
            line.add(at)
        for n in range(len(parents)):
            meet[n] = depth[n] if n in line else meet[max(0, parents[n])]
        return [
            inside.astype(np.float64),
            np.minimum(12, depth[top] - meet[self.at]),
            np.clip(depth[self.at] - depth[top], -12, 12).astype(np.float64),
            score[own] / (score[top] or 1),
            np.clip(numbers - begin, -30, 60),
            np.clip(numbers - end, -60, 30),
        ]

    def _signatures(self) -> tuple[np.ndarray, np.ndarray]:
        """Of each block the prose words, and the blocks, in containers that are called as its own is and stand in one called alike."""
        import numpy as np

        signature, parent = self.page.containers.signature, self.page.containers.parent
        numbers: dict[tuple[str, str], int] = {}
        keys = np.array(
            [
                numbers.setdefault((signature[at], signature[parent[at]] if parent[at] >= 0 else ""), len(numbers))
                for at in self.at
            ]
        )
        told = self.numbers[:, 0] * (self.numbers[:, 1] < 0.3 * self.numbers[:, 0])
        return np.bincount(keys, weights=told)[keys], np.bincount(keys)[keys].astype(np.float64)

    def table(self) -> np.ndarray:
        """One row a block: what it is by itself. Of mere links little is asked."""
        import numpy as np

        blocks, within, at, count = self.page.blocks, self.page.containers, self.at, len(self.page.blocks)
        words, linked, links, bold, kind, after_break = self.numbers.T
        number = np.arange(count)
        from_signature, blocks_alike = self._signatures()
        texts = Counter([block.text for block in blocks])
        said = np.array([self._said(n, block) for n, block in enumerate(blocks)], dtype=np.float64)
        is_hidden, depth = np.array(within.is_hidden)[at], np.array(within.depth)[at]
        marked = np.array([1.0 if name == "articleBody" else 0.5 if name else 0.0 for name in within.itemprop])[at]
        before = np.cumsum(words)
        full = np.stack(
            (
                np.log1p(links),
                bold / words,
                after_break,
                np.minimum(60, number),
                np.minimum(60, count - number),
                before / self.words,
                np.clip(number - self.head_at, -30, 60) if self.head_at >= 0 else np.full(count, -1.0),
                np.minimum(5, [texts[block.text] for block in blocks]),
                from_signature / (from_signature.max() or 1),
                np.log1p(from_signature),
                np.log1p(blocks_alike),
                self._in_best(),
                depth,
                is_hidden,
                marked,
                np.full(count, math.log1p(self.prose)),
                np.full(count, math.log1p(count)),
                *self._round_the_top(),
            ),
            axis=1,
        )
        full[[is_mere_link(block) for block in blocks]] = 0
        first = np.stack((np.log1p(words), linked / words, said[:, 0], kind, said[:, 1], number / count), axis=1)
        result: np.ndarray = np.concatenate((first, full, said[:, 2:]), axis=1).astype(np.float32)
        return result

    def _said(self, n: int, block: Block) -> list[float]:
        """What its words say: whether they end a sentence, which phrases they hold, their signs, how they meet the page's own data."""
        text, words = block.text, block.words
        end = text.rstrip(MARKS)[-1:]
        is_final = 1.0 if end in (".", "!", "?", "…") else 0.0
        if is_mere_link(block):
            return [is_final, *NOTHING_SAID]
        bare = self.bare[n]
        start = text[:LOOKED_AT]
        letters, digits, capitals = _counts(start)
        hits = _phrases(start.lower(), bool(digits))
        return [
            is_final,
            sum(hits),
            len(text) / words,
            text.count(",") / words,
            capitals / letters,
            digits / len(start),
            1.0 if text[:1].isupper() else 0.0,
            1.0 if end == ":" else 0.0,
            (text.count(".") + text.count("!") + text.count("?")) / words,
            1.0 if "\n" in text else 0.0,
            1.0 if self.title and bare == self.title else 0.0,
            1.0 if len(bare) > 8 and bare in self.title else 0.0,
            1.0 if len(self.summary) > 20 and bare[:60] and bare[:60] in self.summary else 0.0,
            -1.0 if not self.told else float(bare[:120] in self.told),
            1.0 if "@" in start and POSTED.match(text) else 0.0,
            *hits,
        ]


NOTHING_SAID = [0.0] * (14 + len(PHRASES) + 2)  # the rest of a mere link's row of words


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
