"""What the front page says, as values: who amplified, who rejected, who was silent, when, about what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coverage.schema import STANCES, UNKNOWN_OUTLET

if TYPE_CHECKING:
    import pandas as pd

    from coverage.catalog import Event
    from coverage.study import Study

EXCERPT_CHARACTERS = 90  # shown on each side of the deciding words


@dataclass(frozen=True)
class Deciding:
    """One article of an outlet with the words that decided: `before`, `words`, `after` are its own text."""

    title: str
    url: str | None
    day: str
    language: str
    stance: str
    probability: float | None
    about_vote: str
    why: str
    before: str
    words: str
    after: str
    digest: str
    copies: int


@dataclass(frozen=True)
class OutletFinding:
    """One outlet in one event, with its articles."""

    row: dict[str, Any]
    articles: list[Deciding]

    @property
    def lean(self) -> str:
        """In one word what its interval says; empty where no index is shown."""
        if self.row["state"] != "shown":
            return ""
        if self.row["index_low"] > 0:
            return "amplifies"
        return "rejects" if self.row["index_high"] < 0 else "mixed"


@dataclass(frozen=True)
class EventFindings:
    """The answers for one event."""

    event_id: str
    name: str
    kind: str
    days: str
    n_articles: int
    n_families: int
    n_outlets: int
    stance_counts: dict[str, int]
    outlets: list[OutletFinding]
    peak: str
    most_copied: str
    claims_as_fact: str

    def leaning(self, lean: str) -> list[OutletFinding]:
        """Outlets whose whole interval lies on one side, strongest first."""
        found = [o for o in self.outlets if o.lean == lean]
        return sorted(found, key=lambda o: (-abs(o.row["index"]), o.row["outlet_id"]))

    def in_state(self, state: str) -> list[OutletFinding]:
        return [o for o in self.outlets if o.row["state"] == state]


@dataclass(frozen=True)
class Findings:
    """All of a study."""

    events: list[EventFindings]
    topics: list[dict[str, Any]]
    problems: list[dict[str, Any]]
    n_captures: int
    n_articles: int
    languages: dict[str, int]
    reliability: str


def find(study: Study) -> Findings:
    """Read the study's tables (they must be built) and put the answers together."""
    articles, stances, families = study.table("articles"), study.table("stances"), study.table("families")
    joined = stances.merge(articles.drop(columns=["about_vote"]), on="article_id").merge(
        families[["article_id", "family_id"]], on="article_id", how="left"
    )
    terms = study.table("topic_terms").sort_values(["n_articles", "topic_id"], ascending=[False, True])
    problems = study.table("problems").groupby(["stage", "reason"], as_index=False)["count"].sum()
    return Findings(
        events=[_event(study, event, joined) for event in study.event_records],
        topics=terms.head(8).to_dict("records"),
        problems=problems.sort_values(["count", "reason"], ascending=[False, True]).to_dict("records"),
        n_captures=len(study.table("captures")),
        n_articles=len(articles),
        languages=joined["language"].value_counts().sort_index().to_dict(),
        reliability=_reliability(study, articles, stances),
    )


def _reliability(study: Study, articles: pd.DataFrame, stances: pd.DataFrame) -> str:
    """How often the model agreed with hand coding, in one sentence."""
    from coverage.build import confusion_of

    confusion = confusion_of(study, articles, stances)
    right = sum(confusion.counts[k][k] for k in range(len(confusion.counts)))
    return f"the model agreed with hand coding on {right:.0f} of {confusion.n:.0f} articles ({confusion.source})"


def _event(study: Study, event: Event, joined: pd.DataFrame) -> EventFindings:
    mine = joined[joined["event_ids"].map(lambda ids: event.id in ids).astype(bool)]
    rows = study.table("outlets")
    rows = rows[rows["event_id"] == event.id]
    outlets = [OutletFinding(row, _deciding(mine, row["outlet_id"])) for row in _ranked(rows).to_dict("records")]
    counts = mine["stance"].value_counts()
    return EventFindings(
        event_id=event.id,
        name=event.names["en"],
        kind=event.kind,
        days=_days(event),
        n_articles=len(mine),
        n_families=int(mine["family_id"].nunique()),
        n_outlets=len({*mine["outlet_id"]} - {UNKNOWN_OUTLET}),
        stance_counts={stance: int(counts.get(stance, 0)) for stance in STANCES},
        outlets=outlets,
        peak=_peak(study, event.id),
        most_copied=_most_copied(study, mine),
        claims_as_fact=_claims_as_fact(study, event.id),
    )


