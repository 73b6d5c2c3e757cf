"""What is known of each block of a page, as numbers: the input of the body model. No word list of any one site, few of any language."""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING

from coverage.text.blocks import AROUND, HINT_NAMES, Block, Container, Page
from coverage.text.metadata import Metadata

if TYPE_CHECKING:
    import numpy as np

FINAL = re.compile(r"[.!?…][\"'”»’)\]]*$")
WORDS = re.compile(r"\w+")
# Phrases that stand beside articles on any site, by what they do; ten languages where the phrase is common there.
PHRASES = {
    "share": r"\b(?:share|tweet|follow us|like us|email this|print|whatsapp|facebook|twitter|telegram|instagram|поділи\w+|поделит\w+|teilen|partager|compartir|condividi|udostępnij|сподели)\b",
    "more": r"\b(?:read (?:more|also|next)|see also|related|more (?:from|on|about)|also read|recommended|you may|don[’']t miss|up next|watch|click here|continue reading|читайте|смотрите|дивіться|lesen sie|mehr zum|lire aussi|lea también|leggi anche|czytaj|leia)\b",
    "subscribe": r"\b(?:subscri\w+|newsletter|sign up|sign in|log in|register|free trial|inbox|підпи\w+|подпи\w+|abonn\w+|suscri\w+|iscriviti|abone\w+|e-?mail address|join)\b",
    "rights": r"©|\bcopyright\b|all rights reserved|\bterms\b|privacy policy|cookie|\bправа\b|rechte vorbehalten|affiliate|disclaimer|disclosure",
    "by": r"^\s*(?:by|written by|posted by|author|reporting by|editing by|von|par|por|автор|текст)\b",
    "photo": r"\b(?:photo|image|picture|credit|getty|reuters|shutterstock|ap photo|file photo|screenshot|courtesy|фото|foto|bild)\b",
    "comment": r"\b(?:comments?|reply|leave a|log in to|коментар\w*|комментар\w*|kommentar\w*)\b",
    "date": r"\b(?:19|20)\d\d\b|\b\d{1,2}:\d\d\b|\b(?:ago|updated|published|posted|am|pm|min read)\b",
    "contact": r"@|https?://|www\.|\+\d{2}|\bcontact\b",
    "price": r"[$€£]\s?\d|\d\s?(?:USD|EUR|грн|руб)",
}
_PHRASE = [re.compile(pattern, re.IGNORECASE) for pattern in PHRASES.values()]
NO_HITS = [0.0] * len(_PHRASE)
NEAR = (-3, -2, -1, 1, 2, 3)


FIRST_WORDS, LINK_SHARE = 0, 1  # columns that others look at
NEIGHBOUR_COLUMNS = (0, 1, 2, 5, 6)  # words, link share, ends a sentence, kind, phrases


def features_of(page: Page, told: Metadata) -> np.ndarray:
    """One row a block (float32): what it is, where it stands, what the page says of itself, what stands beside it."""
    import numpy as np

    blocks, containers = page.blocks, page.containers
    if not blocks:
        return np.zeros((0, 2), dtype=np.float32)
    told_words = " ".join(WORDS.findall(told.told_body().lower()))
    title, summary = told.meta("og:title") or told.title_tag, told.meta("og:description", "description")
    scene = _Scene(page, title, summary, told_words)
    base = np.array([scene.row(n, block) for n, block in enumerate(blocks)], dtype=np.float32)
    bits = np.array([_bits(containers[block.at], containers) for block in blocks], dtype=np.int64)
    parts = [base]
    for column, width in ((0, len(HINT_NAMES)), (1, len(HINT_NAMES)), (2, len(AROUND))):
        parts.append(((bits[:, column : column + 1] >> np.arange(width)) & 1).astype(np.float32))
    parts.append(_neighbours(base[:, NEIGHBOUR_COLUMNS], bits))
    return np.concatenate(parts, axis=1)


def _neighbours(base: np.ndarray, bits: np.ndarray) -> np.ndarray:
    """The same few numbers of the blocks before and after, and whether they stand in the same container."""
    import numpy as np

    count = len(base)
    columns = []
    for step in NEAR:
        shifted = np.full_like(base, -1)
        same = np.zeros((count, 1), dtype=np.float32)
        if abs(step) < count:
            into, out = (
                (slice(0, count - step), slice(step, None)) if step > 0 else (slice(-step, None), slice(0, step))
            )
            shifted[into] = base[out]
            same[into, 0] = bits[into, 3] == bits[out, 3]
        columns += [shifted, same]
    return np.concatenate(columns, axis=1)


def _bits(one: Container, containers: list[Container]) -> tuple[int, int, int, int]:
    parent = one.parent if one.parent >= 0 else 0
    return one.near, one.every & ~one.near, one.inside, parent


