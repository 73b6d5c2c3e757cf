"""Markup → a tree, whatever the markup: nesting, attributes and length beyond reason are cut, and it is said."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MARKUP = re.compile(r"<\s*(?:!doctype html|html|head|body|div|p|article|section|main|meta|title|h1|table|span|br|a\s)[^>]{0,4000}>", re.IGNORECASE)  # fmt: skip
LONG = 20_000
LONG_TAG = re.compile(r"<([a-zA-Z][\w:-]{0,40})\s[^<>]{20000,}>")
STRUCTURE = re.compile(
    r"</?(?:html|body|div|span|font|b|i|u|em|strong|section|article|main|table|tbody|thead|tr|td|ul|ol|center|small|big|blockquote|form|nav|aside)\b[^<>]{0,4000}>",
    re.IGNORECASE,
)


def is_markup(source: str) -> bool:
    return MARKUP.search(source[:50_000]) is not None


def read_tree(source: str) -> tuple[HtmlElement, tuple[str, ...]]:
    """(tree, what had to be cut). Raises ValueError where there is nothing to parse."""
    if max(map(len, source.split("<"))) > LONG and LONG_TAG.search(source):
        return _parsed(LONG_TAG.sub(r"<\1>", source)), ("oversized tag",)
    return _parsed(source), ()


def flattened(source: str) -> HtmlElement:
    """The tree of a page nested deeper than libxml2 keeps, its mere structure and emphasis taken out."""
    return _parsed(STRUCTURE.sub("\n", LONG_TAG.sub(r"<\1>", source)))


def body_of(tree: HtmlElement) -> HtmlElement:
    body = tree.find("body")
    return tree if body is None else body


def _parsed(source: str) -> HtmlElement:
    from lxml import etree

    source = re.sub(r"^\s*<\?xml[^>]{0,200}\?>", "", source)
    try:
        tree = etree.fromstring(
            source, etree.HTMLParser(huge_tree=True)
        )  # plain elements: a fifth faster than lxml.html's
    except (ValueError, etree.XMLSyntaxError) as error:
        raise ValueError(f"no markup to read: {error}") from None
    if tree is None:
        raise ValueError("no markup to read")
    return tree
