"""A parsed page as a list of blocks: stretches of text between block-level tags, each with where it stands.

One walk over the tree; nothing is dropped here but what can hold no prose (scripts, styles, controls).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape

from coverage.text.markup import TAG, VOID

SKIPPED = frozenset(["script", "style", "noscript", "template", "svg", "math", "iframe", "object", "embed", "select", "option", "button", "input", "textarea", "canvas", "map", "audio", "video", "head", "link", "meta", "title", "source", "track", "progress", "datalist"])  # fmt: skip
INLINE = frozenset(["a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "img", "ins", "kbd", "label", "mark", "nobr", "picture", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "amp-img", "hl2", "hl1", "content-tag", "o:p"])  # fmt: skip
# What the class, id, role and data-attributes of an element say about it: bit n of `hints` is HINTS[n].
HINTS = {
    "comment": r"comment|disqus|respond|reply|replies|discussion",
    "share": r"share|social|sharing|follow|facebook|twitter|whatsapp|telegram|addthis",
    "related": r"related|recommend|more-?(?:from|stories|news|on)|similar|popular|trending|most-?(?:read|viewed)|also|teaser|outbrain|taboola|read-?(?:more|next)|suggest|you-?may|zergnet|linked|recirc|onward|latest",
    "navigation": r"nav|menu|breadcrumb|pagination|pager|toolbar|tabs?\b|dropdown|skip|jump|toc\b|table-?of-?contents",
    "footer": r"foot(?!age|ball)|copyright|legal|colophon|bottom|disclaimer",
    "header": r"head(?:er)?\b|masthead|banner|topbar|hero",
    "side": r"side|aside|widget|rail|right-?col|left-?col|\bcol-?(?:2|3|right)",
    "promotion": r"promo|advert|\bads?\b|sponsor|newsletter|subscri|signup|sign-?up|cta|offer|donat|paywall|banner|popup|modal|overlay|membership|register|login|shop|product|buy|affiliate",
    "cookie": r"cookie|consent|gdpr|privacy",
    "author": r"author|byline|bio\b|contributor|writer|reporter|profile|avatar|credit|by-line",
    "date": r"date|time(?!line)|publish|posted|updated|timestamp|meta\b|entry-meta|dateline",
    "caption": r"caption|figcap|photo|image|img|gallery|slide|thumb|media|video|player|credit|carousel|lightbox|figure",
    "tags": r"tags?\b|categor|topic|keyword|label",
    "headline": r"title|headline|heading|kicker|eyebrow",
    "lead": r"lead\b|lede|intro|summary|standfirst|dek|deck|excerpt|subtitle|sub-?head|abstract|description|teaser-?text",
    "article": r"article|story|post(?!ed)|entry|news(?!letter)|blog|single",
    "body": r"body|content|text|main|paragraph|prose|rich|copy|markdown|wysiwyg|detail",
    "quote": r"quote|blockquote|tweet|embed|instagram|pullquote",
    "list": r"list|items?\b|grid|row|card|feed|archive|index",
    "hidden": r"hidden|hide|sr-only|screen-reader|visually|print-?only|no-?display|collapse",
    "tool": r"tool|print|email|icon|btn|button|form|search|rating|vote|poll|survey|feedback|correction|faq|accordion",
    "box": r"box|inset|infobox|factbox|callout|highlight|note|info\b|fact|key-?points|takeaway|summary|tldr",
}  # fmt: skip
_HINT = [(1 << n, re.compile(pattern).search) for n, pattern in enumerate(HINTS.values())]
_PAIR = re.compile(r"(?:more|most|read|you|right|left|col|table|sign|by|sr|screen|print|no|sub|key)-")  # «more-from»
HINT_NAMES = tuple(HINTS)
# Tags that say something about all that is in them: bit n of `inside`.
AROUND = ("article", "main", "nav", "footer", "aside", "header", "form", "figure", "figcaption", "table", "ul", "ol", "dl", "blockquote", "section", "li", "td", "address", "details", "dialog")  # fmt: skip
_AROUND_BIT = {tag: 1 << n for n, tag in enumerate(AROUND)}
KINDS = ("p", "div", "li", "h1", "h2", "h3", "h4", "td", "blockquote", "figcaption", "pre", "dd", "dt", "section", "article", "other")  # fmt: skip
_KIND = {name: n for n, name in enumerate(KINDS)} | {"h5": 6, "h6": 6, "th": 7, "main": 14, "center": 1}
NAMING = ("class", "id", "role")
SAYING = re.compile(r'(?:^| )(class|id|role|hidden|aria-hidden|style|itemprop)="([^"]*)"')
NO_DISPLAY = re.compile(r"display:\s*none")
MOST_DEEP = 240
MOST_BLOCKS = 10_000
BREAK = "\u2028"  # a <br>; line ends in the source are mere spaces
_SPACES = re.compile(r"[ \t\r\n\f\v\u00a0]+")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]")
_BREAKS = re.compile(r"\s*\u2028\s*\u2028\s*")


@dataclass(slots=True)
class Containers:
    """Block-level elements as columns, in page order (a parent always comes before its children); `sums` has one row each.

    `hints` are an element's own, `near` also its parent's and grandparent's, `every` all up to the root; `inside` the
    tags round it; `first` and `last` the numbers of the blocks where its subtree begins and where what follows it begins.
    """

    parent: list[int] = field(default_factory=list)
    depth: list[int] = field(default_factory=list)
    kind: list[int] = field(default_factory=list)
    hints: list[int] = field(default_factory=list)
    near: list[int] = field(default_factory=list)
    every: list[int] = field(default_factory=list)
    inside: list[int] = field(default_factory=list)
    signature: list[str] = field(default_factory=list)
    is_hidden: list[bool] = field(default_factory=list)
    itemprop: list[str] = field(default_factory=list)
    first: list[int] = field(default_factory=list)
    last: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.parent)


@dataclass(slots=True)
class Block:
    """One stretch of text. `at` is its container's number; `bold`, `linked` count words within such tags."""

    text: str
    at: int
    words: int
    linked: int = 0
    links: int = 0
    bold: int = 0
    kind: int = 0
    after_break: bool = False

    @property
    def is_heading(self) -> bool:
        return KINDS.index("h1") <= self.kind <= KINDS.index("h4")

    @property
    def is_prose(self) -> bool:
        return self.words >= 10 and self.linked < 0.3 * self.words


