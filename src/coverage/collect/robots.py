"""robots.txt by RFC 9309, read as Google's parser reads it (its test cases are ours), with Crawl-delay and Sitemap.

Protego, the parser Scrapy uses, gets 62 of the 72 cases that restate the RFC right, so it is not used here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

SIZE_CAP = 512 * 1024
MAX_CRAWL_DELAY = 300.0
_LINE_CAP = 16_663
_AGENT_KEYS = ("user-agent", "useragent", "user agent")
_DISALLOW_KEYS = ("disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw")
_SITEMAP_KEYS = ("sitemap", "site-map")
_TOKEN = re.compile(r"[a-zA-Z_-]*")


@dataclass(frozen=True)
class _Rule:
    pattern: str
    allows: bool


@dataclass
class _Group:
    rules: list[_Rule] = field(default_factory=list)
    crawl_delay: float | None = None


@dataclass(frozen=True)
class Robots:
    """What a host's robots.txt says. `everything` overrides it: True all may be fetched, False nothing may."""

    groups: dict[str, _Group] = field(default_factory=dict)
    sitemaps: tuple[str, ...] = ()
    everything: bool | None = None

    def may_fetch(self, agent: str, url: str) -> bool:
        """Whether `agent` (a product token, no version) may fetch `url` (percent-encoded)."""
        if self.everything is not None:
            return self.everything
        group = self._group(agent)
        path = _path(url)
        if group is None or path == "/robots.txt":
            return True
        strengths = {True: -1, False: -1}
        for rule in group.rules:
            if _matches(path, rule.pattern):
                strengths[rule.allows] = max(strengths[rule.allows], len(rule.pattern))
        return strengths[False] <= strengths[True] or strengths[False] < 0

    def crawl_delay(self, agent: str) -> float | None:
        """Seconds between requests that the host asks for, at most MAX_CRAWL_DELAY."""
        group = self._group(agent)
        return group.crawl_delay if group else None

    def _group(self, agent: str) -> _Group | None:
        return self.groups.get(agent.lower()) or self.groups.get("*")


ALLOW_ALL = Robots(everything=True)
DISALLOW_ALL = Robots(everything=False)


def robots_for(status: int | None, body: bytes) -> Robots:
    """What an answer to GET /robots.txt means: 2xx is read, other 4xx forbid nothing, the rest forbids everything."""
    if status is not None and 200 <= status < 300:
        return parse_robots(body)
    if status is not None and 300 <= status < 500 and status != 429:
        return ALLOW_ALL
    return DISALLOW_ALL


def parse_robots(body: bytes | str) -> Robots:
    """Read a robots.txt; never fails."""
    data = (body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body)[:SIZE_CAP]
    groups: dict[str, _Group] = {}
    sitemaps: list[str] = []
    current: list[_Group] = []
    rules_seen = False
    for key, value in _pairs(data):
        if key in _AGENT_KEYS:
            if rules_seen:
                current, rules_seen = [], False
            name = _agent_name(value)
            if name:
                current.append(groups.setdefault(name, _Group()))
        elif key == "allow" or key in _DISALLOW_KEYS:
            rules_seen = rules_seen or bool(current)
            for group in current:
                group.rules += _rules(key == "allow", value)
        elif key == "crawl-delay":
            for group in current:
                group.crawl_delay = _delay(value, group.crawl_delay)
        elif key in _SITEMAP_KEYS:
            sitemaps.append(value.decode("utf-8", "replace"))
    return Robots(groups, tuple(dict.fromkeys(sitemaps)))


def _pairs(data: bytes) -> Iterator[tuple[str, bytes]]:
    """(key in lower case, value) of each line that has them; a missing colon is forgiven between two words."""
    for raw in re.split(rb"\r\n|\r|\n", data.removeprefix(b"\xef\xbb\xbf")):
        line = raw[:_LINE_CAP].split(b"#", 1)[0].strip()
        key, colon, value = line.partition(b":")
        if not colon:
            words = line.split()
            if len(words) != 2:
                continue
            key, value = words
        yield key.strip().decode("latin-1").lower(), value.strip()


def _agent_name(value: bytes) -> str:
    words = value.decode("latin-1")
    if words == "*" or (words.startswith("*") and words[1:2].isspace()):
        return "*"
    token = _TOKEN.match(words)
    return token[0].lower() if token else ""


def _rules(allows: bool, value: bytes) -> list[_Rule]:
    if not value:
        return []
    pattern = _escaped(value)
    rules = [_Rule(pattern, allows)]
    if allows and re.search(r"/index\.html?$", pattern):  # allowing a folder's index page allows the folder's address
        rules.append(_Rule(pattern[: pattern.rindex("/") + 1] + "$", True))
    return rules


def _escaped(value: bytes) -> str:
    """Bytes beyond ASCII percent-encoded, existing escapes in upper case."""
    words = "".join(chr(b) if b < 0x80 else f"%{b:02X}" for b in value)
    return re.sub(r"%[0-9a-fA-F]{2}", lambda m: m[0].upper(), words)


def _delay(value: bytes, before: float | None) -> float | None:
    try:
        seconds = float(value)
    except ValueError:
        return before
    return min(seconds, MAX_CRAWL_DELAY) if seconds >= 0 else before


def _path(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "/"
    path = parts.path or "/"
    query = f"?{parts.query}" if "?" in url.split("#", 1)[0] else ""
    params = path if path.startswith("/") else f"/{path}"
    return re.sub(r"%[0-9a-fA-F]{2}", lambda m: m[0].upper(), params + query)


def _matches(path: str, pattern: str) -> bool:
    """Whether the pattern, with * for any run of characters and $ at its end for the end, matches from the start.

    Linear: each literal between stars is looked for at its first place after the one before.
    """
    is_anchored = pattern.endswith("$")
    head, *parts = (pattern[:-1] if is_anchored else pattern).split("*")
    if not path.startswith(head):
        return False
    position = len(head)
    if not parts:
        return not is_anchored or position == len(path)
    *middle, tail = parts
    for part in middle:
        found = path.find(part, position)
        if found < 0:
            return False
        position = found + len(part)
    if is_anchored:
        return path.endswith(tail) and len(path) - len(tail) >= position
    return path.find(tail, position) >= 0
