"""The outlet index: P(amplifies) − P(rejects) over an outlet's families, corrected for the classifier's errors.

Classify-and-count is biased and its intervals are far too narrow. Reported here are the REALISED shares of the outlet's own
families, drawn by the latent class model in `latent`: a perfect classifier leaves no uncertainty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coverage.measure.confusion import OTHERS, Confusion, from_labels, pooled
from coverage.measure.latent import Seen, draw_true_counts
from coverage.measure.units import CLASSES, outlet_families, reach, speaks_of

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

__all__ = [
    "CLASSES",
    "Confusion",
    "by_language",
    "from_labels",
    "index_of_counts",
    "outlet_index",
    "pooled",
    "standing",
]

AIM = 0.96  # posterior share the shortest interval must hold: the shortest of a few hundred draws is a little too short
FALSE_DISCOVERY_AIM = 0.04  # expected by the model, so that 0.05 holds where it is a little too sure
MIN_FAMILIES = 5
TOP = 5
SEED = 20240309


def outlet_index(
    stances: pd.DataFrame,
    families: pd.DataFrame,
    labels: pd.DataFrame | Confusion,
    *,
    articles: pd.DataFrame | None = None,
    event: str | None = None,
    min_families: int = MIN_FAMILIES,
    top: int = TOP,
    seed: int = SEED,
) -> pd.DataFrame:
    """One row an outlet of one event (of all articles without one): counts, shares and index with 95 % intervals, standing.

    `stances` and `families` are tables of those names. Each article's outlet is read from `articles` (else from a column
    outlet_id of either), and so are its events, its language and whether it reports the appeal, which never counts.
    `labels` are hand-coded articles (article_id, stance) of the same `stances`, or a Confusion; languages with enough of
    them are corrected by errors of their own. Under `min_families` clear families an outlet keeps its counts only.
    Columns are those of table `outlets`: n_…, <class>_share, index, p_top (among the `top` highest), is_mostly_amplifying
    (false discoveries ≤ 5 %), reach, state. Raises ValueError where no table tells an article's outlet, and where no label
    belongs to an article of `stances`.
    """
    table = _articles(stances, families, articles, event)
    confusion = labels if isinstance(labels, Confusion) else from_labels(labels, stances, table)
    if not confusion.n:
        raise ValueError(
            "outlet_index: no label belongs to an article of `stances`; without, the index cannot be corrected"
        )
    units = outlet_families(stances, families, table, event)
    found = _counts(units)
    enough = found[list(CLASSES)].sum(axis=1) >= min_families
    own = units[units["outlet_id"].isin(found.index[enough]) & units["stance"].isin(CLASSES)]
    measured = index_of_counts(by_language(own, confusion), confusion, top=top, seed=seed)
    found = found.add_prefix("n_").join(measured)
    found["is_mostly_amplifying"] = found["is_mostly_amplifying"].astype("boolean")
    by_outlet = units.groupby("outlet_id")
    found.insert(0, "n_articles", by_outlet["n_articles"].sum())
    found.insert(1, "n_families", by_outlet.size())
    found.insert(2, "n_effective", by_outlet["certainty"].agg(_effective))
    wanted = table[speaks_of(table, event) & ~table["is_appeal"]]
    found["reach"] = reach(wanted, families).reindex(found.index)
    found["state"] = enough.map({True: "shown", False: "suppressed"}).astype("object")
    return found.rename_axis("outlet_id").reset_index()


def by_language(units: pd.DataFrame, confusion: Confusion) -> dict[str, pd.DataFrame]:
    """Families by outlet and class, one frame for each confusion table that holds for their language (same outlets in all)."""
    import pandas as pd

    outlet_ids = sorted(units["outlet_id"].unique())
    tables = units["language"].map(confusion.table_for)
    frames = {
        name: pd.crosstab(part["outlet_id"], part["stance"])
        for name, part in units.groupby(tables, sort=True)  # one key, so its name is a string
    }
    frames = frames or {OTHERS: pd.DataFrame()}
    return {
        str(name): frame.reindex(index=outlet_ids, columns=list(CLASSES), fill_value=0)
        for name, frame in frames.items()
    }


def index_of_counts(
    counts: pd.DataFrame | dict[str, pd.DataFrame], confusion: Confusion, *, top: int = TOP, seed: int = SEED
) -> pd.DataFrame:
    """Realised shares and index, with the shortest 95 % credible interval of each, and the outlets' standing.

    `counts` has one row an outlet with columns rejects, amplifies, neutral: its families by predicted class; or such a frame
    for each language (same index, as from `by_language`), corrected by that language's own confusion where it has one. Returns its index with, for each
    class, <class>_share, _low, _high; index, index_low, index_high; and the columns of `standing`. Rows without families
    are empty.
    """
    import numpy as np
    import pandas as pd

    frames = {OTHERS: counts} if isinstance(counts, pd.DataFrame) else counts
    first = next(iter(frames.values()))
    seen = [
        Seen(frame[list(CLASSES)].to_numpy(dtype=np.int64), np.array(confusion.of(name)))
        for name, frame in frames.items()
    ]
    if not len(first):
        return _empty(first.index)
    every = np.concatenate([one.counts for one in seen], axis=1)
    order = np.lexsort(every.T)  # results do not depend on the order of the rows
    drawn = draw_true_counts([Seen(one.counts[order], one.confusion) for one in seen], np.random.default_rng(seed))
    _, where, which = np.unique(every[order], axis=0, return_index=True, return_inverse=True)
    found = pd.DataFrame(_summary(drawn[where]), dtype="float64").iloc[which.ravel()].reset_index(drop=True)
    found = found.join(standing(drawn, top, which.ravel(), seed)).set_axis(first.index[order])
    found = found.loc[first.index] if first.index.is_unique else found.iloc[np.argsort(order)]
    found.loc[every.sum(axis=1) == 0, found.columns[found.dtypes == "float64"]] = np.nan
    return found


def standing(drawn: np.ndarray, top: int, alike: np.ndarray | None = None, seed: int = SEED) -> pd.DataFrame:
    """p_top, p_mostly_amplifying (more than half of its families) and is_mostly_amplifying, from joint draws.

    Ties for the last place at the top are broken at random. `alike` numbers the outlets so that those with the same counts
    share a number, and so get the same probability. The outlets called mostly amplifying are as many as keep the
    share of wrong ones among them within 5 % (Bayesian false discovery rate).
    """
    import numpy as np
    import pandas as pd

    total = drawn.sum(axis=2)
    index = np.where(total, (drawn[:, :, 1] - drawn[:, :, 0]) / np.maximum(total, 1), -2.0)  # without families: last
    jitter = np.random.default_rng([seed, 1]).random(index.shape) * 1e-9
    ranks = (-(index + jitter)).argsort(axis=0).argsort(axis=0)
    mostly = (2 * drawn[:, :, 1] > total).mean(axis=1)
    if alike is not None:
        mostly = (np.bincount(alike, mostly) / np.bincount(alike))[alike]
    order = np.argsort(-mostly, kind="stable")
    wrong = np.cumsum(1 - mostly[order]) / np.arange(1, len(order) + 1)
    called = np.zeros(len(order), dtype=bool)
    called[order] = wrong <= FALSE_DISCOVERY_AIM
    return pd.DataFrame(
        {"p_top": (ranks < top).mean(axis=1), "p_mostly_amplifying": mostly, "is_mostly_amplifying": called}
    )


def _summary(drawn: np.ndarray) -> dict[str, np.ndarray]:
    import numpy as np

    total = np.maximum(drawn.sum(axis=2), 1)[:, 0]
    values = {f"{name}_share": drawn[:, :, k] for k, name in enumerate(CLASSES)}
    values["index"] = drawn[:, :, CLASSES.index("amplifies")] - drawn[:, :, CLASSES.index("rejects")]
    columns: dict[str, np.ndarray] = {}
    for name, draws in values.items():
        low, high = _shortest(draws)
        middle = draws.mean(axis=1)
        low, high = np.minimum(low, middle), np.maximum(high, middle)
        columns |= {name: middle / total, f"{name}_low": low / total, f"{name}_high": high / total}
    return columns


def _shortest(draws: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Bounds of the shortest interval that holds AIM of each row's draws.

    Equal tails would leave 2.5 % beyond a bound of 0 or 1 where there is nothing, and cover too much there.
    """
    import numpy as np

    ordered = np.sort(draws, axis=1)
    held = min(int(np.ceil(AIM * (draws.shape[1] + 1))), draws.shape[1])
    widths = ordered[:, held - 1 :] - ordered[:, : draws.shape[1] - held + 1]
    # of equally short ones the middle one, so that neither side is favoured
    is_short = widths == widths.min(axis=1, keepdims=True)
    nth = (is_short.sum(axis=1, keepdims=True) + 1) // 2
    at = (is_short.cumsum(axis=1) >= nth).argmax(axis=1)[:, None]
    return np.take_along_axis(ordered, at, 1)[:, 0], np.take_along_axis(ordered, at + held - 1, 1)[:, 0]


