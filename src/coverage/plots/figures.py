"""A study or one of its tables → a matplotlib Axes. The title says the finding; sources and n stand below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coverage.measure.outlets import FEWEST_SILENT_DAYS
from coverage.plots.style import (
    COLOURS,
    SILENCE_COLOURS,
    axes,
    caption,
    nothing,
    of_event,
    plural,
    set_title,
    short,
    table_of,
    whole_numbers,
    wrapped,
)
from coverage.schema import SILENCE_STATES, STANCES, VOICES

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from coverage.study import Study


def outlet_index(
    study: Study | pd.DataFrame, *, event: str | None = None, most: int = 30, ax: Axes | None = None
) -> Axes:
    """Outlets by index P(amplifies) − P(rejects) with 95 % intervals, largest at the top; suppressed ones are counted below."""
    rows = of_event(table_of(study, "outlets"), event)
    shown = rows[rows["state"] == "shown"].sort_values(["index", "outlet_id"], ascending=[True, False])
    hidden = int((rows["state"] == "suppressed").sum())
    if len(shown) > most:
        shown = _ends(shown, most)
    ax = axes(ax, height=1.6 + 0.34 * max(len(shown), 3))
    if shown.empty:
        return nothing(
            ax, "No outlet has enough families for an index", f"{hidden} outlets under the minimum number of families."
        )
    for y, row in enumerate(shown.itertuples()):
        colour = _index_colour(row.index_low, row.index_high)
        ax.plot([row.index_low, row.index_high], [y, y], color=colour, linewidth=2.2, solid_capstyle="butt")
        ax.plot(row.index, y, "o", color=colour, markersize=7)
        ax.text(1.04, y, f"{row.n_families:>3} ({row.n_articles})", va="center", fontsize=9, family="DejaVu Sans Mono")
    ax.text(1.04, len(shown) - 0.55, "families (articles)", fontsize=8.5, va="center")
    ax.set_yticks(range(len(shown)), [short(name) for name in shown["name"]])
    ax.set_ylim(-0.7, len(shown) - 0.3)
    _index_axis(ax)
    sure_amplify, sure_reject = int((shown["index_low"] > 0).sum()), int((shown["index_high"] < 0).sum())
    set_title(
        ax,
        f"{sure_amplify} {plural(sure_amplify, 'outlet')} clearly amplified the vote, {sure_reject} clearly rejected it",
    )
    families, articles = int(shown["n_families"].sum()), int(shown["n_articles"].sum())
    note = (
        f"Dots: index corrected for misclassification; bars: 95 % intervals. {families} families, {articles} articles. "
    )
    return caption(ax, note + f"Not shown: {hidden} {plural(hidden, 'outlet')} with too few families.")


def silence_grid(
    study: Study | pd.DataFrame,
    *,
    event: str | None = None,
    names: dict[str, str] | None = None,
    most: int = 30,
    ax: Axes | None = None,
) -> Axes:
    """Outlets × days: covered, watched and silent, unobservable, not watched. Outlets watched on no day are only counted."""
    from matplotlib.colors import ListedColormap
    from matplotlib.patches import Patch

    rows = of_event(table_of(study, "silence"), event)
    names = names or _names(study)
    grid = rows.assign(code=rows["state"].map({s: i for i, s in enumerate(SILENCE_STATES)})).pivot_table(
        index="outlet_id", columns="day", values="code", aggfunc="min"
    )
    watched = grid[((grid == 0).any(axis=1)) | ((grid == 1).sum(axis=1) >= FEWEST_SILENT_DAYS)]
    silent_days = (watched == 1).sum(axis=1)
    covered_days = (watched == 0).sum(axis=1)
    order = sorted(
        watched.index,
        key=lambda i: (covered_days[i] > 0, -silent_days[i] if not covered_days[i] else -covered_days[i], i),
    )
    silent = [i for i in order if covered_days[i] == 0]
    shown = order[:most]
    ax = axes(ax, height=1.9 + 0.27 * max(len(shown), 3))
    if not shown:
        return nothing(
            ax,
            "No outlet was watched on a known day",
            "Silence can only be told where other articles of the outlet were seen.",
        )
    ax.imshow(
        watched.loc[shown].to_numpy(),
        aspect="auto",
        cmap=ListedColormap([SILENCE_COLOURS[s] for s in SILENCE_STATES]),
        vmin=-0.5,
        vmax=3.5,
        interpolation="nearest",
    )
    ax.set_yticks(range(len(shown)), [short(names.get(i, i)) for i in shown])
    days = list(watched.columns)
    step = -(-len(days) // 9)  # more labels would touch
    ax.set_xticks(range(0, len(days), step), [f"{day:%-d %b}" for day in days[::step]])
    ax.set_xticks([x - 0.5 for x in range(1, len(days))], minor=True)
    ax.set_yticks([y - 0.5 for y in range(1, len(shown))], minor=True)
    ax.grid(which="minor", color="white", linewidth=0.8)
    ax.tick_params(which="both", length=0)
    ax.legend(
        handles=[Patch(facecolor=SILENCE_COLOURS[s], edgecolor="#999999", label=s) for s in SILENCE_STATES],
        ncols=4,
        loc="lower left",
        bbox_to_anchor=(-0.02, 1.0),
        fontsize=9,
        columnspacing=1.0,
        handletextpad=0.4,
    )
    ax.set_title(wrapped(f"{len(silent)} of {len(watched)} watched outlets never covered the vote"), pad=30)
    more = f" The {len(order) - len(shown)} outlets with least to show are left out." if len(order) > len(shown) else ""
    return caption(
        ax,
        f"n = {len(watched)} outlets that covered the vote or were watched on ≥ {FEWEST_SILENT_DAYS} of {len(days)} days; {len(grid) - len(watched)} others are not judged.{more}",
    )


def syndication(
    study: Study | pd.DataFrame,
    articles: pd.DataFrame | None = None,
    *,
    names: dict[str, str] | None = None,
    most: int = 14,
    ax: Axes | None = None,
) -> Axes:
    """Who republished whom: rows are sources, columns those who took from them, numbers are articles."""
    families = table_of(study, "families")
    articles = table_of(study, "articles") if articles is None else articles
    names = names or _names(study)
    outlet = articles.set_index("article_id")["outlet_id"]
    edges = families.dropna(subset=["from_article"])
    edges = edges.assign(source=edges["from_article"].map(outlet), taker=edges["article_id"].map(outlet))
    crossing = edges[edges["source"] != edges["taker"]]
    counts = crossing.groupby(["source", "taker"]).size()
    if counts.empty:
        return nothing(
            axes(ax, height=2.4),
            "No article was found republished by another outlet",
            f"n = {len(families)} articles.",
        )
    sources = counts.groupby("source").sum().sort_values(ascending=False, kind="stable").index[:most]
    takers = counts.groupby("taker").sum().sort_values(ascending=False, kind="stable").index[:most]
    matrix = counts.unstack(fill_value=0).reindex(index=sources, columns=takers, fill_value=0)
    ax = axes(ax, height=2.6 + 0.36 * len(sources))
    ax.imshow(matrix.to_numpy(), cmap="Blues", vmin=0, vmax=max(3, matrix.to_numpy().max() * 1.3), aspect="auto")
    for y, x in zip(*matrix.to_numpy().nonzero(), strict=True):
        ax.text(x, y, str(matrix.iloc[y, x]), ha="center", va="center", fontsize=10)
    ax.set_yticks(range(len(sources)), [short(names.get(i, i)) for i in sources])
    ax.set_xticks(
        range(len(takers)), [short(names.get(i, i)) for i in takers], rotation=35, ha="right", rotation_mode="anchor"
    )
    ax.set_ylabel("taken from")
    ax.set_xlabel("republished or quoted by")
    first, times = sources[0], int(counts.groupby("source").sum()[sources[0]])
    set_title(
        ax, f"{short(names.get(first, first))} was taken up most: {times} {plural(times, 'article')} in other outlets"
    )
    return caption(
        ax,
        f"n = {len(crossing)} articles taken from another outlet, of {len(families)} in {families['family_id'].nunique()} families.",
    )


def topics(
    study: Study | pd.DataFrame,
    terms: pd.DataFrame | None = None,
    stances: pd.DataFrame | None = None,
    *,
    most: int = 14,
    ax: Axes | None = None,
) -> Axes:
    """Topics by number of articles, split by stance."""
    rows = table_of(study, "topics")
    terms = table_of(study, "topic_terms") if terms is None else terms
    stances = table_of(study, "stances") if stances is None else stances
    if rows.empty:
        return nothing(
            axes(ax, height=2.4), "Too few articles for topics", "A language needs at least ten texts of thirty words."
        )
    main = rows.sort_values(["article_id", "weight", "topic_id"], ascending=[True, False, True]).drop_duplicates(
        "article_id"
    )
    main = main.merge(stances[["article_id", "stance"]], on="article_id", how="left").fillna({"stance": "unclear"})
    counts = main.groupby(["topic_id", "stance"]).size().unstack(fill_value=0)
    total = counts.sum(axis=1).sort_values(ascending=False, kind="stable")
    order = list(total.index[:most])[::-1]
    counts = counts.reindex(index=order, columns=[s for s in STANCES if s in counts.columns], fill_value=0)
    ax = axes(ax, height=1.7 + 0.42 * len(order))
    left = 0 * total.reindex(order)
    for stance in counts.columns:
        ax.barh(
            range(len(order)),
            counts[stance],
            left=left,
            color=COLOURS[stance],
            label=stance,
            height=0.72,
            edgecolor="white",
            hatch="//" if stance == "unclear" else None,
        )
        left = left + counts[stance]
    label = terms.set_index("topic_id")["label"]
    ax.set_yticks(range(len(order)), [f"{short(str(label.get(t, t)), 44)}  [{t.split('-')[0]}]" for t in order])
    ax.set_xlabel("articles whose strongest topic it is")
    whole_numbers(ax.xaxis)
    ax.legend(ncols=4, loc="lower left", bbox_to_anchor=(0, 1.0), fontsize=9.5)
    ax.set_title(wrapped(f"Most was written about: {label.get(order[-1], order[-1])}"), pad=28)
    return caption(ax, f"n = {len(main)} articles of ≥ 30 words; topics are found per language (in brackets).")


def voices(study: Study | pd.DataFrame, stances: pd.DataFrame | None = None, *, ax: Axes | None = None) -> Axes:
    """Who is speaking where the vote is mentioned, by the article's stance."""
    mentions = table_of(study, "mentions")
    stances = table_of(study, "stances") if stances is None else stances
    rows = mentions.merge(stances[["article_id", "stance"]], on="article_id").dropna(subset=["stance"])
    ax = axes(ax, height=3.3)
    if rows.empty:
        return nothing(ax, "No mention of the vote", "")
    counts = rows.groupby(["stance", "voice"]).size().unstack(fill_value=0)
    order = [s for s in reversed(STANCES) if s in counts.index]
    counts = counts.reindex(index=order, columns=[v for v in VOICES if v in counts.columns], fill_value=0)
    shares = counts.div(counts.sum(axis=1), axis=0)
    left = 0 * shares.iloc[:, 0]
    for voice in shares.columns:
        ax.barh(
            order,
            shares[voice],
            left=left,
            color=COLOURS[voice],
            label="the outlet" if voice == "own" else voice,
            height=0.66,
            edgecolor="white",
        )
        for y, stance in enumerate(order):
            if shares.loc[stance, voice] >= 0.06:
                ax.text(
                    left[stance] + shares.loc[stance, voice] / 2,
                    y,
                    f"{shares.loc[stance, voice]:.0%}",
                    ha="center",
                    va="center",
                    fontsize=9,
                    color="black" if voice == "other" else "white",
                )
        left = left + shares[voice]
    ax.set_yticks(range(len(order)), [f"{s}  (n = {int(counts.loc[s].sum())})" for s in order])
    ax.set_xlim(0, 1)
    ax.xaxis.set_major_formatter("{x:.0%}")
    ax.legend(ncols=4, loc="lower left", bbox_to_anchor=(0, 1.0), fontsize=9.5)
    spoken = 1 - counts.get("own", 0 * counts.iloc[:, 0]).sum() / counts.to_numpy().sum()
    ax.set_title(wrapped(f"{spoken:.0%} of all mentions of the vote are somebody else's words"), pad=28)
    return caption(
        ax,
        f"n = {int(counts.to_numpy().sum())} sentences and headlines that mention the vote, by the stance of their article.",
    )


