"""Every table, defined once: columns, types, meaning, allowed values.

From these definitions come the run-time check (`check_table`), `docs/codebook.md` (`codebook`) and the field list of the
data package (`data_package_fields`). Nothing else in the project names a column's type or meaning.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

Kind = Literal["string", "integer", "number", "boolean", "datetime", "date", "list"]

STANCES = ("rejects", "amplifies", "neutral", "unclear")
ABOUT_VOTE = ("central", "substantial", "passing", "none")
SIDES = ("organiser", "opponent", "other")
VOICES = ("own", "organiser", "opponent", "other")
PLACES = ("headline", "lead", "body")
PRECISIONS = ("minute", "day", "month", "year", "unknown")
OUTLET_KINDS = (
    "state", "public", "private", "agency", "aggregator", "occupation authority", "government", "organisation", "unknown",
)  # fmt: skip
CLAIM_KINDS = ("turnout", "result", "observers")
CHANGES = ("softened", "hardened", "other")
SILENCE_STATES = ("covered", "not covered while watched", "unobservable", "not watched")
OUTCOMES = (
    "ok", "empty", "not html", "redirected", "unchanged", "http error", "forbidden", "bot wall", "paywall", "consent page",
    "timeout", "connection", "tls", "robots", "too large", "truncated", "refused address", "bad response",
)  # fmt: skip


class DataCheckError(ValueError):
    """A table does not hold what its definition promises. The message names table, column, row and remedy."""


@dataclass(frozen=True)
class Column:
    """One column: `kind` is its type, `allowed` its closed vocabulary, `low`/`high` its bounds, `unit` what a number counts."""

    name: str
    kind: Kind
    meaning: str
    required: bool = True
    allowed: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    unit: str = ""
    is_text: bool = False  # third-party words: left out of the released dataset


@dataclass(frozen=True)
class Table:
    """One table: `row` says what a row is, `key` the columns that identify it, `refers` maps a column to table.column."""

    name: str
    row: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    refers: tuple[tuple[str, str], ...] = ()

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]


UNKNOWN_OUTLET = "unknown"  # of articles whose rows name no domain: no outlet of their own, so no row of `outlets`


@dataclass(frozen=True)
class Problem:
    """One row of `problems`: something skipped or doubted, and what to do about it."""

    stage: str
    where: str
    reason: str
    detail: str | None = None
    remedy: str | None = None
    count: int = 1


def _share(name: str, meaning: str, required: bool = True) -> Column:
    return Column(name, "number", meaning, required, low=0.0, high=1.0, unit="share")


def _count(name: str, meaning: str, required: bool = True) -> Column:
    return Column(name, "integer", meaning, required, low=0, unit="count")


_ARTICLE_ID = Column("article_id", "string", "Which article (articles.article_id).")
_OUTLET_ID = Column(
    "outlet_id",
    "string",
    "Which outlet (the catalog's id; `unknown:<domain>` where the catalog has none, `unknown` where no domain is known either).",
)
_EVENT_ID = Column("event_id", "string", "Which vote (the catalog's event id).")
_START = Column("start", "integer", "First character, counted from 0 in the field that `place` names (headline → title, else text).", low=0)  # fmt: skip
_END = Column("end", "integer", "One past the last character, in the same field.", low=0)
_PLACE = Column("place", "string", "Where it stands: the title, the first two paragraphs or 500 characters, or the rest.", allowed=PLACES)  # fmt: skip

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "captures",
            "one fetched or imported answer, kept whole in a WARC file",
            ("capture_id",),
            (
                Column("capture_id", "string", "First 16 hex digits of SHA-256 over url, fetch time and digest."),
                Column("url", "string", "Address asked for; `urn:import:…` where an imported row has none."),
                Column("final_url", "string", "Address that answered, after redirects.", required=False),
                Column("fetched_at", "datetime", "When the answer was fetched, or the imported file retrieved (UTC)."),
                Column("status", "integer", "HTTP status; empty for imported rows.", required=False),
                Column("content_type", "string", "Media type as sent, with its charset.", required=False),
                Column("digest", "string", "`sha256:` and the hex digest of the payload bytes."),
                Column("warc", "string", "Archive file, relative to the study's raw folder."),
                Column("offset", "integer", "Where the record starts in the archive file.", low=0, unit="bytes"),
                Column("length", "integer", "Length of the stored (compressed) record.", low=0, unit="bytes"),
                Column("source", "string", "Kind of source: articles, pages, warc, feed, sitemap, addresses, …"),
                Column("source_detail", "string", "Where in the source: file and line, feed address, …", required=False),
                Column("outcome", "string", "What came of it; anything but `ok` is no article and is listed as a failure.", allowed=OUTCOMES),
                Column("reason", "string", "Why, in words, where the outcome is not `ok`.", required=False),
            ),
        ),
        Table(
            "articles",
            "one article, cleaned",
            ("article_id",),
            (
                Column("article_id", "string", "First 16 hex digits of SHA-256 over the canonical URL, or over outlet, title and text where there is none."),
                Column("source_id", "string", "The id the imported row came with.", required=False),
                Column("capture_id", "string", "The capture it was read from (captures.capture_id)."),
                Column("digest", "string", "That capture's payload digest."),
                _OUTLET_ID,
                Column("url", "string", "Address as captured.", required=False),
                Column("canonical_url", "string", "Address without tracking, AMP, mobile and print variants.", required=False),
                Column("published_at", "datetime", "Earliest publication time, UTC; the first instant of the day, month or year where only that is known.", required=False),
                Column("published_precision", "string", "How exactly the time is known.", allowed=PRECISIONS),
                Column("published_source", "string", "Which candidate won: json-ld, meta, visible, url, feed, import, capture.", required=False),
                Column("date_conflict", "boolean", "Whether the candidates disagree by more than their precision allows."),
                Column("date_candidates", "string", "All candidates, as JSON: [{source, value, precision}].", required=False),
                Column("modified_at", "datetime", "Time of the last change the page names, UTC.", required=False),
                Column("language", "string", "ISO 639-1 code of the text, `und` where it cannot be told."),
                Column("title_language", "string", "ISO 639-1 code of the headline alone, its article's language taken as likelier; `und` where it cannot be told.", required=False),
                Column("title", "string", "Headline without the site's name; empty where there is none.", is_text=True),
                Column("text", "string", "Body, paragraphs parted by a blank line; empty for headline-only rows.", is_text=True),
                Column("authors", "list", "Persons named as authors; agencies are apart.", required=False),
                Column("agency", "string", "News agency credited (catalog id or name as written).", required=False),
                Column("named_source", "string", "The source the text itself names for its report, as written.", required=False),
                Column("section", "string", "Section of the site.", required=False),
                Column("removed", "string", "What normalisation took out of the text, as JSON, by kind: credits, datelines, read_also, photo_credits, headline, footers, repeated (lines the outlet repeats across its articles).", required=False, is_text=True),
                Column("extractor", "string", "Which extractor won, with version; `import` for imported article rows."),
                Column("extractor_agreement", "number", "Token F1 between the extractors' texts; empty where one ran.", required=False, low=0, high=1),
                Column("event_ids", "list", "Votes the article speaks of, most mentioned first."),
                Column("about_vote", "string", "How much of it is about such a vote.", allowed=ABOUT_VOTE),
                Column("is_appeal", "boolean", "Whether it reports the appeal not to cover the vote (a lane of its own)."),
                Column("flags", "list", "Doubts about the record: headline only, short text, consent page, paywall, …", required=False),
                _count("words", "Words in the text."),
            ),
            (("capture_id", "captures.capture_id"),),
        ),
        Table(
            "revisions",
            "one headline or text that changed between two captures of an article",
            ("article_id", "capture_id", "field"),
            (
                _ARTICLE_ID,
                Column("capture_id", "string", "The capture that shows it changed."),
                Column("earlier_capture_id", "string", "The capture before it."),
                Column("captured_at", "datetime", "When the changed version was captured, UTC; it changed at some time since the capture before."),
                Column("field", "string", "What changed.", allowed=("headline", "text")),
                Column("before", "string", "The headline as it was; of the text, the paragraphs that are gone.", is_text=True),
                Column("after", "string", "The headline as it is since; of the text, the paragraphs that came.", is_text=True),
                Column("change", "string", "Whether it speaks less (softened) or more (hardened) against the vote than before: a headline by the signals in the outlet's own voice, a text by the article's stance.", allowed=CHANGES),
            ),
            (("article_id", "articles.article_id"), ("capture_id", "captures.capture_id"), ("earlier_capture_id", "captures.capture_id")),
        ),
        Table(
            "quotes",
            "one stretch of speech in an article",
            ("article_id", "place", "start", "end"),
            (
                _ARTICLE_ID,
                _PLACE,
                _START,
                _END,
                Column("kind", "string", "In quotation marks, reported without marks, or a block.", allowed=("marked", "reported", "block")),
                Column("speaker", "string", "The speaker as written; empty where unresolved.", required=False),
                Column("actor_id", "string", "The catalog's actor, where the speaker is known there.", required=False),
                Column("side", "string", "The speaker's side on the vote.", allowed=SIDES),
            ),
            (("article_id", "articles.article_id"),),
        ),
        Table(
            "mentions",
            "one sentence or headline that speaks of a vote",
            ("article_id", "place", "start", "end"),
            (
                _ARTICLE_ID,
                _EVENT_ID,
                _PLACE,
                _START,
                _END,
                Column("voice", "string", "Who is speaking: the outlet itself, or a quoted side.", allowed=VOICES),
                Column("speaker", "string", "The speaker as written, where it is not the outlet.", required=False),
                Column("signals", "list", "Ids of the signals that match here."),
            ),
            (("article_id", "articles.article_id"),),
        ),
        Table(
            "stances",
            "one article's presentation of the vote",
            ("article_id",),
            (
                _ARTICLE_ID,
                Column("about_vote", "string", "How much of it is about such a vote.", allowed=ABOUT_VOTE),
                Column("stance", "string", "How it presents the vote; empty where it is not about one.", required=False, allowed=STANCES),
                _share("p_amplifies", "Calibrated probability that it amplifies.", False),
                _share("p_rejects", "Calibrated probability that it rejects.", False),
                _share("p_neutral", "Calibrated probability that it is neutral.", False),
                Column("voice", "string", "Whose words decide: the outlet's own, quoted, or both.", required=False, allowed=("own", "quoted", "both")),
                Column("evidence", "string", "The deciding words, copied from the article.", required=False, is_text=True),
                Column("evidence_place", "string", "Where the deciding words stand.", required=False, allowed=PLACES),
                Column("evidence_start", "integer", "First character of the deciding words.", required=False, low=0),
                Column("evidence_end", "integer", "One past their last character.", required=False, low=0),
                Column("why", "string", "The reason in one plain sentence.", required=False),
                Column("model_version", "string", "Version of the model that decided."),
            ),
            (("article_id", "articles.article_id"),),
        ),
        Table(
            "families",
            "one article in its family of copies",
            ("article_id",),
            (
                _ARTICLE_ID,
                Column("family_id", "string", "The family: the article_id of its earliest member."),
                Column("role", "string", "Original, republished whole or in part, or quoted at length.", allowed=("original", "republished", "quoted")),
                Column("from_article", "string", "The article it was taken from.", required=False),
                _share("containment", "Share of the shorter text's word 5-grams found in the other.", False),
                Column("evidence", "string", "Why they belong together, in words.", required=False),
            ),
            (("article_id", "articles.article_id"), ("from_article", "articles.article_id")),
        ),
        Table(
            "topics",
            "one article in a topic",
            ("article_id", "topic_id"),
            (
                _ARTICLE_ID,
                Column("topic_id", "string", "The topic (topic_terms.topic_id)."),
                _share("weight", "Share of the article's topic weight."),
            ),
            (("article_id", "articles.article_id"), ("topic_id", "topic_terms.topic_id")),
        ),
        Table(
            "topic_terms",
            "one topic of one language",
            ("topic_id",),
            (
                Column("topic_id", "string", "Language and number, e.g. `en-03`."),
                Column("language", "string", "ISO 639-1 code."),
                Column("label", "string", "Its three strongest terms."),
                Column("terms", "list", "Its strongest terms, strongest first."),
                _count("n_articles", "Articles whose strongest topic it is."),
                _share("stability", "Mean best-match cosine of its terms over resampled corpora; empty under 20 articles.", False),
                Column("coherence", "number", "NPMI of its terms within the corpus.", required=False, low=-1, high=1),
                Column("aligned_id", "string", "The same topic across languages shares this id.", required=False),
            ),
        ),
        Table(
            "stories",
            "one article in a story",
            ("article_id",),
            (
                _ARTICLE_ID,
                Column("story_id", "string", "The story: the article_id of its first member."),
                Column("first_seen", "datetime", "When the story's first dated article appeared (UTC).", required=False),
            ),
            (("article_id", "articles.article_id"),),
        ),
        Table(
            "claims",
            "one official claim echoed in an article",
            ("article_id", "place", "start", "end"),
            (
                _ARTICLE_ID,
                _EVENT_ID,
                _PLACE,
                _START,
                _END,
                Column("kind", "string", "What is claimed.", allowed=CLAIM_KINDS),
                Column("value", "number", "The figure, where there is one.", required=False),
                Column("unit", "string", "percent, or observers.", required=False),
                Column("place_code", "string", "ISO 3166-2:UA code of the place meant, where it is said.", required=False),
                Column("speaker", "string", "Who is said to claim it.", required=False),
                Column("side", "string", "That speaker's side.", required=False, allowed=SIDES),
                Column("is_attributed", "boolean", "Whether the claim is put in somebody's mouth."),
                Column("is_contradicted", "boolean", "Whether the same paragraph denies or doubts it."),
                Column("is_official", "boolean", "Whether the figure equals one in the catalog's official claims (within rounding)."),
            ),
            (("article_id", "articles.article_id"),),
        ),
        Table(
            "outlets",
            "one outlet in one event",
            ("event_id", "outlet_id"),
            (
                _EVENT_ID,
                _OUTLET_ID,
                Column("name", "string", "Its name, in English where it has one."),
                Column("kind", "string", "What sort of outlet.", allowed=OUTLET_KINDS),
                Column("country", "string", "ISO 3166-1 alpha-2 code, or `unknown`."),
                _count("n_articles", "Articles about the vote."),
                _count("n_families", "Families among them: the unit of every share."),
                Column("n_effective", "number", "Families weighed by the certainty of their stance (Kish).", required=False, low=0, unit="families"),
                _count("n_rejects", "Families classified as rejecting."),
                _count("n_amplifies", "Families classified as amplifying."),
                _count("n_neutral", "Families classified as neutral."),
                _count("n_unclear", "Families whose stance is unclear."),
                *(
                    _share(f"{stance}_share{suffix}", f"{words} of families that {verb}, corrected for misclassification.", False)
                    for stance, verb in (("rejects", "reject"), ("amplifies", "amplify"), ("neutral", "are neutral"))
                    for suffix, words in (("", "Share"), ("_low", "Lower 95 % bound of the share"), ("_high", "Upper 95 % bound of the share"))
                ),
                Column("index", "number", "P(amplifies) − P(rejects), −1 to 1; empty under the minimum n.", required=False, low=-1, high=1),
                Column("index_low", "number", "Lower 95 % bound.", required=False, low=-1, high=1),
                Column("index_high", "number", "Upper 95 % bound.", required=False, low=-1, high=1),
                _share("p_top", "Probability of being among the five highest indices of the event.", False),
                _share("p_mostly_amplifying", "Probability that more than half of its clear families amplify.", False),
                Column("is_mostly_amplifying", "boolean", "Called mostly amplifying: at most 5 % of all so called are expected to be wrong.", required=False),
                Column("reach", "integer", "Articles anywhere in the families that this outlet began or carried.", required=False, low=0, unit="articles"),
                Column("first_at", "datetime", "Its first dated article about the vote (UTC).", required=False),
                Column("last_at", "datetime", "Its last dated article about the vote (UTC).", required=False),
                Column("state", "string", "Index shown; suppressed for too few families; silent (watched on at least five days, nothing on the vote); or not watched enough to say.", allowed=("shown", "suppressed", "silent", "not watched")),
            ),
        ),
        Table(
            "silence",
            "one outlet on one day of an event",
            ("event_id", "outlet_id", "day"),
            (
                _EVENT_ID,
                _OUTLET_ID,
                Column("day", "date", "The day, UTC."),
                Column("state", "string", "What can be said of it.", allowed=SILENCE_STATES),
                _count("n_vote", "Articles on the vote that day."),
                _count("n_other", "Other articles of the outlet seen that day."),
                Column("evidence", "string", "What shows that it was watched, or why it was unobservable.", required=False),
            ),
        ),
        Table(
            "timeline",
            "one stance on one day of an event",
            ("event_id", "day", "stance"),
            (
                _EVENT_ID,
                Column("day", "date", "The day, UTC."),
                Column("stance", "string", "The stance.", allowed=STANCES),
                _count("n_articles", "Articles first published that day."),
                _count("n_families", "Families whose first article is of that day."),
            ),
        ),
        Table(
            "problems",
            "one thing skipped or doubted on the way, so that nothing is lost in silence",
            ("stage", "where", "reason"),
            (
                Column("stage", "string", "Where it happened: import, collect, clean, analyse."),
                Column("where", "string", "File and line, or address."),
                Column("reason", "string", "What was wrong, one of few phrases so that it can be counted."),
                Column("detail", "string", "The particulars.", required=False),
                Column("remedy", "string", "What to do about it.", required=False),
                _count("count", "How many times."),
            ),
        ),
    )
}  # fmt: skip


def arrow_schema(table: Table) -> pa.Schema:
    """The table's Parquet schema; meanings ride along as field metadata."""
    import pyarrow as pa

    types: dict[str, pa.DataType] = {
        "string": pa.string(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "boolean": pa.bool_(),
        "datetime": pa.timestamp("us", tz="UTC"),
        "date": pa.date32(),
        "list": pa.list_(pa.string()),
    }
    return pa.schema(
        [
            pa.field(c.name, types[c.kind], nullable=not c.required, metadata={"meaning": c.meaning})
            for c in table.columns
        ]
    )


def to_arrow(name: str, frame: pd.DataFrame) -> pa.Table:
    """`frame` as an Arrow table of the definition's columns, in its order; raises DataCheckError where it does not fit."""
    import pyarrow as pa

    table = TABLES[name]
    missing = [c for c in table.names if c not in frame.columns]
    extra = [c for c in frame.columns if c not in table.names]
    if missing or extra:
        raise DataCheckError(
            f"table {name}: missing columns {missing}, unknown columns {extra}; the definition is in schema.py"
        )
    try:
        arrays = [pa.Array.from_pandas(frame[field.name], type=field.type) for field in arrow_schema(table)]
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise DataCheckError(f"table {name}: {error}") from error
    return pa.Table.from_arrays(arrays, schema=arrow_schema(table))


def check_table(name: str, table: pa.Table, others: dict[str, pa.Table] | None = None) -> None:
    """Raise DataCheckError where `table` (columns as in `to_arrow`) breaks its definition.

    Checks required values, closed vocabularies, bounds, the key, and, for tables given in `others`, references.
    """
    definition = TABLES[name]
    for column in definition.columns:
        _check_column(name, column, table[column.name])
    _check_key(definition, table)
    for column_name, target in definition.refers:
        other, target_column = target.split(".")
        if others and other in others:
            _check_reference(name, column_name, table, other, others[other][target_column])


def _check_column(name: str, column: Column, values: pa.ChunkedArray) -> None:
    import pyarrow as pa
    import pyarrow.compute as pc

    def fail(mask: pa.ChunkedArray, what: str) -> None:
        bad = pc.indices_nonzero(pc.fill_null(mask, False))
        if len(bad):
            row = bad[0].as_py()
            raise DataCheckError(
                f"table {name}, column {column.name}, row {row} of {len(values)} ({len(bad)} such rows): {what}; found {values[row].as_py()!r}"
            )

    if column.required:
        fail(pc.is_null(values), "a value is required")
    if column.allowed:
        fail(
            pc.invert(pc.is_in(values, value_set=pa.array([*column.allowed, None], pa.string()))),
            f"must be one of {', '.join(column.allowed)}",
        )
    if column.kind == "number":
        fail(pc.invert(pc.fill_null(pc.is_finite(values), True)), "must be a finite number")
    if column.low is not None:
        fail(pc.less(values, column.low), f"must be at least {column.low}")
    if column.high is not None:
        fail(pc.greater(values, column.high), f"must be at most {column.high}")


def _check_key(definition: Table, table: pa.Table) -> None:
    counts = table.group_by(list(definition.key)).aggregate([([], "count_all")])
    if len(counts) < len(table):
        twice = next(row for row in counts.to_pylist() if row["count_all"] > 1)
        raise DataCheckError(
            f"table {definition.name}: key {definition.key} is not unique: {twice} ({len(table) - len(counts)} rows too many)"
        )


def _check_reference(name: str, column: str, table: pa.Table, other: str, target: pa.ChunkedArray) -> None:
    import pyarrow.compute as pc

    values = table[column].drop_null()
    lost = values.filter(pc.invert(pc.is_in(values, value_set=target.combine_chunks())))
    if len(lost):
        raise DataCheckError(
            f"table {name}: {column} {lost[0].as_py()!r} is not in table {other} ({len(lost)} such rows)"
        )


def empty_frame(name: str) -> pd.DataFrame:
    """The table with no rows, dtypes as read back from Parquet."""
    frame: pd.DataFrame = arrow_schema(TABLES[name]).empty_table().to_pandas()
    return frame


def frame_of(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Rows (one dict each, every column present) as a frame with the definition's columns, types and order."""
    import pyarrow as pa

    try:
        frame: pd.DataFrame = pa.Table.from_pylist(rows, schema=arrow_schema(TABLES[name])).to_pandas()
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise DataCheckError(f"table {name}: {error}") from error
    return frame


def data_package_fields(name: str) -> list[dict[str, Any]]:
    """The table's fields as Frictionless Table Schema descriptors, third-party text left out."""
    kinds = {"list": "array"}
    fields = []
    for column in TABLES[name].columns:
        if column.is_text:
            continue
        constraints: dict[str, Any] = {"required": column.required}
        if column.allowed:
            constraints["enum"] = list(column.allowed)
        constraints |= {
            key: bound for key, bound in (("minimum", column.low), ("maximum", column.high)) if bound is not None
        }
        fields.append(
            {
                "name": column.name,
                "type": kinds.get(column.kind, column.kind),
                "description": column.meaning,
                "constraints": constraints,
            }
        )
    return fields


def codebook() -> str:
    """`docs/codebook.md`: every table and column in words."""
    lines = [
        "# Codebook",
        "",
        "Every table of a built study (`data/processed/<study>/<table>.parquet`). Written by `vote-coverage codebook`; edit `schema.py`, not this file.",
        "",
    ]
    for table in TABLES.values():
        lines += [f"## {table.name}", "", f"One row is {table.row}. Key: {', '.join(f'`{k}`' for k in table.key)}.", ""]
        lines += ["| column | type | meaning |", "| --- | --- | --- |"]
        lines += [f"| `{c.name}` | {_kind_in_words(c)} | {c.meaning} |" for c in table.columns]
        lines += [f"\n`{c}` refers to `{t}`." for c, t in table.refers]
        lines.append("")
    return "\n".join(lines)


def _kind_in_words(column: Column) -> str:
    words = column.kind if not column.unit else f"{column.kind} ({column.unit})"
    if column.allowed:
        words = " · ".join(column.allowed)
    return words if column.required else f"{words}, may be empty"
