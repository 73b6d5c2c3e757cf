"""Telegram's public previews: t.me/s/<channel>, twenty posts a page, paged back until before the window.

Each post becomes a capture of its own, an article row whose outlet is the channel; the page it stood on is kept beside.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from coverage.collect.sources import Listed, Listing, Window
from coverage.schema import Problem

ENDPOINT = "https://t.me"
_CHANNEL = re.compile(r"(?:https?://)?(?:t(?:elegram)?\.me/)?(?:s/)?@?([A-Za-z]\w{3,31})/?")


def start(channel: str, endpoint: str = ENDPOINT) -> str | None:
    """The newest preview page of `name`, `@name`, `t.me/name` or `https://t.me/s/name`; None for anything else."""
    found = _CHANNEL.fullmatch(channel.strip())
    return f"{endpoint}/s/{found[1]}" if found else None


def read(body: bytes, base: str, window: Window) -> Listing:
    """The window's posts on a preview page, and the page before it where the window may go on there."""
    from lxml import html

    listing = Listing()
    tree = html.fromstring(body.decode("utf-8", "replace")) if body.strip() else None
    posts = tree.xpath("//*[@data-post]") if tree is not None else []
    if not posts:
        listing.problems.append(Problem("collect", base, "no posts in the preview", None, "the channel may be private, renamed or empty"))  # fmt: skip
        return listing
    moments = []
    for post in posts:
        moment = _moment(post)
        moments += [moment] if moment else []
        row = _row(post, moment)
        if row is None:
            listing.leave_out("post without text")
        elif not window.holds(moment):
            listing.leave_out("outside the window")
        else:
            listing.listed.append(Listed(row["url"], "page", moment, payload=_as_json(row)))
    older = _older(tree, base)
    if older and (not moments or min(moments).date() >= window.first):
        listing.listed.append(Listed(older, "telegram"))
    return listing


def _row(post: Any, moment: datetime | None) -> dict[str, Any] | None:
    """The post as a row of article fields."""
    name = post.get("data-post", "")
    if not re.fullmatch(r"[A-Za-z]\w{3,31}/\d+", name):
        return None
    text = "\n\n".join(filter(None, (_text(node) for node in post.xpath(_BODY))))
    if not text:
        return None
    channel = name.split("/")[0]
    return {
        "id": name, "url": f"https://t.me/{name}", "outlet_domain": f"t.me/{channel}",
        "published": moment.isoformat() if moment else None, "language": None, "title": None, "text": text,
        "text_kind": "telegram", "forwarded_from": _first(post, "//*[contains(@class,'forwarded_from_name')]"),
        "edited": "edited" in "".join(post.xpath(".//*[contains(@class,'_meta')]//text()")),
    }  # fmt: skip


_BODY = ".//*[contains(concat(' ',@class,' '),' tgme_widget_message_text ') and not(ancestor::*[contains(@class,'_reply')])]"


def _text(node: Any) -> str:
    for line_break in node.xpath(".//br"):
        line_break.tail = "\n" + (line_break.tail or "")
    lines = [" ".join(line.split()) for line in node.text_content().split("\n")]
    return re.sub(r"\n{2,}", "\n\n", "\n".join(lines)).strip()


def _first(node: Any, path: str) -> str | None:
    found = node.xpath("." + path)
    return " ".join(found[0].text_content().split()) if found else None


def _moment(post: Any) -> datetime | None:
    for value in post.xpath(".//time/@datetime"):
        try:
            moment = datetime.fromisoformat(value)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except ValueError:
            continue
    return None


def _older(tree: Any, base: str) -> str | None:
    """The link to the posts before these: only of the same channel, and never one that does not go back."""
    for href in tree.xpath("//*[@data-before]/@href | //link[@rel='prev']/@href"):
        url = urljoin(base, str(href))
        here, there = urlsplit(base), urlsplit(url)
        before = re.search(r"(?:^|&)before=(\d+)", there.query)
        current = re.search(r"(?:^|&)before=(\d+)", here.query)
        if there[:3] == here[:3] and before and (not current or int(before[1]) < int(current[1])):
            return url
    return None


def _as_json(row: dict[str, Any]) -> bytes:
    return json.dumps(row, ensure_ascii=False).encode("utf-8", "replace")