def claims(
    study: Study | pd.DataFrame,
    articles: pd.DataFrame | None = None,
    *,
    names: dict[str, str] | None = None,
    most: int = 20,
    ax: Axes | None = None,
) -> Axes:
    """Official claims echoed (turnout, result, observers) by outlet: attributed, contradicted, or stated as the outlet's own."""
    rows = table_of(study, "claims")
    articles = table_of(study, "articles") if articles is None else articles
    names = names or _names(study)
    if rows.empty:
        return nothing(
            axes(ax, height=2.4), "No official claim was echoed", "Turnout, result and observers were looked for."
        )
    treated = rows["is_contradicted"].map({True: "contradicted", False: None})
    treated = treated.fillna(rows["is_attributed"].map({True: "attributed", False: "stated as fact"}))
    rows = rows.assign(outlet_id=rows["article_id"].map(articles.set_index("article_id")["outlet_id"]), treated=treated)
    counts = rows.groupby(["outlet_id", "treated"]).size().unstack(fill_value=0)
    order = list(counts.sum(axis=1).sort_values(ascending=False, kind="stable").index[:most])[::-1]
    kinds = {
        "stated as fact": COLOURS["amplifies"],
        "attributed": COLOURS["neutral"],
        "contradicted": COLOURS["rejects"],
    }
    counts = counts.reindex(index=order, columns=list(kinds), fill_value=0)
    ax = axes(ax, height=1.8 + 0.34 * len(order))
    left = 0 * counts.iloc[:, 0]
    for kind, colour in kinds.items():
        ax.barh(range(len(order)), counts[kind], left=left, color=colour, label=kind, height=0.7, edgecolor="white")
        left = left + counts[kind]
    ax.set_yticks(range(len(order)), [short(names.get(i, i)) for i in order])
    whole_numbers(ax.xaxis)
    ax.set_xlabel("claims echoed")
    ax.legend(ncols=3, loc="lower left", bbox_to_anchor=(0, 1.0), fontsize=9.5)
    fact = int((rows["treated"] == "stated as fact").sum())
    ax.set_title(wrapped(f"{fact} of {len(rows)} echoed official claims were stated as fact"), pad=28)
    return caption(
        ax,
        f"n = {len(rows)} claims in {rows['article_id'].nunique()} articles of {rows['outlet_id'].nunique()} outlets.",
    )