def _ranked(rows: pd.DataFrame) -> pd.DataFrame:
    """Shown outlets by index, then the suppressed by size, then the silent, then the unwatched."""
    order = rows["state"].map({"shown": 0, "suppressed": 1, "silent": 2, "not watched": 3})
    keyed = rows.assign(_state=order, _index=-rows["index"].fillna(0), _size=-rows["n_families"])
    return keyed.sort_values(["_state", "_index", "_size", "outlet_id"]).drop(columns=["_state", "_index", "_size"])


def _deciding(mine: pd.DataFrame, outlet_id: str) -> list[Deciding]:
    copies = mine.groupby("family_id")["article_id"].transform("count")
    rows = mine.assign(copies=copies)[mine["outlet_id"] == outlet_id].sort_values(["published_at", "article_id"])
    return [_deciding_row(row) for row in rows.to_dict("records")]


def _deciding_row(row: dict[str, Any]) -> Deciding:
    where = row["title"] if row["evidence_place"] == "headline" else row["text"]
    before = words = after = ""
    if isinstance(row["evidence"], str):
        start, end = int(row["evidence_start"]), int(row["evidence_end"])
        before, words, after = _left(where, start), where[start:end], _right(where, end)
    probability = row.get(f"p_{row['stance']}")
    return Deciding(
        title=row["title"] or f"{row['text'][:70].strip()}…",
        url=row["url"] if str(row["url"]).startswith(("http://", "https://")) else None,
        day=_day(row["published_at"], row["published_precision"]),
        language=row["language"],
        stance=row["stance"] or "",
        probability=float(probability) if probability is not None and probability == probability else None,
        about_vote=row["about_vote"],
        why=row["why"] or "",
        before=before,
        words=words,
        after=after,
        digest=row["digest"],
        copies=int(row["copies"]) if row["copies"] == row["copies"] else 1,
    )


def _left(text: str, end: int) -> str:
    start = max(0, end - EXCERPT_CHARACTERS)
    return ("…" if start else "") + text[start:end].replace("\n", " ")


def _right(text: str, start: int) -> str:
    end = start + EXCERPT_CHARACTERS
    return text[start:end].replace("\n", " ") + ("…" if end < len(text) else "")


def _day(moment: Any, precision: str) -> str:
    if moment is None or moment != moment or precision == "unknown":
        return "undated"
    return str(moment.strftime({"month": "%Y-%m", "year": "%Y"}.get(precision, "%Y-%m-%d")))


def _days(event: Event) -> str:
    if event.first_day == event.last_day:
        return f"{event.first_day:%-d %B %Y}"
    same_month = (event.first_day.year, event.first_day.month) == (event.last_day.year, event.last_day.month)
    return f"{event.first_day:%-d}{'' if same_month else f'{event.first_day: %B}'} to {event.last_day:%-d %B %Y}"


def _peak(study: Study, event_id: str) -> str:
    rows = study.table("timeline")
    by_day = rows[rows["event_id"] == event_id].groupby("day")["n_families"].sum()
    if by_day.empty or not by_day.max():
        return "no article could be dated to the day"
    return f"{by_day.idxmax():%-d %B %Y}, when {int(by_day.max())} of {int(by_day.sum())} dated families began"


def _most_copied(study: Study, mine: pd.DataFrame) -> str:
    outlet = mine.set_index("article_id")["outlet_id"]
    edges = study.table("families").dropna(subset=["from_article"])
    edges = edges[edges["article_id"].isin(outlet.index) & edges["from_article"].isin(outlet.index)]
    source, taker = edges["from_article"].map(outlet), edges["article_id"].map(outlet)
    counts = source[(source != taker) & (source != UNKNOWN_OUTLET) & (taker != UNKNOWN_OUTLET)].value_counts()
    if counts.empty:
        return "no article was found republished by another outlet"
    first = sorted(counts[counts == counts.max()].index)[0]
    known = study.catalog.outlets.get(first)
    return f"{known.name if known else first}, taken up {int(counts.max())} times by other outlets"


def _claims_as_fact(study: Study, event_id: str) -> str:
    rows = study.table("claims")
    rows = rows[rows["event_id"] == event_id]
    if rows.empty:
        return "no official turnout, result or observer claim was found"
    fact = rows[~rows["is_attributed"] & ~rows["is_contradicted"]]
    return f"{len(fact)} of {len(rows)} official claims (turnout, result, observers) were stated as fact"
