"""Table `silence`: what can be said of each outlet on each day. Silence is claimed only where somebody was looking."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any

from coverage.measure.timeline import days_of
from coverage.measure.units import speaks_of

if TYPE_CHECKING:
    import pandas as pd

    from coverage.catalog import Catalog, Event

HIDDEN = (
    "forbidden",
    "bot wall",
    "paywall",
    "consent page",
    "timeout",
    "connection",
    "tls",
    "robots",
    "truncated",
    "http error",
)


def silence(
    events: list[Event],
    catalog: Catalog,
    articles: pd.DataFrame,
    captures: pd.DataFrame,
    window: tuple[date, date],
    watched: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Every known outlet with an article or a failed capture in the study, on every day watched for each vote.

    Outlets that the catalog does not know are left out: what is not identified cannot be called silent.
    Only articles dated to the day are evidence. A report of the appeal not to cover the vote is another article here.
    `watched` (outlet_id, day, evidence) names further days on which somebody looked: a feed or a dated sitemap that was read.
    """
    from coverage.schema import frame_of

    dated = articles[articles["published_precision"].isin(["minute", "day"])]
    dated = dated.assign(day=dated["published_at"].dt.date)
    failed = _failed(catalog, captures)
    looked = _looked(watched)
    seen = set(articles["outlet_id"]) | {outlet_id for outlet_id, _ in (*failed, *looked)}
    outlet_ids = sorted(outlet_id for outlet_id in seen if outlet_id in catalog.outlets)
    rows: list[dict[str, Any]] = []
    for event in events:
        if event.kind == "appeal":
            continue
        on_vote = dated[speaks_of(dated, event.id) & ~dated["is_appeal"]]
        vote = Counter(zip(on_vote["outlet_id"], on_vote["day"], strict=True))
        everything = Counter(zip(dated["outlet_id"], dated["day"], strict=True))
        for outlet_id in outlet_ids:
            for day in days_of(event, window):
                key = (outlet_id, day)
                rows.append(
                    {
                        "event_id": event.id,
                        "outlet_id": outlet_id,
                        "day": day,
                        **_state(vote[key], everything[key] - vote[key], failed[key], looked.get(key)),
                    }
                )
    return frame_of("silence", rows)


def _state(n_vote: int, n_other: int, failures: Counter[str], looked: str | None) -> dict[str, Any]:
    if n_vote:
        state, evidence = "covered", f"{n_vote} on the vote"
    elif failures:
        told = ", ".join(f"{count} × {outcome}" for outcome, count in sorted(failures.items()))
        state, evidence = "unobservable", told
    elif n_other:
        state, evidence = "not covered while watched", f"{n_other} other articles seen"
    elif looked:
        state, evidence = "not covered while watched", looked
    else:
        return {"state": "not watched", "n_vote": 0, "n_other": 0, "evidence": None}
    return {"state": state, "n_vote": n_vote, "n_other": n_other, "evidence": evidence}


def _looked(watched: pd.DataFrame | None) -> dict[tuple[str, date], str]:
    if watched is None:
        return {}
    rows = watched.sort_values(["outlet_id", "day", "evidence"])
    return {(row.outlet_id, row.day): row.evidence for row in rows.itertuples()}


def _failed(catalog: Catalog, captures: pd.DataFrame) -> dict[tuple[str, date], Counter[str]]:
    """(outlet, day of the fetch) → outcomes of captures that hid what the outlet had that day."""
    found: dict[tuple[str, date], Counter[str]] = _Empty()
    hidden = captures[captures["outcome"].isin(HIDDEN)]
    for url, when, outcome in zip(hidden["url"], hidden["fetched_at"], hidden["outcome"], strict=True):
        found.setdefault((catalog.outlet_id(url), when.date()), Counter())[outcome] += 1
    return found


class _Empty(dict[tuple[str, date], "Counter[str]"]):
    """A dict that answers an empty counter for what it lacks, without keeping it."""

    def __missing__(self, key: tuple[str, date]) -> Counter[str]:
        return Counter()
