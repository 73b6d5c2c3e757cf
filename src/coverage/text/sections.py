"""The section a page stands in: as it declares it, else the last step of its breadcrumb that is neither home nor the page."""

from __future__ import annotations

import re
from html import unescape
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from coverage.text.markup import attributes_of, elements, inner_html, inner_text
from coverage.text.metadata import Metadata, squeezed, types_of, word_key

TRAIL = re.compile(r'<[^>]* itemtype="[^"]*schema\.org/BreadcrumbList[^>]*>')
CRUMB = re.compile(r'<[^>]* itemprop="(?:[^"]* )?itemListElement[ "][^>]*>')
LINKED = re.compile(r'<([^>]* href="[^>]*)>')
HOME = re.compile(r"^(?:home ?page|home|start|startseite|accueil|inicio|strona główna|головна|главная|начало|галоўная)$", re.IGNORECASE)  # fmt: skip
MOST_CRUMBS = 12


def find_section(told: Metadata, text: str, title: str, url: str) -> str | None:
    declared = told.main.get("articleSection")
    if isinstance(declared, list):
        declared = next((part for part in declared if isinstance(part, str)), None)
    words = told.meta("article:section", "og:article:section", "section", "parsely-section") or declared
    if isinstance(words, str) and squeezed(words):
        return squeezed(words)
    here = {word_key(title), word_key(told.meta("og:title"))}
    pages = {_path(url), _path(told.canonical or "")}
    steps = [
        name
        for name, address in (_told_crumbs(told) or _marked_crumbs(text))
        if 0 < len(name) <= 60 and not HOME.match(name) and word_key(name) not in here and not _is_at(address, pages)
    ]
    return steps[-1] if steps else None


def _told_crumbs(told: Metadata) -> list[tuple[str, str]]:
    """(name, address) of the JSON-LD breadcrumb's steps, in their order."""
    trail = next((thing for thing in told.things if "BreadcrumbList" in types_of(thing)), {})
    steps = trail.get("itemListElement")
    return [_crumb(step) for step in steps[:MOST_CRUMBS] if isinstance(step, dict)] if isinstance(steps, list) else []


def _crumb(step: dict[str, Any]) -> tuple[str, str]:
    item = step.get("item")
    inner = item if isinstance(item, dict) else {"@id": item}
    name, address = step.get("name") or inner.get("name"), inner.get("@id") or inner.get("url")
    return squeezed(unescape(name)) if isinstance(name, str) else "", address if isinstance(address, str) else ""


def _marked_crumbs(text: str) -> list[tuple[str, str]]:
    """The same of a breadcrumb marked up in the page itself."""
    trail = next(elements(text, TRAIL), None)
    inside = inner_html(text, trail) if trail else ""
    found = []
    for crumb in islice(elements(inside, CRUMB), MOST_CRUMBS):
        linked = LINKED.search(inner_html(inside, crumb))
        address = crumb.attributes.get("href") or (attributes_of(linked[1])["href"] if linked else "")
        found.append((squeezed(inner_text(inside, crumb)).strip("»›>/| "), address))
    return found


def _path(address: str) -> str:
    try:
        return urlsplit(address).path.rstrip("/")
    except ValueError:
        return ""


def _is_at(address: str, pages: set[str]) -> bool:
    """Whether a step leads to the front page or to the page itself."""
    return bool(address) and _path(address) in pages | {""}
