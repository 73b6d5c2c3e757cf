"""Table `outlets`: one row an outlet and event, with counts, index, reach and what can be said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coverage.measure.index import Confusion, outlet_index
from coverage.measure.units import CLASSES, reach, speaks_of
from coverage.schema import UNKNOWN_OUTLET

if TYPE_CHECKING:
    from collections.abc import Hashable

    import pandas as pd

    from coverage.catalog import Catalog, Event

FIGURES = (
    *(f"{what}{end}" for what in (*(f"{c}_share" for c in CLASSES), "index") for end in ("", "_low", "_high")),
    "p_top",
    "p_mostly_amplifying",
    "is_mostly_amplifying",
)
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
    found = outlet_index(
        stances, families, confusion, articles=articles, event=event.id, min_families=min_families
    ).set_index("outlet_id")
    measured = {outlet_id: _present(row) for outlet_id, row in found.to_dict("index").items()}
    carried = reach(mine, families)
    quiet = silence[(silence["event_id"] == event.id) & (silence["state"] == "not covered while watched")]
    silent_days = quiet.groupby("outlet_id").size().to_dict()
    by_outlet = dict(list(mine.groupby("outlet_id")))
    nothing = mine.iloc[:0]
    return [
        _about(event, outlet_id, catalog, by_outlet.get(outlet_id, nothing))
        | _figures(event, by_outlet.get(outlet_id, nothing), measured.get(outlet_id, {}), silent_days.get(outlet_id, 0))
        | {"reach": int(carried[outlet_id]) if outlet_id in carried.index else None}
        for outlet_id in sorted({*articles["outlet_id"], *silence["outlet_id"]} - {UNKNOWN_OUTLET})
    ]


def _present(row: dict[Hashable, Any]) -> dict[str, Any]:
    import pandas as pd

    return {str(name): None if pd.isna(value) else value for name, value in row.items()}


def _about(event: Event, outlet_id: str, catalog: Catalog, own: pd.DataFrame) -> dict[str, Any]:
    known = catalog.outlets.get(outlet_id)
    dated = own[own["published_precision"].isin(["minute", "day"])]["published_at"]
    return {
        "event_id": event.id,
        "outlet_id": outlet_id,
        "name": known.name if known else outlet_id.removeprefix("unknown:"),
        "kind": known.kind if known else "unknown",
        "country": known.country if known else "unknown",
        "n_articles": len(own),
        "first_at": dated.min() if len(dated) else None,
        "last_at": dated.max() if len(dated) else None,
    }


def _figures(event: Event, own: pd.DataFrame, measured: dict[str, Any], silent_days: int) -> dict[str, Any]:
    """Counts, shares, index and standing; of the appeal only how many reported it."""
    counts = {name: measured.get(name) or 0 for name in ("n_families", *(f"n_{c}" for c in (*CLASSES, "unclear")))}
    if event.kind == "appeal":
        return counts | {"n_families": own["article_id"].nunique(), "state": _unmeasured(own, silent_days)}
    is_shown = measured.get("state") == "shown"
    figures = {name: measured.get(name) if is_shown else None for name in FIGURES}
    state = "shown" if is_shown else _unmeasured(own, silent_days)
    return counts | figures | {"n_effective": measured.get("n_effective"), "state": state}


def _unmeasured(own: pd.DataFrame, silent_days: int) -> str:
    if len(own):
        return "suppressed"
    return "silent" if silent_days >= FEWEST_SILENT_DAYS else "not watched"
