"""Table `outlets`: one row an outlet and event, with counts, index, reach and what can be said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coverage.measure.index import Confusion, index_of_counts
from coverage.measure.units import CLASSES, outlet_families, reach, speaks_of

if TYPE_CHECKING:
    import pandas as pd

    from coverage.catalog import Catalog, Event

FEWEST_SILENT_DAYS = 5  # fewer days watched without a word are chance, not silence


def outlets(
    events: list[Event],
    catalog: Catalog,
    articles: pd.DataFrame,
    stances: pd.DataFrame,
    families: pd.DataFrame,
    silence: pd.DataFrame,
    confusion: Confusion,
    min_families: int,
) -> pd.DataFrame:
    """Every outlet of the study in every event. An index is shown from `min_families` clearly classed families on."""
    from coverage.schema import frame_of

    rows: list[dict[str, Any]] = []
    for event in events:
        rows += _event_rows(event, catalog, articles, stances, families, silence, confusion, min_families)
    return frame_of("outlets", rows)


def _event_rows(
    event: Event,
    catalog: Catalog,
    articles: pd.DataFrame,
    stances: pd.DataFrame,
    families: pd.DataFrame,
    silence: pd.DataFrame,
    confusion: Confusion,
    min_families: int,
) -> list[dict[str, Any]]:
    mine = articles[speaks_of(articles, event.id)]
    if event.kind != "appeal":
        mine = mine[~mine["is_appeal"]]
    units = outlet_families(stances, families, articles, event.id)
    counts = units.groupby(["outlet_id", "stance"]).size().unstack(fill_value=0) if len(units) else _no_counts()
    counts = counts.reindex(columns=[*CLASSES, "unclear"], fill_value=0)
    measured = index_of_counts(counts[counts[list(CLASSES)].sum(axis=1) >= min_families], confusion)
    reached = {str(k): int(v) for k, v in reach(mine, families).items()}
    quiet = silence[(silence["event_id"] == event.id) & (silence["state"] == "not covered while watched")]
    silent_days = quiet.groupby("outlet_id").size().to_dict()
    everyone = sorted(set(articles["outlet_id"]) | set(silence["outlet_id"]))
    return [
        _row(
            event,
            outlet_id,
            catalog,
            mine[mine["outlet_id"] == outlet_id],
            units[units["outlet_id"] == outlet_id],
            counts,
            measured,
            reached,
            silent_days,
        )
        for outlet_id in everyone
    ]


def _no_counts() -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(columns=[*CLASSES, "unclear"], dtype="int64")


def _row(
    event: Event,
    outlet_id: str,
    catalog: Catalog,
    own: pd.DataFrame,
    units: pd.DataFrame,
    counts: pd.DataFrame,
    measured: pd.DataFrame,
    reached: dict[str, int],
    silent_days: dict[str, int],
) -> dict[str, Any]:
    known = catalog.outlets.get(outlet_id)
    classed = {c: int(counts.loc[outlet_id, c]) if outlet_id in counts.index else 0 for c in (*CLASSES, "unclear")}
    dated = own[own["published_precision"].isin(["minute", "day"])]["published_at"]
    row: dict[str, Any] = {
        "event_id": event.id,
        "outlet_id": outlet_id,
        "name": known.name if known else outlet_id.removeprefix("unknown:"),
        "kind": known.kind if known else "unknown",
        "country": known.country if known else "unknown",
        "n_articles": len(own),
        "n_families": len(units) if event.kind != "appeal" else own["article_id"].nunique(),
        "n_effective": _effective(units["certainty"]),
        **{f"n_{c}": n for c, n in classed.items()},
        "reach": reached.get(outlet_id),
        "first_at": dated.min() if len(dated) else None,
        "last_at": dated.max() if len(dated) else None,
        "state": _state(event, outlet_id, own, measured, silent_days),
    }
    names = [*(f"{c}_share{s}" for c in CLASSES for s in ("", "_low", "_high")), "index", "index_low", "index_high"]
    shown = row["state"] == "shown"
    return row | {name: float(measured.loc[outlet_id, name]) if shown else None for name in names}


def _state(event: Event, outlet_id: str, own: pd.DataFrame, measured: pd.DataFrame, silent_days: dict[str, int]) -> str:
    if event.kind != "appeal" and outlet_id in measured.index:
        return "shown"
    if len(own):
        return "suppressed"
    return "silent" if silent_days.get(outlet_id, 0) >= FEWEST_SILENT_DAYS else "not watched"


def _effective(certainty: pd.Series) -> float | None:
    """Kish's effective number: families weighed by how sure their class is."""
    weights = certainty.dropna()
    return float(weights.sum() ** 2 / (weights**2).sum()) if len(weights) else None