@dataclass(slots=True)
class Page:
    """All blocks in reading order, and the containers they stand in."""

    blocks: list[Block] = field(default_factory=list)
    containers: Containers = field(default_factory=Containers)
    is_too_deep: bool = False  # some elements were read as inline text

    def near(self, block: Block) -> int:
        return self.containers.near[block.at]


def count_words(text: str) -> int:
    """Words between spaces; two signs of Chinese or Japanese count as a word."""
    return _counted(text, len(text.split()))


def _counted(text: str, words: int) -> int:
    if words and len(text) > 12 * words:
        words += len(_UNSPACED.findall(text)) // 2
    return words


@lru_cache(maxsize=1 << 12)
def hints_of(words: str) -> int:
    """Which of HINTS a class-and-id string gives, as bits."""
    bits = 0
    for word in words.replace("_", "-").split():
        for part in word.split("-"):
            bits |= _hints_of_part(part)
        if _PAIR.search(word):
            bits |= _hints_of_part(word)
    return bits


@lru_cache(maxsize=1 << 14)
def _hints_of_part(part: str) -> int:
    """Parts between hyphens are looked up: sites have their own names, made of the same few parts."""
    bits = 0
    for bit, is_in in _HINT:
        if is_in(part):
            bits |= bit
    return bits


# What a tag does in the walk. _BLOCK is what tags that are not named here do.
_NOTHING, _BREAK, _SKIP, _LINK, _LINK_END, _BOLD, _BOLD_END, _BLOCK, _BLOCK_END = range(9)
_DOES = {
    **{name: _NOTHING for tag in INLINE | VOID for name in (tag, f"/{tag}")},
    **dict.fromkeys(SKIPPED - VOID, _SKIP),
    **{f"/{tag}": _NOTHING for tag in SKIPPED},
    **dict.fromkeys(("br", "hr"), _BREAK),
    "a": _LINK,
    "/a": _LINK_END,
    "b": _BOLD,
    "/b": _BOLD_END,
    "strong": _BOLD,
    "/strong": _BOLD_END,
}


@lru_cache(maxsize=1 << 12)
def _said(name: str, told: tuple[tuple[str, str], ...]) -> tuple[int, str, bool, str]:
    """(hints, signature, whether hidden, itemprop) of a block-level element by its name and those attributes that tell."""
    attributes = dict(told)
    named = " ".join([attributes[naming] for naming in NAMING if attributes.get(naming)]).lower()
    is_hidden = "hidden" in attributes or attributes.get("aria-hidden") == "true" or NO_DISPLAY.search(attributes.get("style", "")) is not None  # fmt: skip
    return hints_of(named[:200]), f"{name}.{named[:60]}", is_hidden, attributes.get("itemprop", "")


def read_blocks(html: str) -> Page:
    """Walk the body of a page as `markup.read_html` gives it. Elements deeper than MOST_DEEP are read as inline text."""
    at = html.find("<body")
    return _Walk().run(html[at:] if at >= 0 else "")


