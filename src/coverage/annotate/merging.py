"""All coders' labels become one: what they agree on and what was settled, with each article's chance of being drawn."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coverage.annotate.agreeing import refuse_mixed, study_labels
from coverage.annotate.codebook import NOT_ABOUT
from coverage.annotate.labels import CodingError, LabelFile, coding_folder
from coverage.annotate.sample import Item, Sample, load_sample

if TYPE_CHECKING:
    import pandas as pd

    from coverage.study import Study

LABELS_FILE, ARTICLES_FILE = "labels.jsonl", "articles.jsonl"
Row = dict[str, Any]


@dataclass(frozen=True)
class Merged:
    """The label file that `build` and `train` read, and what went into it."""

    labels: Path
    articles: Path
    n: int
    n_settled: int
    n_left_out: int

    def in_words(self) -> str:
        left = (
            f", {self.n_left_out} left out (chances of the others mended within their strata)"
            if self.n_left_out
            else ""
        )
        return f"{self.n} labels, {self.n_settled} of them settled{left}: {self.labels.name}, with their articles in {self.articles.name}"


def merge(study: Study, *, partial: bool = False, codebook: str | None = None) -> Merged:
    """Write `labels.jsonl` (and `articles.jsonl` with their words, for `train`) into the study's coding folder.

    A label is what was settled on, else what all who coded the article say. Raises CodingError where articles are not coded
    or not settled yet; with `partial` they are left out instead, and within each stratum the others' inclusion
    probabilities become coded / stratum size, which holds as far as what is missing is like the rest of its stratum.
    Raises CodingError too for labels of different codebook versions.
    """
    sample, folder = load_sample(study), coding_folder(study)
    labels = study_labels(study, codebook)
    settled = LabelFile(folder, "any", is_settling=True).current()
    used = {key: label for key, label in settled.items() if codebook in (None, label.codebook)}
    refuse_mixed(_with_settled(labels, used))
    found = _one_each(labels, {key: label.stance for key, label in used.items()})
    left_out = [item for item in sample.items if item.article_id not in found]
    if left_out and not partial:
        _refuse(labels, left_out)
    chances = _chances(sample, found) if left_out else {i.article_id: i.inclusion_probability for i in sample.items}
    rows = _rows(study, sample.items, found, labels, chances)
    _write(folder / LABELS_FILE, rows)
    _write(folder / ARTICLES_FILE, _articles(study, found))
    n_settled = sum(row["is_settled"] for row in rows)
    return Merged(folder / LABELS_FILE, folder / ARTICLES_FILE, len(rows), n_settled, len(left_out))


def _with_settled(labels: pd.DataFrame, settled: Mapping[str, Any]) -> pd.DataFrame:
    import pandas as pd

    rows = [{"coder": f"{label.coder} (settling)", "codebook": label.codebook} for label in settled.values()]
    return pd.concat(
        [labels[["coder", "codebook"]], pd.DataFrame(rows, columns=["coder", "codebook"])], ignore_index=True
    )


def _one_each(labels: pd.DataFrame, settled: Mapping[str, str]) -> dict[str, tuple[str, bool]]:
    """Article → (code, whether it was settled); articles that coders see differently and nobody settled are not there."""
    found: dict[str, tuple[str, bool]] = {}
    for article_id, codes in labels.groupby("article_id")["stance"]:
        if codes.nunique() == 1:
            found[str(article_id)] = (codes.iloc[0], False)
        elif article_id in settled:
            found[str(article_id)] = (settled[str(article_id)], True)
    return found


def _refuse(labels: pd.DataFrame, left_out: Iterable[Item]) -> None:
    coded = set(labels["article_id"])
    differing = [item.article_id for item in left_out if item.article_id in coded]
    blank = [item.article_id for item in left_out if item.article_id not in coded]
    raise CodingError(
        f"{len(blank)} articles are not coded yet and {len(differing)} coded differently and not settled, first "
        f"{(blank + differing)[0]}; code and settle them (vote-coverage annotate STUDY adjudicate), or leave them out with --partial"
    )


def _chances(sample: Sample, found: Mapping[str, object]) -> dict[str, float]:
    coded = Counter(item.stratum for item in sample.items if item.article_id in found)
    if empty := [name for name in sample.strata if not coded[name]]:
        raise CodingError(
            f"nothing of stratum {empty[0]!r} is coded, so it cannot be spoken for; code at least one article of it"
        )
    return {item.article_id: coded[item.stratum] / sample.strata[item.stratum] for item in sample.items}


def _rows(
    study: Study,
    items: Iterable[Item],
    found: Mapping[str, tuple[str, bool]],
    labels: pd.DataFrame,
    chances: Mapping[str, float],
) -> list[Row]:
    urls = study.table("articles").set_index("article_id")["canonical_url"]
    predicted = study.table("stances").set_index("article_id")["about_vote"]
    coders = labels.groupby("article_id")["coder"].agg(sorted)
    versions = labels.groupby("article_id")["codebook"].first()
    how_much = {str(key): list(said.dropna()) for key, said in labels.groupby("article_id")["about_vote"]}
    rows = []
    for item in items:
        if item.article_id not in found:
            continue
        key = item.article_id
        stance, is_settled = found[key]
        rows.append(
            {
                "id": key,
                "article_id": key,
                "article_url": urls.get(key),
                "stance": None if stance == NOT_ABOUT else stance,
                **_about(stance, how_much[key], predicted.get(key)),
                "inclusion_probability": round(chances[key], 9),
                "stratum": item.stratum,
                "coders": coders[key],
                "is_settled": is_settled,
                "codebook": versions[key],
            }
        )
    return sorted(rows, key=lambda row: str(row["id"]))


def _about(stance: str, said: list[str], predicted: str | None) -> Row:
    """How much of it is about the vote: as most coders say; where none says, as the model found, and the row tells so."""
    if stance == NOT_ABOUT:
        return {"about_vote": "none", "about_vote_by": "coder"}
    if said:
        return {"about_vote": min(set(said), key=lambda word: (-said.count(word), word)), "about_vote_by": "coder"}
    return {"about_vote": predicted or "passing", "about_vote_by": "model"}


def _articles(study: Study, found: Mapping[str, object]) -> list[Row]:
    """The coded articles as JSON lines for `train`."""
    articles = study.table("articles")
    coded = articles[articles["article_id"].isin(list(found))].sort_values("article_id")
    return [
        {
            "id": row.article_id,
            "url": row.url,
            "outlet_domain": row.outlet_id,
            "published": None if row.published_precision == "unknown" else f"{row.published_at:%Y-%m-%d}",
            "language": row.language,
            "title": row.title,
            "text": row.text,
        }
        for row in coded.itertuples()
    ]


def _write(path: Path, rows: Iterable[Row]) -> None:
    beside = path.with_suffix(".new")
    beside.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    beside.replace(path)
