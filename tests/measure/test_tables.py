"""Silence, timeline and outlets on small constructed studies."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from coverage.catalog import load_catalog
from coverage.measure.index import Confusion
from coverage.measure.outlets import outlets
from coverage.measure.silence import silence
from coverage.measure.timeline import by_phase, shares_over_time, timeline
from coverage.schema import TABLES, check_table, frame_of, to_arrow

EVENT = load_catalog().events["president-2024"]
WINDOW = (date(2024, 3, 14), date(2024, 3, 18))
PERFECT = Confusion(((1000.0, 0, 0), (0, 1000.0, 0), (0, 0, 1000.0)), "a test")


def article(
    key: str, outlet: str, day: int, on_vote: bool = True, precision: str = "day", appeal: bool = False
) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(TABLES["articles"].names)
    return row | {
        "article_id": key, "capture_id": key, "digest": "sha256:0", "outlet_id": outlet, "published_at": datetime(2024, 3, day, tzinfo=UTC),
        "published_precision": precision, "date_conflict": False, "language": "en", "title": "t", "text": "x", "extractor": "import",
        "event_ids": [EVENT.id] if on_vote else [], "about_vote": "central" if on_vote else "none", "is_appeal": appeal, "flags": [], "words": 1,
    }  # fmt: skip


def stance(key: str, name: str) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(TABLES["stances"].names)
    shares = {f"p_{c}": 0.9 if c == name else 0.05 for c in ("rejects", "amplifies", "neutral")}
    return row | {"article_id": key, "about_vote": "central", "stance": name, "model_version": "1"} | shares


def family(key: str, home: str) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(TABLES["families"].names)
    return row | {"article_id": key, "family_id": home, "role": "original" if key == home else "republished"}


def captures(rows: list[dict[str, Any]]) -> pd.DataFrame:
    empty: dict[str, Any] = dict.fromkeys(TABLES["captures"].names)
    base = empty | {"digest": "d", "warc": "w", "offset": 0, "length": 1, "source": "pages"}
    return frame_of("captures", [base | {"capture_id": str(n)} | row for n, row in enumerate(rows)])


def states(articles: list[dict[str, Any]], failed: list[dict[str, Any]] = []) -> dict[tuple[str, int], str]:  # noqa: B006
    table = silence([EVENT], load_catalog(), frame_of("articles", articles), captures(failed), WINDOW)
    check_table("silence", to_arrow("silence", table))
    return {(row.outlet_id, row.day.day): row.state for row in table.itertuples()}


def test_silence_is_claimed_only_where_somebody_looked() -> None:
    found = states(
        [
            article("a", "bbc", 15),
            article("b", "bbc", 16, on_vote=False),
            article("c", "dw", 17, on_vote=False, precision="month"),
        ]
    )
    assert found["bbc", 15] == "covered"
    assert found["bbc", 16] == "not covered while watched"
    assert found["bbc", 17] == "not watched"
    assert {state for (outlet, _), state in found.items() if outlet == "dw"} == {"not watched"}


def test_a_hidden_page_makes_its_day_unobservable() -> None:
    hidden = {
        "url": "https://www.bbc.com/news/1",
        "fetched_at": datetime(2024, 3, 16, 9, tzinfo=UTC),
        "outcome": "forbidden",
    }
    home = load_catalog().outlet_id("https://www.bbc.com/news/1")
    found = states([article("b", home, 16, on_vote=False), article("c", home, 17, on_vote=False)], [hidden])
    assert found[home, 16] == "unobservable"
    assert found[home, 17] == "not covered while watched"


def test_a_feed_that_was_read_is_evidence_of_watching() -> None:
    watched = pd.DataFrame([{"outlet_id": "dw", "day": date(2024, 3, 15), "evidence": "feed read, 40 entries"}])
    table = silence([EVENT], load_catalog(), frame_of("articles", []), captures([]), WINDOW, watched)
    found = {(row.outlet_id, row.day.day): (row.state, row.evidence) for row in table.itertuples()}
    assert found["dw", 15] == ("not covered while watched", "feed read, 40 entries")
    assert found["dw", 16][0] == "not watched"


def test_an_outlet_that_nobody_knows_is_never_called_silent() -> None:
    assert not states([article("a", "unknown:somewhere.example", 15, on_vote=False)])


def test_a_report_of_the_appeal_is_no_coverage_of_the_vote() -> None:
    assert states([article("a", "bbc", 15, appeal=True)])["bbc", 15] == "not covered while watched"


def test_the_timeline_has_every_day_and_counts_a_family_once() -> None:
    articles = frame_of(
        "articles", [article("a", "bbc", 15), article("b", "dw", 16), article("c", "dw", 15, precision="month")]
    )
    stances = frame_of("stances", [stance("a", "rejects"), stance("b", "amplifies"), stance("c", "rejects")])
    families = frame_of("families", [family("a", "a"), family("b", "a"), family("c", "c")])
    table = timeline([EVENT], articles, stances, families, WINDOW)
    check_table("timeline", to_arrow("timeline", table))
    assert table["day"].nunique() == 5
    assert table["n_articles"].sum() == 2
    assert table["n_families"].sum() == 1
    assert table.loc[(table["day"] == date(2024, 3, 15)) & (table["stance"] == "rejects"), "n_families"].item() == 1


def outlet_rows(
    articles: list[dict[str, Any]], stances: list[dict[str, Any]], families: list[dict[str, Any]]
) -> dict[str, Any]:
    frames = frame_of("articles", articles), frame_of("stances", stances), frame_of("families", families)
    days = silence([EVENT], load_catalog(), frames[0], captures([]), WINDOW)
    table = outlets([EVENT], load_catalog(), *frames, days, PERFECT, 5)
    check_table("outlets", to_arrow("outlets", table))
    return {row["outlet_id"]: row for row in table.to_dict("records")}


def test_one_wire_story_printed_five_times_is_one_decision_and_five_reaches() -> None:
    keys = [f"a{n}" for n in range(5)]
    found = outlet_rows(
        [article(k, "bbc", 15) for k in keys], [stance(k, "amplifies") for k in keys], [family(k, "a0") for k in keys]
    )
    assert (found["bbc"]["n_articles"], found["bbc"]["n_families"], found["bbc"]["reach"]) == (5, 1, 5)
    assert found["bbc"]["state"] == "suppressed"
    assert found["bbc"]["index"] != found["bbc"]["index"] or found["bbc"]["index"] is None


def test_five_families_show_an_index_and_a_watched_outlet_without_any_is_silent() -> None:
    keys = [f"a{n}" for n in range(5)]
    quiet = [article(f"s{day}", "dw", day, on_vote=False) for day in range(14, 19)]
    articles = [article(k, "bbc", 15) for k in keys] + quiet + [article("q", "reuters", 15, on_vote=False)]
    found = outlet_rows(articles, [stance(k, "rejects") for k in keys], [family(k, k) for k in keys])
    assert found["bbc"]["state"] == "shown"
    assert found["bbc"]["index"] == pytest.approx(-1, abs=0.02)
    assert found["dw"]["state"] == "silent"
    assert found["reuters"]["state"] == "not watched"  # one day is chance, not silence


def test_the_appeal_never_counts_as_amplification() -> None:
    keys = [f"a{n}" for n in range(6)]
    found = outlet_rows(
        [article(k, "bbc", day, appeal=True) for k, day in zip(keys, (14, 14, 15, 16, 17, 18), strict=True)],
        [stance(k, "amplifies") for k in keys],
        [family(k, k) for k in keys],
    )
    assert found["bbc"]["n_amplifies"] == 0
    assert found["bbc"]["state"] == "silent"


def test_families_before_on_and_after_the_days_of_the_vote() -> None:
    first, last = EVENT.first_day, EVENT.last_day
    days = [(first - timedelta(days=1), "rejects", 3), (first - timedelta(days=1), "amplifies", 1)]
    days += [(first, "amplifies", 2), (last, "unclear", 4), (last + timedelta(days=1), "unclear", 1)]
    rows = [
        {"event_id": event_id, "day": day, "stance": stance, "n_articles": n, "n_families": n}
        for event_id in (EVENT.id, "appeal-2024")
        for day, stance, n in days
    ]
    found = by_phase(frame_of("timeline", rows), [EVENT, load_catalog().events["appeal-2024"]]).set_index("phase")
    assert list(found.index) == ["before the vote", "on its days", "after it"]
    assert found.loc["before the vote", "share_rejects"] == 0.75
    assert found.loc["on its days", ["amplifies", "unclear", "share_amplifies"]].tolist() == [2, 4, 1.0]
    assert pd.isna(found.loc["after it", "share_amplifies"])


def test_shares_by_day_and_by_week() -> None:
    counts = [("rejects", 0, 3), ("amplifies", 0, 1), ("neutral", 6, 0), ("unclear", 6, 2), ("neutral", 7, 5)]
    rows = [
        {"event_id": EVENT.id, "day": EVENT.first_day + timedelta(days=n), "stance": stance, "n_articles": k, "n_families": k}
        for stance, n, k in counts
    ]  # fmt: skip
    by_day, by_week = (shares_over_time(frame_of("timeline", rows), days=days) for days in (1, 7))
    assert by_day["n_families"].tolist() == [4, 2, 5]
    assert by_day["rejects"].tolist() == [0.75, 0, 0]
    assert by_week["n_families"].tolist() == [6, 5]
    assert by_week["unclear"].tolist() == [2 / 6, 0]
    assert [day.date() - EVENT.first_day for day in by_week.index] == [timedelta(0), timedelta(days=7)]
