"""Media Cloud's search API: stories of the world's news sites that match a query, a thousand an answer, paged by token.

Publisher: the Media Cloud consortium; a free account gives a key, which belongs in the environment, never in a study file.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from urllib.parse import urlencode

from coverage.collect.guard import usable_url
from coverage.collect.sources import Listed, Listing, Window
from coverage.schema import Problem

ENDPOINT = "https://search.mediacloud.org"
KEY_VARIABLE = "MEDIACLOUD_API_KEY"
PAGE_ROWS = 1_000


class MissingKeyError(ValueError):
    """A study asks for a source that needs a key, and there is none."""


def authorisation() -> dict[str, str]:
    """The header that carries the key; raises MissingKeyError where the environment has none that can be sent."""
    key = os.environ.get(KEY_VARIABLE, "").strip()
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        raise MissingKeyError(
            f"a source of kind `mediacloud` needs a key in the environment variable {KEY_VARIABLE} "
            "(an account at search.mediacloud.org shows one), or take the source out of the study file"
        )
    return {"Authorization": f"Token {key}"}


def start(query: str, window: Window, endpoint: str = ENDPOINT) -> str:
    """The request for the window's stories that match `query` (Media Cloud's syntax)."""
    fields = {
        "q": query, "start": window.first.isoformat(), "end": window.last.isoformat(),
        "platform": "onlinenews-mediacloud", "page_size": str(PAGE_ROWS), "sort_order": "asc",
    }  # fmt: skip
    return f"{endpoint}/api/search/story-list?{urlencode(fields)}"


def read(body: bytes, base: str) -> Listing:
    """The stories an answer names, and the request for those after them."""
    listing = Listing()
    try:
        answer = json.loads(body)
        stories, token = answer["stories"], answer.get("pagination_token")
        for story in stories:
            _story(story, listing)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        words = body[:200].decode("utf-8", "replace").strip()
        listing.problems.append(Problem("collect", base, "index answer unreadable", words, "correct the query, or try again later"))  # fmt: skip
        return listing
    if token and stories:
        first = base.partition("&pagination_token=")[0]
        listing.listed.append(Listed(f"{first}&{urlencode({'pagination_token': str(token)})}", "mediacloud"))
    return listing


def _story(story: dict[str, object], listing: Listing) -> None:
    url = str(story.get("url") or "")
    if usable_url(url) is None:
        listing.listed.append(Listed(url, "page", _published(story.get("publish_date")), str(story.get("title") or "")[:500]))  # fmt: skip
    else:
        listing.leave_out("no usable address")


def _published(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