class _Scene:
    """What a block is compared with: the page's totals, its headline, its repeated signatures."""

    def __init__(self, page: Page, title: str, summary: str, told: str) -> None:
        self.containers = page.containers
        self.prose = max(1, page.containers[0].prose if page.containers else 1)
        self.words = max(1, page.containers[0].words if page.containers else 1)
        self.count = max(1, len(page.blocks))
        self.told = told
        self.title = _bare(title)
        self.summary = _bare(summary)[:80]
        self.signature_words: Counter[tuple[str, str]] = Counter()
        self.signature_blocks: Counter[tuple[str, str]] = Counter()
        self.texts = Counter(block.text for block in page.blocks)
        for block in page.blocks:
            key = self.signature(block)
            self.signature_words[key] += block.words if block.linked < 0.3 * block.words else 0
            self.signature_blocks[key] += 1
        self.most_signature = max(self.signature_words.values(), default=1) or 1
        self.first_words = [block.words for block in page.blocks]
        self.before = 0
        self.head_at = self._head(page.blocks)
        self.best = self._best()

    def _head(self, blocks: list[Block]) -> int:
        """Number of the block that is the headline: an h1 or h2 like the title, else the first h1, else −1."""
        alike = [n for n, b in enumerate(blocks) if len(self.title) > 8 and _bare(b.text) == self.title]
        heads = [n for n, b in enumerate(blocks) if b.kind == 3]
        for n in heads:
            if self.title and (_bare(blocks[n].text) in self.title or self.title in _bare(blocks[n].text)):
                return n
        return alike[0] if alike else heads[0] if heads else -1

    def _best(self) -> int:
        """The smallest container that holds six tenths of the page's prose."""
        best = 0
        for n, one in enumerate(self.containers):
            if one.prose >= 0.6 * self.prose and one.depth >= self.containers[best].depth:
                best = n
        return best

    def signature(self, block: Block) -> tuple[str, str]:
        one = self.containers[block.at]
        return one.signature, self.containers[one.parent].signature if one.parent >= 0 else ""

    def row(self, n: int, block: Block) -> list[float]:
        text, words = block.text, block.words
        one = self.containers[block.at]
        chain = [one]
        while len(chain) < 4:
            chain.append(self.containers[chain[-1].parent] if chain[-1].parent >= 0 else chain[-1])
        if block.linked == words and words <= 4:  # is_hopeless: its phrases are never asked for
            hits = NO_HITS
        else:
            start = text[:300]
            hits = [1.0 if pattern.search(start) else 0.0 for pattern in _PHRASE]
        key = self.signature(block)
        letters = sum(map(str.isalpha, text[:400])) or 1
        upper = sum(map(str.isupper, text[:400]))
        digits = sum(map(str.isdigit, text[:400]))
        tokens = text[:400].split()
        short = sum(len(token) <= 3 for token in tokens)
        self.before += words
        bare = _bare(text[:200])
        is_told = -1.0 if not self.told else float(" ".join(WORDS.findall(text.lower()))[:120] in self.told)
        in_best, up = 0.0, block.at
        for _ in range(12):
            if up == self.best:
                in_best = 1.0
                break
            if up < self.best or up < 0:
                break
            up = self.containers[up].parent
        values = [
            math.log1p(words),
            block.linked / words,
            1.0 if FINAL.search(text) else 0.0,
            len(text) / words,
            math.log1p(block.links),
            float(block.kind),
            sum(hits),
            block.bold / words,
            text.count(",") / words,
            upper / letters,
            digits / len(text[:400]),
            short / max(1, len(tokens)),
            1.0 if text[:1].isupper() else 0.0,
            1.0 if text.isupper() else 0.0,
            1.0 if text.rstrip().endswith(":") else 0.0,
            float(sum(map(text.count, ".!?"))) / words,
            1.0 if block.after_break else 0.0,
            1.0 if "\n" in text else 0.0,
            n / self.count,
            (self.count - n) / self.count,
            min(60, n),
            min(60, self.count - n),
            self.before / self.words,
            -1.0 if self.head_at < 0 else max(-30, min(60, n - self.head_at)),
            1.0 if self.title and bare == self.title else 0.0,
            1.0 if self.title and len(bare) > 8 and bare in self.title else 0.0,
            1.0 if len(self.summary) > 20 and bare[:60] and bare[:60] in self.summary else 0.0,
            is_told,
            float(min(5, self.texts[text])),
            self.signature_words[key] / self.most_signature,
            math.log1p(self.signature_words[key]),
            math.log1p(self.signature_blocks[key]),
            in_best,
            float(one.depth),
            1.0 if one.is_hidden else 0.0,
            1.0 if one.itemprop == "articleBody" else 0.5 if one.itemprop else 0.0,
            math.log1p(self.prose),
            math.log1p(self.count),
        ]
        for up_one in chain:
            values += (
                math.log1p(up_one.words),
                up_one.link_words / max(1, up_one.words),
                up_one.prose / self.prose,
                up_one.prose / max(1, up_one.words),
                math.log1p(up_one.blocks),
                up_one.heads / max(1, up_one.blocks),
            )
        return values + hits


def _bare(text: str) -> str:
    return " ".join(WORDS.findall(text.lower()))
