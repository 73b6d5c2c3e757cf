"""A probability sample of a study's vote articles, stratified by predicted stance, language and the outlet's side.

Every article's chance of being drawn is known and kept, so that shares and the model's errors can be estimated from the
coded articles without bias, each weighted by one over its chance (Horvitz and Thompson 1952).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from math import sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coverage.annotate.codebook import codebook_version
from coverage.annotate.labels import CodingError, coding_folder

if TYPE_CHECKING:
    import pandas as pd

    from coverage.study import Study

AT_LEAST = 2  # of each stratum, where it has as many: a variance needs two
SAMPLE_FILE = "sample.json"
REST = "the rest"


@dataclass(frozen=True)
class Item:
    """One drawn article. `coders` is empty where every coder codes it."""

    article_id: str
    stratum: str
    inclusion_probability: float
    coders: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sample:
    """A drawn sample: its items in coding order, and how large each stratum is in the study."""

    study: str
    seed: int
    codebook: str
    model_version: str
    coders: tuple[str, ...]
    strata: Mapping[str, int]
    items: tuple[Item, ...]

    def items_of(self, coder: str) -> list[str]:
        """Ids of what a coder has to code, in order; raises CodingError where the sample was dealt to others."""
        if self.coders and coder not in self.coders:
            raise CodingError(
                f"coder {coder!r} is not one of the sample's: {', '.join(self.coders)}; use one of these names"
            )
        return [item.article_id for item in self.items if not item.coders or coder in item.coders]

    def frame(self) -> pd.DataFrame:
        """The items as a frame: article_id, stratum, inclusion_probability."""
        import pandas as pd

        columns = ["article_id", "stratum", "inclusion_probability"]
        return pd.DataFrame([asdict(item) for item in self.items], columns=columns)

    def in_words(self) -> str:
        lines = [f"{len(self.items)} articles drawn of {sum(self.strata.values())}, in {len(self.strata)} strata:"]
        drawn = {name: [i for i in self.items if i.stratum == name] for name in self.strata}
        lines += [f"  {name}: {len(drawn[name])} of {size}" for name, size in self.strata.items()]
        return "\n".join(lines)


def draw_sample(
    study: Study, size: int = 100, *, seed: int = 1, coders: Sequence[str] = (), shared: int | None = None
) -> Sample:
    """Draw `size` articles and keep them in the study's coding folder; the same study and seed give the same sample.

    With `coders`, the first `shared` articles (default: all) are for every coder and the others dealt to one coder each.
    Raises CodingError where a sample was drawn already (codes may rest on it), where the study has no vote articles, or
    where `size` is too small for two articles of each predicted stance.
    """
    path = coding_folder(study) / SAMPLE_FILE
    if path.exists():
        raise CodingError(
            f"{path}: a sample is drawn already, codes may rest on it; move the folder away to begin another"
        )
    frame = _population(study)
    if frame.empty:
        raise CodingError(
            f"study {study.name} has no article about the vote to code; build it first, or widen its sources"
        )
    drawn = draw(frame, size, seed)
    shares = _dealt(len(drawn), coders, len(drawn) if shared is None else shared)
    items = tuple(
        Item(row.article_id, row.stratum, row.inclusion_probability, of)
        for row, of in zip(drawn.itertuples(), shares, strict=True)
    )
    strata = dict(sorted(stratify(frame, size).value_counts().items()))
    versions = sorted(study.table("stances")["model_version"].unique())
    sample = Sample(study.name, seed, codebook_version(), ", ".join(versions), tuple(coders), strata, items)
    _write(path, sample)
    return sample


def load_sample(study: Study) -> Sample:
    """The sample that was drawn; raises CodingError where there is none or its file is spoilt."""
    path = coding_folder(study) / SAMPLE_FILE
    if not path.exists():
        raise CodingError(f"no sample is drawn for study {study.name}; run: vote-coverage annotate {study.name} draw")
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        items = tuple(Item(**{**row, "coders": tuple(row["coders"])}) for row in kept.pop("items"))
        return Sample(**{**kept, "coders": tuple(kept["coders"]), "items": items})
    except (ValueError, TypeError, KeyError) as error:
        raise CodingError(f"{path}: not a sample as `draw` writes it ({error}); restore the file from a copy") from None


def draw(frame: pd.DataFrame, size: int, seed: int) -> pd.DataFrame:
    """A stratified simple random sample of exactly min(size, rows) rows: article_id, stratum, inclusion_probability.

    `frame` has article_id, stance, language, side. Who is drawn hangs on a digest of seed and article alone: the same on
    every machine. Rows come in coding order, which tells nothing about the strata.
    """
    import pandas as pd

    population = pd.DataFrame({"article_id": frame["article_id"], "stratum": stratify(frame, size)})
    population["turn"] = [_chance(seed, "drawn", article_id) for article_id in population["article_id"]]
    sizes = population["stratum"].value_counts().to_dict()
    taken = allocate(sizes, size)
    population = population.sort_values(["stratum", "turn", "article_id"])
    drawn = population[population.groupby("stratum").cumcount() < population["stratum"].map(taken)]
    drawn = drawn.assign(
        inclusion_probability=drawn["stratum"].map({s: n / sizes[s] for s, n in taken.items()}),
        order=[_chance(seed, "order", article_id) for article_id in drawn["article_id"]],
    )
    columns = ["article_id", "stratum", "inclusion_probability"]
    return drawn.sort_values(["order", "article_id"])[columns].reset_index(drop=True)


def stratify(frame: pd.DataFrame, size: int) -> pd.Series:
    """Each row's stratum, stance / language / side; the smallest ones of a stance are pooled until two of each fit in `size`."""
    fine = frame["stance"] + " / " + frame["language"] + " / " + frame["side"]
    sizes = fine.value_counts()
    stance = dict(zip(fine, frame["stance"], strict=True))
    pooled = {name: name for name in sizes.index}
    for name in sorted(sizes.index, key=lambda s: (sizes[s], s)):
        if len(set(pooled.values())) * AT_LEAST <= size:
            break
        pooled[name] = f"{stance[name]} / {REST}"
    fewest = len(set(pooled.values())) * AT_LEAST
    if fewest > size:
        raise CodingError(
            f"a sample of {size} is too small for {fewest // AT_LEAST} predicted stances; draw at least {fewest}"
        )
    return fine.map(pooled)


