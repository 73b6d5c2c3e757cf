"""Table `revisions`: what changed in an article between one capture of it and the next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

Row = dict[str, Any]
TOWARDS_REJECTION = ("amplifies", "neutral", "rejects")


@dataclass(frozen=True)
class Version:
    """One article as it was captured once: rows of `articles`, `mentions` and `stances`."""

    captured_at: datetime
    article: Row
    mentions: Sequence[Row] = ()
    stance: str | None = None


def find_revisions(versions: Sequence[Version]) -> list[Row]:
    """Rows of `revisions`: each changed headline or text among one article's versions, given in order of capture.

    Versions captured at the same instant are two readings of one state: nothing says which came first, so none is a change.
    """
    return [
        row
        for earlier, later in pairwise(_one_an_instant(versions))
        for row in (_headline(earlier, later), _text(earlier, later))
        if row
    ]


def _one_an_instant(versions: Iterable[Version]) -> list[Version]:
    return list({version.captured_at: version for version in versions}.values())


def _headline(earlier: Version, later: Version) -> Row | None:
    before, after = earlier.article["title"], later.article["title"]
    if _plain(before) == _plain(after):
        return None
    return _row(earlier, later, "headline", before, after, _direction(_leaning(earlier), _leaning(later)))


def _text(earlier: Version, later: Version) -> Row | None:
    """The paragraphs that went and those that came; a reader finds the change without comparing two pages."""
    old, new = (version.article["text"].split("\n\n") for version in (earlier, later))
    old_plain, new_plain = set(map(_plain, old)), set(map(_plain, new))
    gone = [paragraph for paragraph in old if _plain(paragraph) not in new_plain]
    come = [paragraph for paragraph in new if _plain(paragraph) not in old_plain]
    if not gone and not come:
        return None
    return _row(earlier, later, "text", "\n\n".join(gone), "\n\n".join(come), _direction(_rank(earlier), _rank(later)))


def _row(earlier: Version, later: Version, field: str, before: str, after: str, change: str) -> Row:
    return {
        "article_id": later.article["article_id"],
        "capture_id": later.article["capture_id"],
        "earlier_capture_id": earlier.article["capture_id"],
        "captured_at": later.captured_at,
        "field": field,
        "before": before,
        "after": after,
        "change": change,
    }


def _direction(before: int | None, after: int | None) -> str:
    if before is None or after is None or before == after:
        return "other"
    return "hardened" if after > before else "softened"


def _leaning(version: Version) -> int:
    """Rejecting less amplifying signals in the headline, in the outlet's own voice."""
    from coverage.catalog.signals import wording

    words = wording(version.article["language"])
    weight = {signal.id: {"rejects": 1, "amplifies": -1}.get(signal.direction, 0) for signal in words.signals} if words else {}  # fmt: skip
    own = {s for m in version.mentions if m["place"] == "headline" and m["voice"] == "own" for s in m["signals"]}
    return sum(weight.get(signal, 0) for signal in own)


def _rank(version: Version) -> int | None:
    """How far the article's stance goes towards rejection; None where it takes none that can be ordered."""
    return TOWARDS_REJECTION.index(version.stance) if version.stance in TOWARDS_REJECTION else None


def _plain(words: str) -> str:
    return " ".join(words.split())
