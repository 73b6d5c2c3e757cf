"""Coverage and stance by day, with the days of the vote marked."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from coverage.measure.timeline import shares_over_time
from coverage.plots.style import (
    COLOURS,
    axes,
    caption,
    date_axis,
    nothing,
    of_event,
    table_of,
    whole_numbers,
    wrapped,
)
from coverage.schema import STANCES

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from coverage.study import Study

DAYS_SHOWN_SINGLY = 45  # a longer span is shown by weeks
UNDATED = "Undated articles are left out of this figure."


def stance_timeline(study: Study | pd.DataFrame, *, event: str | None = None, ax: Axes | None = None) -> Axes:
    """Families by the day of their first article and by stance."""
    rows = of_event(table_of(study, "timeline"), event)
    wide = rows.pivot_table(index="day", columns="stance", values="n_families", aggfunc="sum", observed=True).fillna(0)
    ax = axes(ax, height=3.9)
    if wide.empty or not wide.to_numpy().sum():
        return nothing(ax, "No dated article on the vote", UNDATED)
    wide = wide.reindex(columns=[s for s in STANCES if s in wide.columns])
    total = wide.sum(axis=1)
    _stack(ax, wide, width=0.85)
    marked = _mark_vote(ax, study, rows)
    date_axis(ax, len(wide))
    ax.set_ylabel("families first seen")
    whole_numbers(ax.yaxis)
    ax.legend(ncols=4, loc="lower left", bbox_to_anchor=(0, 1.0), fontsize=9.5)
    ax.set_ylim(0, float(total.max()) * 1.05)
    peak = total.idxmax()
    began = f"{int(total[peak])} of {int(total.sum())} families began that day"
    ax.set_title(wrapped(f"Coverage peaked on {peak:%-d %B %Y}: {began}", 72), pad=28)
    articles = int(rows["n_articles"].sum())
    return caption(
        ax, f"n = {int(total.sum())} families dated to the day ({articles} articles); undated ones left out.{marked}"
    )


def stance_shares(study: Study | pd.DataFrame, *, event: str | None = None, ax: Axes | None = None) -> Axes:
    """Shares of the stances by the day (over long spans the week) in which families began, their number above each bar."""
    rows = of_event(table_of(study, "timeline"), event)
    step = 1 if rows["day"].nunique() <= DAYS_SHOWN_SINGLY else 7
    shares = shares_over_time(rows, days=step)
    shares.index = shares.index + timedelta(days=(step - 1) / 2)  # the middle of a week
    ax = axes(ax, height=3.9)
    if shares.empty:
        return nothing(ax, "No dated article on the vote", UNDATED)
    _stack(ax, shares[list(STANCES)], width=0.85 * step)
    for day, families in shares["n_families"].items():
        ax.text(day, 1.02, f"{families}", ha="center", va="bottom", fontsize=8.5, color="#555555")
    marked = _mark_vote(ax, study, rows)
    date_axis(ax, len(shares) * step)
    ax.set_ylim(0, 1.09)
    ax.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
    ax.set_ylabel("share of families")
    ax.legend(ncols=4, loc="lower left", bbox_to_anchor=(0, 1.0), fontsize=9.5)
    most = (shares["amplifies"] * shares["n_families"]).sum() / shares["n_families"].sum()
    ax.set_title(f"{most:.0%} of dated families were classed as amplifying the vote", pad=28)
    unit = "day" if step == 1 else "week"
    return caption(
        ax,
        f"n = {shares['n_families'].sum()} families (above each bar), by {unit} of their first article, as classified; "
        f"undated ones left out.{marked}",
    )


def _stack(ax: Axes, wide: pd.DataFrame, *, width: float) -> None:
    bottom = 0 * wide.iloc[:, 0]
    for stance in wide.columns:
        ax.bar(
            wide.index,
            wide[stance],
            bottom=bottom,
            width=width,
            color=COLOURS[stance],
            label=stance,
            hatch="//" if stance == "unclear" else None,
            edgecolor="white",
            linewidth=0.3,
        )
        bottom = bottom + wide[stance]


def _mark_vote(ax: Axes, study: Study | pd.DataFrame, rows: pd.DataFrame) -> str:
    """A band behind the days of the vote; returns the words for the caption, none where only a table was given."""
    import pandas as pd

    if isinstance(study, pd.DataFrame):
        return ""
    vote = study.catalog.events[rows["event_id"].iloc[0]]
    first, last = (pd.Timestamp(day) for day in (vote.first_day, vote.last_day))
    half = pd.Timedelta(hours=12)
    ax.axvspan(first - half, last + half, color="#F3E9D2", zorder=0, linewidth=0)
    return " Shaded: the days of the vote."