def allocate(sizes: Mapping[str, int], total: int) -> dict[str, int]:
    """How many of each stratum: by the square root of its size, at least two where it has them, in all min(total, everything).

    Seats go one by one to the stratum that is furthest below its share (Webster's method), ties by name.
    """
    from heapq import heapify, heapreplace

    taken = {name: min(AT_LEAST, size) for name, size in sorted(sizes.items())}

    def need(name: str) -> float:
        return -sqrt(sizes[name]) / (2 * taken[name] + 1) if taken[name] < sizes[name] else 0.0

    waiting = [(need(name), name) for name in taken]
    heapify(waiting)
    for _ in range(min(total, sum(sizes.values())) - sum(taken.values())):
        name = waiting[0][1]
        taken[name] += 1
        heapreplace(waiting, (need(name), name))
    return taken


def _population(study: Study) -> pd.DataFrame:
    """Every article about the vote: article_id, predicted stance, language, side."""
    columns = ["article_id", "language", "outlet_id"]
    frame = study.table("stances")[["article_id", "stance"]].merge(study.table("articles")[columns], on="article_id")
    sides = {outlet_id: _side(study, outlet_id) for outlet_id in frame["outlet_id"].unique()}
    frame = frame.assign(stance=frame["stance"].fillna("no stance"), side=frame["outlet_id"].map(sides))
    return frame[["article_id", "stance", "language", "side"]].sort_values("article_id", ignore_index=True)


def _side(study: Study, outlet_id: str) -> str:
    """Whose outlet it is, by the catalog: the organisers' (Russia, occupation), Ukraine's, or another's."""
    outlet = study.catalog.outlets.get(outlet_id)
    if outlet is None:
        return "unknown outlet"
    if outlet.kind == "occupation authority" or outlet.country == "RU":
        return "organisers"
    return "Ukraine" if outlet.country == "UA" else "elsewhere"


def _chance(seed: int, purpose: str, article_id: str) -> str:
    return sha256(f"{seed} {purpose} {article_id}".encode()).hexdigest()


def _dealt(n: int, coders: Sequence[str], shared: int) -> list[tuple[str, ...]]:
    """For each item who codes it; empty for every coder."""
    return [() if not coders or k < shared else (coders[(k - shared) % len(coders)],) for k in range(n)]


def _write(path: Path, sample: Sample) -> None:
    kept: dict[str, Any] = asdict(sample)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    beside.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    beside.replace(path)
