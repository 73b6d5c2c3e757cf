"""The section a page stands in: as it declares it, else the last step of its breadcrumb that is neither home nor the page."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from coverage.text.metadata import Metadata, squeezed, types_of, word_key

if TYPE_CHECKING:
    from lxml.html import HtmlElement

CRUMB = "*[contains(concat(' ', @itemprop, ' '), ' itemListElement ')]"
TRAIL = f"(//*[contains(@itemtype, 'schema.org/BreadcrumbList')])[1]//{CRUMB}"
HOME = re.compile(r"^(?:home ?page|home|start|startseite|accueil|inicio|strona główna|головна|главная|начало|галоўная)$", re.IGNORECASE)  # fmt: skip
MOST_CRUMBS = 12


def find_section(told: Metadata, tree: HtmlElement, title: str, url: str) -> str | None:
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
        for name, address in (_told_crumbs(told) or _marked_crumbs(tree))
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


def _marked_crumbs(tree: HtmlElement) -> list[tuple[str, str]]:
    """The same of a breadcrumb marked up in the page itself."""
    return [
        (squeezed(" ".join(node.itertext())).strip("»›>/| "), next(iter(node.xpath(".//@href")), ""))
        for node in tree.xpath(TRAIL)[:MOST_CRUMBS]
    ]


def _path(address: str) -> str:
    try:
        return urlsplit(address).path.rstrip("/")
    except ValueError:
        return ""


def _is_at(address: str, pages: set[str]) -> bool:
    """Whether a step leads to the front page or to the page itself."""
    return bool(address) and _path(address) in pages | {""}
