"""Judging one article: the seed, hostile input, evidence, the command's lines, and the grouped score on the real gold."""

import json
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage.stance import judge_article, judge_lines
from coverage.stance.training import decided

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data"
WORDS = st.lists(
    st.sampled_from(
        [
            "Crimea",
            "“",
            "”",
            "«",
            "»",
            "referendum",
            "sham",
            "said Putin",
            "псевдовибори",
            "97 %",
            ".",
            ":",
            "в Крыму",
            "\n",
            "\x00",
        ]
    ),
    max_size=30,
).map(" ".join)


@settings(max_examples=60, deadline=None)
@given(
    st.one_of(st.text(max_size=200), WORDS),
    st.one_of(st.text(max_size=400), WORDS),
    st.sampled_from(["en", "uk", "ru", "de", "xx", ""]),
)
def test_whatever_comes_in_is_judged_alike_twice_with_true_evidence(title: str, text: str, language: str) -> None:
    found = judge_article(title, text, language)
    assert found == judge_article(title, text, language)
    if found.stance is None:
        assert found.about_vote == "none" and found.evidence is None
        return
    assert found.p_amplifies is not None and found.p_rejects is not None and found.p_neutral is not None
    assert found.p_amplifies + found.p_rejects + found.p_neutral == pytest.approx(1)
    source = title if found.evidence_place == "headline" else text
    assert found.evidence == source[found.evidence_start : found.evidence_end]


def test_the_appeal_not_to_cover_is_never_amplification() -> None:
    seed = SHARED / "seed" / "menafn_ukrinform_2024-03-09.txt"
    if not seed.is_file():
        pytest.skip("the seed article is kept beside the repository, in ../shared/data")
    title, _, text = seed.read_text(encoding="utf-8").partition("\n")
    found = judge_article(title, text, "en", date(2024, 3, 9))
    assert found.is_appeal and "appeal-2024" in found.event_ids
    assert found.stance == "rejects"


def test_votes_elsewhere_and_before_2014_are_none_of_ours() -> None:
    assert judge_article("Scotland votes", "The Scottish referendum was held on Thursday.", "en").about_vote == "none"
    assert judge_article("", "A referendum was held in Crimea in January 1991.", "en").about_vote == "none"


def test_a_vote_planned_before_any_watch_began_is_a_mention() -> None:
    found = judge_article("Zelensky warns of pseudo-referendums in Kherson", "", "en", date(2022, 4, 23))
    assert found.event_ids == ("referendums-2022",)


def test_a_bad_line_becomes_an_error_and_nulls_are_read() -> None:
    good = {"id": "a", "title": None, "text": "Russia held sham referendums in Kherson.", "language": "en"}
    rows = list(judge_lines([json.dumps(good), "{", "[]"]))
    assert rows[0]["stance"] == "rejects"
    assert ["error" in row for row in rows] == [False, True, True]


def test_no_class_reaching_the_threshold_is_unclear() -> None:
    assert decided({"rejects": 0.34, "amplifies": 0.33, "neutral": 0.33}) == "unclear"
    assert decided({"rejects": 0.8, "amplifies": 0.1, "neutral": 0.1}) == "rejects"


def test_grouped_score_on_the_development_gold_holds() -> None:
    if not (SHARED / "gold" / "stance_dev.jsonl").is_file():
        pytest.skip("the development gold is kept beside the repository, in ../shared/data")
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        import stance as bench
    finally:
        sys.path.pop(0)
    items = bench.items_of(*bench.read_gold())
    result = bench.score(bench.predicted(items, bench.out_of_fold(items)))
    assert result["relevance_f1"] >= 0.96
    assert result["macro_f1"] >= 0.70
