"""What was planted in a demo study beside what was found in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coverage.schema import STANCES
from coverage.text import canonical_url

if TYPE_CHECKING:
    import pandas as pd

    from coverage.study import Study


@dataclass(frozen=True)
class Comparison:
    """One table of the last section: a sentence that says the finding, then rows."""

    title: str
    sentence: str
    columns: list[str]
    rows: list[list[Any]]


def compare(study: Study) -> list[Comparison]:
    """Outlets, stances, copies and claims: planted and found, from the study's truth file; joined on canonical addresses."""
    truth = read_truth(study)
    by_url = {row["canonical_url"]: row for row in study.table("articles").to_dict("records")}
    return [
        _outlets(study, truth),
        _stances(study, truth, by_url),
        _copies(study, truth, by_url),
        _claims(study, truth, by_url),
    ]


def read_truth(study: Study) -> dict[str, Any]:
    """The planted truth as written."""
    import yaml

    assert study.truth_file is not None
    truth: dict[str, Any] = yaml.load(study.truth_file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    for row in (
        *truth["pages"],
        *truth["claims"],
        *(copy for family in truth["families"] for copy in family["copies"]),
    ):
        row["url"] = canonical_url(row["url"])
    for family in truth["families"]:
        family["original"] = canonical_url(family["original"])
    return truth


def _outlets(study: Study, truth: dict[str, Any]) -> Comparison:
    rows = study.table("outlets")
    votes = [event.id for event in study.event_records if event.kind != "appeal"]
    found = {row["outlet_id"]: row for row in rows[rows["event_id"].isin(votes)].to_dict("records")}
    table = []
    right = 0
    for planted in truth["outlets"]:
        words = _found_lean(found.get(planted["outlet"]))
        agrees = _agrees(planted, words)
        right += agrees
        table.append([planted["outlet"], planted["lean"], words, "yes" if agrees else "no"])
    return Comparison(
        "Outlets",
        f"{right} of {len(table)} outlets came out as planted.",
        ["outlet", "planted", "found", "as planted"],
        table,
    )


def _found_lean(row: dict[str, Any] | None) -> str:
    if row is None:
        return "absent"
    if row["state"] != "shown":
        return str(row["state"])
    low, high = row["index_low"], row["index_high"]
    lean = "amplifies" if low > 0 else "rejects" if high < 0 else "no clear side"
    return f"{lean} ({row['index']:+.2f} [{low:+.2f}, {high:+.2f}])".replace("-", "−")


def _agrees(planted: dict[str, Any], found: str) -> bool:
    lean = planted["lean"]
    if lean == "silent":
        return found == "silent"
    if not planted["index_shown"]:
        return found == "suppressed"
    if lean in ("neutral", "mixed"):
        return found.startswith("no clear side")
    return found.startswith(lean)


def _stances(study: Study, truth: dict[str, Any], by_url: dict[str, Any]) -> Comparison:
    stance = dict(zip(study.table("stances")["article_id"], study.table("stances")["stance"], strict=True))
    counts: Counter[tuple[str, str]] = Counter()
    for page in truth["pages"]:
        article = by_url.get(page["url"])
        found = "no article" if article is None else stance.get(article["article_id"]) or "not about it"
        counts[page["stance"] or "not about it", found] += 1
    found_names = [*STANCES, "not about it", "no article"]
    table = [[planted, *(counts[planted, f] for f in found_names)] for planted in (*STANCES, "not about it")]
    right = sum(counts[name, name] for name in (*STANCES, "not about it"))
    total = sum(counts.values())
    return Comparison(
        "Stances of pages",
        f"{right} of {total} pages were read as planted. Rows are planted, columns found.",
        ["planted", *found_names],
        table,
    )


def _copies(study: Study, truth: dict[str, Any], by_url: dict[str, Any]) -> Comparison:
    families = study.table("families").set_index("article_id")["family_id"]
    table = []
    found_all = total = 0
    for family in truth["families"]:
        members = [family["original"], *(copy["url"] for copy in family["copies"])]
        ids = [by_url[url]["article_id"] for url in members if url in by_url]
        home = families.get(ids[0]) if ids else None
        joined = sum(families.get(i) == home for i in ids[1:]) if home is not None else 0
        strangers = int((families == home).sum()) - sum(families.get(i) == home for i in ids) if home is not None else 0
        found_all, total = found_all + joined, total + len(family["copies"])
        table.append([family["id"], len(family["copies"]), joined, strangers])
    return Comparison(
        "Copies",
        f"{found_all} of {total} planted copies were found in the family of their original.",
        ["family", "planted copies", "found", "strangers in it"],
        table,
    )


def _claims(study: Study, truth: dict[str, Any], by_url: dict[str, Any]) -> Comparison:
    rows = study.table("claims")
    table = []
    hit = total = 0
    for kind in ("turnout", "result", "observers"):
        planted = {(c["url"], c["value"]) for c in truth["claims"] if c["kind"] == kind}
        mine = _found_claims(rows[rows["kind"] == kind], by_url)
        hit, total = hit + len(planted & mine), total + len(planted)
        table.append([kind, len(planted), len(planted & mine), len(mine - planted)])
    return Comparison(
        "Official claims",
        f"{hit} of {total} planted claims were found.",
        ["claim", "planted", "found", "found but not planted"],
        table,
    )


def _found_claims(rows: pd.DataFrame, by_url: dict[str, Any]) -> set[tuple[str, float | None]]:
    url_of = {article["article_id"]: url for url, article in by_url.items()}
    return {
        (url_of[i], None if v != v else v)
        for i, v in zip(rows["article_id"], rows["value"], strict=True)
        if i in url_of
    }
