"""What changed between captures of one article, and whether it speaks less or more against the vote than before."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from coverage.measure.revisions import Version, find_revisions

if TYPE_CHECKING:
    from coverage.study import Study

TRUTH = Path(__file__).resolve().parents[2] / "studies" / "demo" / "truth.yml"


def version(hour: int, title: str = "T", text: str = "A.\n\nB.", stance: str | None = None, *signals: str) -> Version:
    article = {"article_id": "a", "capture_id": f"c{hour}", "title": title, "text": text, "language": "de"}
    mentions = [{"place": "headline", "voice": "own", "signals": list(signals)}] if signals else []
    return Version(datetime(2024, 3, 15, hour, tzinfo=UTC), article, mentions, stance)


def changes(*versions: Version) -> list[tuple[Any, ...]]:
    return [(r["earlier_capture_id"], r["capture_id"], r["field"], r["before"], r["after"], r["change"]) for r in find_revisions(versions)]  # fmt: skip


def test_the_planted_headline_is_found_softened(demo: Study) -> None:
    (planted,) = yaml.safe_load(TRUTH.read_text("utf-8"))["revisions"]
    found = demo.revisions
    (headline,) = found[found["field"] == "headline"].to_dict("records")
    assert (headline["before"], headline["after"]) == (planted["first"]["title"], planted["second"]["title"])
    assert headline["change"] == planted["direction"]
    article = demo.articles.set_index("article_id").loc[headline["article_id"]]
    assert (article["url"], article["title"]) == (planted["url"], headline["after"])
    assert headline["captured_at"].isoformat() == "2024-03-17T20:30:00+00:00"


def test_signals_of_the_own_voice_tell_the_direction() -> None:
    hard, soft = version(1, "Scheinwahl", "A.", None, "de-schein", "de-occupied"), version(2, "Wahl", "A.")
    assert changes(hard, soft) == [("c1", "c2", "headline", "Scheinwahl", "Wahl", "softened")]
    hailed = version(3, "Großer Wille des Volkes", "A.", None, "de-will")
    assert [c[-1] for c in changes(hard, soft, hailed)] == ["softened", "softened"]
    assert [c[-1] for c in changes(version(0, "Wahl", "A."), hard)] == ["hardened"]


def test_quoted_signals_tell_nothing() -> None:
    quoted = version(1, "Kiew: „Scheinwahl“", "A.", None, "de-schein")
    quoted.mentions[0]["voice"] = "opponent"
    assert [c[-1] for c in changes(quoted, version(2, "Wahl", "A."))] == ["other"]


def test_of_a_text_only_the_changed_paragraphs_are_shown() -> None:
    earlier, later = version(1, "T", "A.\n\nB.\n\nC.", "rejects"), version(2, "T", "A.\n\nD.\n\nC.", "neutral")
    assert changes(earlier, later) == [("c1", "c2", "text", "B.", "D.", "softened")]


def test_what_changed_only_in_spacing_or_at_no_later_time_is_no_revision() -> None:
    assert changes(version(1, "A  title"), version(2, "A title", "A.\n\nB. ")) == []
    assert changes(version(1, "One"), version(1, "Another")) == []
    assert changes(version(1)) == []