def confusion(table: pd.DataFrame, *, title: str, note: str, ax: Axes | None = None) -> Axes:
    """A square table of counts: rows the truth, columns what was found; the title and note are the caller's finding."""
    ax = axes(ax, height=1.9 + 0.55 * len(table), width=6.4)
    shares = table.div(table.sum(axis=1).clip(lower=1), axis=0)
    ax.imshow(shares.to_numpy(dtype=float), cmap="Blues", vmin=0, vmax=1.25, aspect="auto")
    for y in range(table.shape[0]):
        for x in range(table.shape[1]):
            colour = "white" if shares.iloc[y, x] > 0.6 else "black"
            ax.text(x, y, f"{int(table.iloc[y, x])}", ha="center", va="center", color=colour)
    ax.set_yticks(range(table.shape[0]), list(table.index))
    ax.set_xticks(range(table.shape[1]), list(table.columns))
    ax.set_ylabel(table.index.name or "true")
    ax.set_xlabel(table.columns.name or "found")
    set_title(ax, title)
    return caption(ax, note)


def _names(study: Study | pd.DataFrame) -> dict[str, str]:
    import pandas as pd

    if isinstance(study, pd.DataFrame):
        return {}
    return {outlet.id: outlet.name for outlet in study.catalog.outlets.values()}


def _ends(shown: pd.DataFrame, most: int) -> pd.DataFrame:
    """The outlets at both ends of the scale, where there are too many for one figure."""
    import pandas as pd

    return pd.concat([shown.iloc[: most // 2], shown.iloc[-(most - most // 2) :]])


def _index_colour(low: float, high: float) -> str:
    if low > 0:
        return COLOURS["amplifies"]
    return COLOURS["rejects"] if high < 0 else COLOURS["neutral"]


def _index_axis(ax: Axes) -> None:
    ax.set_xlim(-1.02, 1.02)
    ax.axvline(0, color="#BBBBBB", linewidth=1, zorder=0)
    ax.set_xticks([-1, -0.5, 0, 0.5, 1], ["−1\nrejects", "−0.5", "0\nbalance", "0.5", "1\namplifies"])