def _effective(certainty: pd.Series) -> float:
    """Kish's effective number: families weighed by how sure their class is."""
    weights = certainty.dropna()
    return float(weights.sum() ** 2 / (weights**2).sum()) if len(weights) else float("nan")


def _counts(units: pd.DataFrame) -> pd.DataFrame:
    """Families by outlet and stance; a row for every outlet, a column for every stance."""
    import pandas as pd

    table = pd.crosstab(units["outlet_id"], units["stance"])
    return table.reindex(columns=[*CLASSES, "unclear"], fill_value=0).rename_axis(columns=None)


def _empty(index: pd.Index) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    names = [*(f"{c}_share" for c in CLASSES), "index"]
    columns = [f"{name}{end}" for name in names for end in ("", "_low", "_high")]
    columns += ["p_top", "p_mostly_amplifying"]
    return pd.DataFrame(np.nan, index=index, columns=columns).assign(is_mostly_amplifying=False)


def _articles(
    stances: pd.DataFrame, families: pd.DataFrame, articles: pd.DataFrame | None, event: str | None
) -> pd.DataFrame:
    """The columns of `articles` that the index needs, from whichever table has them."""
    if articles is not None:
        return articles
    for table in (stances, families):
        if "outlet_id" in table.columns:
            found = table[["article_id", "outlet_id"]].drop_duplicates("article_id")
            return found.assign(language="und", is_appeal=False, event_ids=[[event]] * len(found))
    raise ValueError(
        "outlet_index: no table tells which outlet an article is of; give articles=study.articles, "
        "or add a column outlet_id to stances"
    )
