"""The headline without the site's name."""

from __future__ import annotations

import re
from html import unescape

from coverage.text.metadata import Metadata, squeezed, word_key

PARTS = re.compile(r"\s+(?:[|–—·•«»‹›:-]|::|//)\s+|\s*\|\s*")
MOST_CHARACTERS = 400
LEAST_ALIKE = 0.12


def find_title(page: Metadata, url: str, fallback: str = "") -> str:
    """The headline: the h1 that the page's other names confirm, else the shortest form those names agree on."""
    headline = page.main.get("headline")
    told = headline if isinstance(headline, str) else ""
    named = [
        squeezed(unescape(unescape(name)))
        for name in (page.meta("og:title"), told, page.meta("twitter:title"), page.title_tag)
    ]
    named = [name[:MOST_CHARACTERS] for name in named if name]
    site = site_names(page, url)
    clean = [name for name in (without_site(name, site) for name in named) if name and word_key(name) not in site]
    heads = [head for head in page.heads if len(head) < MOST_CHARACTERS and word_key(head) not in site]
    slug = re.sub(r"[-_/.]+", " ", re.sub(r"^https?://[^/]*|[?#].*$|\.\w{2,5}$", "", url))
    if (best := _confirmed(heads, clean, slug)) is not None:
        return without_site(best, site)
    if clean:
        return _shortest_agreed(clean)
    return without_site(heads[0], site) if heads else squeezed(fallback)


def site_names(page: Metadata, url: str) -> set[str]:
    """What the site is called: its own name, the words of its home link, its host with and without the suffix."""
    names = {word_key(page.meta("og:site_name", "application-name", "al:ios:app_name")), *map(word_key, page.homes)}
    for thing in page.things:
        kinds = thing.get("@type")
        if kinds in ("WebSite", "Organization", "NewsMediaOrganization") and isinstance(thing.get("name"), str):
            names.add(word_key(thing["name"]))
    host = re.sub(r"^https?://(?:www\d?\.|m\.|amp\.)?|[:/?#].*$", "", url.lower())
    labels = host.split(".")
    names |= {word_key(host), *(labels[-2:-1] if len(labels) < 3 else labels[:-1])}
    return {name for name in names if len(name) > 1}


def without_site(title: str, site: set[str]) -> str:
    """«Headline — Site» and «Site | Headline» without the part that is the site's name."""
    while True:
        cuts = list(PARTS.finditer(title))
        if not cuts:
            return title.strip()
        head, tail = title[: cuts[-1].start()], title[cuts[-1].end() :]
        first, rest = title[: cuts[0].start()], title[cuts[0].end() :]
        if not tail.strip() or (head.strip() and is_site(tail, site)):
            title = head
        elif rest.strip() and is_site(first, site):
            title = rest
        else:
            return title.strip()


def is_site(words: str, site: set[str]) -> bool:
    key = word_key(words).replace(" ", "")
    for name in (name.replace(" ", "") for name in site):
        if key == name or (len(key) > 3 and name.startswith(key)):
            return True
        if len(name) > 4 and key.startswith(name) and len(key) < len(name) + 25:
            return True
    return False


def _confirmed(heads: list[str], named: list[str], slug: str) -> str | None:
    """The h1 most like what the page calls itself elsewhere: shared words, the long ones of the address among them."""
    best, most = None, LEAST_ALIKE
    for head in heads:
        score = max((_alike(head, name) for name in named), default=0.0)
        score = max(score, 0.8 * _alike(head, slug))
        if score > most:
            best, most = head, score
    if best is None and len(heads) == 1 and len(heads[0].split()) >= 4 and not named:
        return heads[0]
    return best


def _alike(one: str, other: str) -> float:
    """Shared words of two headlines, as a share of all of them; 1 only where they are the same."""
    one, other = word_key(one), word_key(other)
    if one == other:
        return 1.0 if one else 0.0
    a, b = set(one.split()), set(other.split())
    weight = sum(len(word) for word in a & b if len(word) > 3 or word.isdigit())
    return 0.99 * weight / max(1, sum(map(len, a | b)))


def _shortest_agreed(named: list[str]) -> str:
    """Where one name begins another (the longer has a tail), the shorter; else the first."""
    first = named[0]
    for other in sorted(named[1:], key=len):
        if 8 < len(other) < len(first) and word_key(first).startswith(word_key(other)):
            return other
    return first
