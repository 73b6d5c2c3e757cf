"""What coders agree on: Krippendorff's alpha with an interval, who takes what for what, what is left to settle."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from coverage.annotate.labels import CodingError, LabelFile, coding_folder, read_labels
from coverage.annotate.sample import load_sample

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    import pandas as pd

    from coverage.study import Study

RESAMPLES = 2_000


@dataclass(frozen=True)
class Agreement:
    """Alpha (nominal; Krippendorff 2019, chapter 12) with a 95 % bootstrap interval over articles coded at least twice.

    `confusion`: coder, other_coder, code, other_code, n: how often the one said this and the other that of an article.
    `disagreements`: article_id and a column a coder, the articles that are not coded alike. `alpha`, `low`, `high` are None
    while nothing is coded twice or only one code was ever given.
    """

    alpha: float | None
    low: float | None
    high: float | None
    n_items: int
    coded: dict[str, int]
    confusion: pd.DataFrame
    disagreements: pd.DataFrame

    def in_words(self) -> str:
        lines = [f"{coder}: {n} coded" for coder, n in self.coded.items()]
        if self.alpha is None:
            return "\n".join([*lines, f"{self.n_items} articles coded twice: alpha cannot be computed yet"])
        return "\n".join(
            [
                *lines,
                f"Krippendorff's alpha {self.alpha:.3f} (95 % interval {self.low:.3f} to {self.high:.3f}) on {self.n_items} articles coded at least twice",
                f"{len(self.disagreements)} coded differently",
            ]
        )


def agreement(labels: pd.DataFrame, *, seed: int = 1) -> Agreement:
    """Agreement on stance; `labels` has columns coder, article_id, stance and perhaps codebook, one row a coder and article.

    Raises CodingError where the labels were given by different versions of the codebook.
    """
    if "codebook" in labels.columns:
        refuse_mixed(labels)
    wide = labels.pivot(index="article_id", columns="coder", values="stance")
    twice = wide[wide.notna().sum(axis=1) >= 2]
    codes = sorted(labels.loc[labels["article_id"].isin(twice.index), "stance"].unique())
    alpha = low = high = None
    if len(twice) >= 2 and len(codes) >= 2:
        counts = _value_counts(twice, codes)
        alpha = _alpha(counts)
        low, high = _interval(counts, seed)
    differing = twice[twice.nunique(axis=1) > 1]
    coded = {str(coder): int(n) for coder, n in wide.notna().sum().items()}
    return Agreement(
        alpha, low, high, len(twice), coded, _confusion(twice), differing.rename_axis(columns=None).reset_index()
    )


def refuse_mixed(labels: pd.DataFrame) -> None:
    """Raises CodingError where labels were given by different versions of the codebook: they are not one measurement."""
    versions = labels.groupby("codebook")["coder"].agg(lambda coders: ", ".join(sorted(set(coders))))
    if len(versions) > 1:
        found = "; ".join(f"{version} by {coders}" for version, coders in versions.items())
        raise CodingError(
            f"labels of different codebook versions cannot be put together ({found}); "
            "code the older ones again, or leave them out with --codebook VERSION"
        )


def study_labels(study: Study, codebook: str | None = None) -> pd.DataFrame:
    """The labels in force of a study's sample, of one version of the codebook where `codebook` names it."""
    labels = read_labels(coding_folder(study))
    labels = labels[labels["article_id"].isin([item.article_id for item in load_sample(study).items])]
    if codebook is not None:
        if codebook not in set(labels["codebook"]):
            known = ", ".join(sorted(set(labels["codebook"]))) or "none yet"
            raise CodingError(f"no label was given by codebook {codebook!r}; versions in use: {known}")
        labels = labels[labels["codebook"] == codebook]
    return labels.reset_index(drop=True)


def to_settle(study: Study, codebook: str | None = None) -> list[str]:
    """Ids of the articles that coders code differently, in the sample's order, settled ones included."""
    labels = study_labels(study, codebook)
    differing = set(labels.groupby("article_id")["stance"].nunique().loc[lambda n: n > 1].index)
    return [item.article_id for item in load_sample(study).items if item.article_id in differing]


def codes_so_far(folder: Path) -> dict[str, list[str]]:
    """Article → what each coder said, without names."""
    said: dict[str, list[str]] = {}
    for row in read_labels(folder).to_dict("records"):
        said.setdefault(row["article_id"], []).append(
            f"{row['stance']}: {row['note']}" if row["note"] else row["stance"]
        )
    return {key: sorted(words) for key, words in said.items()}


def settled(study: Study) -> dict[str, str]:
    """Article → the code that was settled on."""
    labels = LabelFile(coding_folder(study), "any", is_settling=True)
    return {key: label.stance for key, label in labels.current().items()}


def _value_counts(wide: pd.DataFrame, codes: Sequence[str]) -> np.ndarray:
    """Articles × codes: how many coders gave each."""
    import numpy as np

    return np.stack([(wide == code).sum(axis=1).to_numpy() for code in codes], axis=1)


def _alpha(counts: np.ndarray) -> float:
    import krippendorff

    return float(krippendorff.alpha(value_counts=counts, level_of_measurement="nominal"))


def _interval(counts: np.ndarray, seed: int) -> tuple[float, float]:
    """Equal-tailed 95 % interval over articles drawn again; a draw with one code only has no disagreement in it."""
    import numpy as np

    rng = np.random.default_rng(seed)
    values = []
    for _ in range(RESAMPLES):
        again = counts[rng.integers(0, len(counts), len(counts))]
        values.append(_alpha(again) if (again.sum(axis=0) > 0).sum() >= 2 else 1.0)
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)


def _confusion(wide: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    parts = []
    for one, other in combinations(wide.columns, 2):
        both = wide[[one, other]].dropna()
        counts = both.groupby([one, other]).size().rename("n").reset_index()
        counts.columns = ["code", "other_code", "n"]
        parts.append(counts.assign(coder=one, other_coder=other))
    columns = ["coder", "other_coder", "code", "other_code", "n"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)
