"""Table `timeline`: articles and families by day and stance, days without any included."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from coverage.measure.units import speaks_of
from coverage.schema import STANCES

if TYPE_CHECKING:
    import pandas as pd

    from coverage.catalog import Event

PHASES = ("before the vote", "on its days", "after it")


def timeline(
    events: list[Event],
    articles: pd.DataFrame,
    stances: pd.DataFrame,
    families: pd.DataFrame,
    window: tuple[date, date],
) -> pd.DataFrame:
    """Counts for every day of the event's watch window within the study's. Only dates known to the day count.

    A family is counted once, on the day of its first dated article and with that article's stance.
    """
    from coverage.schema import frame_of

    rows: list[dict[str, Any]] = []
    for event in events:
        dated = _dated(event, articles, stances, families)
        first = dated.sort_values(["published_at", "article_id"]).drop_duplicates("family_id")
        n_articles, n_families = (part.groupby(["day", "stance"]).size().to_dict() for part in (dated, first))
        for day in days_of(event, window):
            rows += [
                {
                    "event_id": event.id,
                    "day": day,
                    "stance": s,
                    "n_articles": n_articles.get((day, s), 0),
                    "n_families": n_families.get((day, s), 0),
                }
                for s in STANCES
            ]
    return frame_of("timeline", rows)


def by_phase(timeline: pd.DataFrame, events: list[Event]) -> pd.DataFrame:
    """Families of table `timeline` before, on and after the days of each vote: one row an event and phase.

    Columns event_id, phase, rejects, amplifies, neutral, unclear (families), and share_rejects, share_amplifies and
    share_neutral of the clear ones as classified, empty where there are none. The appeal is no vote and is left out.
    """
    import pandas as pd

    votes = {event.id: event for event in events if event.kind != "appeal"}
    rows = timeline[timeline["event_id"].isin(list(votes))]
    phases = [
        _phase(votes[e], day) for e, day in zip(rows["event_id"], pd.to_datetime(rows["day"]).dt.date, strict=True)
    ]
    phase = pd.Categorical(phases, PHASES, ordered=True)
    counts = rows.assign(phase=phase).groupby(["event_id", "phase", "stance"], observed=True)["n_families"].sum()
    found = counts.unstack(fill_value=0).reindex(columns=list(STANCES), fill_value=0)
    clear = found.drop(columns="unclear")
    shares = clear.div(clear.sum(axis=1).replace(0, float("nan")), axis=0)
    return found.join(shares.add_prefix("share_")).rename_axis(columns=None).reset_index()


def shares_over_time(timeline: pd.DataFrame, *, days: int = 1) -> pd.DataFrame:
    """Shares of the stances among the families of one event's `timeline`: one row for each span of `days` with any.

    Indexed by the span's first day, counted from the table's first; columns of every stance (they sum to 1, `unclear`
    with them) and n_families.
    """
    import pandas as pd

    day = pd.to_datetime(timeline["day"])
    first = day - pd.to_timedelta((day - day.min()).dt.days % days, unit="D")
    counts = timeline.assign(first=first).groupby(["first", "stance"], observed=True)["n_families"].sum().unstack()
    counts = counts.reindex(columns=list(STANCES)).fillna(0)
    total = counts.sum(axis=1).astype("int64")
    shares = counts.div(total.where(total > 0), axis=0).assign(n_families=total)
    return shares[total > 0].rename_axis(columns=None)


def _phase(event: Event, day: date) -> str:
    if day < event.first_day:
        return PHASES[0]
    return PHASES[1] if day <= event.last_day else PHASES[2]


def days_of(event: Event, window: tuple[date, date]) -> list[date]:
    """The days of the event's watch window that lie in the study's."""
    first, last = max(event.watch_from, window[0]), min(event.watch_to, window[1])
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _dated(event: Event, articles: pd.DataFrame, stances: pd.DataFrame, families: pd.DataFrame) -> pd.DataFrame:
    mine = articles[speaks_of(articles, event.id) & articles["published_precision"].isin(["minute", "day"])]
    if event.kind != "appeal":
        mine = mine[~mine["is_appeal"]]
    rows = mine[["article_id", "published_at"]].merge(stances[["article_id", "stance"]], on="article_id")
    rows = rows.merge(families[["article_id", "family_id"]], on="article_id", how="left").dropna(subset=["stance"])
    return rows.assign(day=rows["published_at"].dt.date, family_id=rows["family_id"].fillna(rows["article_id"]))