class _Walk:
    """The state of one walk: the open block's text so far, and the open containers."""

    def __init__(self) -> None:
        self.page = Page()
        self.parts: list[str] = []
        self.linked = self.links = self.bold = 0
        self.in_link = self.in_bold = 0
        self.open: list[int] = []

    def run(self, html: str) -> Page:
        blocks, parts, opened, flush = self.page.blocks, self.parts, self.open, self._flush
        into_last = self.page.containers.last
        skipped, nested, too_deep = "", 0, 0
        pieces = TAG.split(html)
        for tag, text in zip(pieces[1::2], pieces[2::2], strict=True):
            does = _DOES.get(tag)
            if does is None:
                name = tag.partition(" ")[0]
                does = _DOES.get(name, _BLOCK_END if tag[0] == "/" else _BLOCK)
            else:
                name = tag
            if skipped:
                if name == skipped:
                    nested += 1
                elif tag == f"/{skipped}":
                    nested -= 1
                if nested:
                    continue
                skipped = ""
            elif does == _BLOCK:
                if parts or self.links:
                    flush()
                if len(opened) >= MOST_DEEP:
                    too_deep += 1
                    self.page.is_too_deep = True
                else:
                    self._enter(tag)
                    if len(blocks) >= MOST_BLOCKS:
                        parts.clear()
                        break
            elif does == _BLOCK_END:
                if parts or self.links:
                    flush()
                if too_deep:
                    too_deep -= 1
                elif opened:
                    into_last[opened.pop()] = len(blocks)
            elif does == _SKIP:
                skipped, nested = name, 1
                continue
            elif does:
                self._inline(does)
            if text and (parts or not text.isspace()):
                self._text(unescape(text) if "&" in text else text)
        flush()
        for at in opened:  # the walk was broken off
            into_last[at] = len(blocks)
        return self.page

    def _inline(self, does: int) -> None:
        if does == _LINK:
            self.in_link += 1
            self.links += 1
        elif does == _LINK_END:
            self.in_link -= 1
        elif does == _BOLD:
            self.in_bold += 1
        elif does == _BOLD_END:
            self.in_bold -= 1
        elif does == _BREAK:
            self.parts.append(BREAK)

    def _text(self, text: str) -> None:
        if self.in_link or self.in_bold:
            words = count_words(text)
            if self.in_link:
                self.linked += words
            if self.in_bold:
                self.bold += words
        self.parts.append(text)

    def _enter(self, tag: str) -> None:
        name, _, rest = tag.partition(" ")
        hints, signature, is_hidden, itemprop = _said(name, tuple(SAYING.findall(rest)) if rest else ())
        into, opened = self.page.containers, self.open
        near = every = hints
        depth, around, parent = 0, _AROUND_BIT.get(name, 0), -1
        if opened:
            parent = opened[-1]
            depth = into.depth[parent] + 1
            near |= into.hints[parent]
            if (grand := into.parent[parent]) >= 0:
                near |= into.hints[grand]
            every |= into.every[parent]
            around |= into.inside[parent]
            is_hidden = is_hidden or into.is_hidden[parent]
            itemprop = itemprop or into.itemprop[parent]
        opened.append(len(into.parent))
        into.parent.append(parent)
        into.depth.append(depth)
        into.kind.append(_KIND.get(name, 15))
        into.hints.append(hints)
        into.near.append(near)
        into.every.append(every)
        into.inside.append(around)
        into.signature.append(signature)
        into.is_hidden.append(is_hidden)
        into.itemprop.append(itemprop)
        into.first.append(len(self.page.blocks))
        into.last.append(-1)

    def _flush(self) -> None:
        """Close the open block; two line breaks in a row close one too."""
        joined = "".join(self.parts)
        self.parts.clear()
        if self.open and joined and not joined.isspace():
            self._add(joined)
        self.linked = self.links = self.bold = 0

    def _add(self, joined: str) -> None:
        at = self.open[-1]
        kind = self.page.containers.kind[at]
        if BREAK not in joined:
            words = joined.split()
            text = " ".join(words)
            count = _counted(text, len(words))
            self.page.blocks.append(Block(text, at, count, self.linked, self.links, self.bold, kind))
            return
        total = max(1, count_words(joined))
        for n, piece in enumerate(_BREAKS.split(joined)):
            text = re.sub(r" ?\u2028 ?", "\n", _SPACES.sub(" ", piece).strip().strip(BREAK + " "))
            if text and len(self.page.blocks) < MOST_BLOCKS:
                count = count_words(text)
                linked, bold = round(self.linked * count / total), round(self.bold * count / total)
                self.page.blocks.append(Block(text, at, count, linked, self.links, bold, kind, n > 0))
