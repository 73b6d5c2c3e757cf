"""Official claims in sentences made for the purpose: found, placed, attributed, contradicted."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage.catalog import load_catalog
from coverage.measure.claims import find_claims, is_official
from coverage.speech import find_speech

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
EVENTS = load_catalog().events


def claims(text: str, language: str = "en", event: str = "referendums-2022") -> list[dict]:
    return find_claims("", text, language, find_speech("", text, language), EVENTS[event])


@pytest.mark.parametrize(
    ("text", "language", "kind", "value"),
    [
        ("Turnout in Luhansk stood at 92.6 percent.", "en", "turnout", 92.6),
        ("More than 99 % voted to join Russia in Donetsk.", "en", "result", 99.0),
        ("Явка составила 77,49 процента.", "ru", "turnout", 77.49),
        ("За воссоединение высказались 96,77% жителей.", "ru", "result", 96.77),
        ("Явка нібито сягнула 76,86 %.", "uk", "turnout", 76.86),
        ("Die Wahlbeteiligung lag bei 74 Prozent.", "de", "turnout", 74.0),
    ],
)
def test_a_figure_is_found_with_its_kind(text: str, language: str, kind: str, value: float) -> None:
    found = claims(text, language)
    assert [(c["kind"], c["value"]) for c in found] == [(kind, value)]
    assert str(value).split(".")[0] in text[found[0]["start"] : found[0]["end"]]


@pytest.mark.parametrize(
    "text",
    ["Inflation reached 14 percent.", "In 2014 the region was occupied.", "About 20 % of the territory is occupied."],
)
def test_other_figures_are_no_claims(text: str) -> None:
    assert claims(text) == []


def test_a_claim_in_an_officials_mouth_is_attributed_and_a_doubt_is_seen() -> None:
    plain = claims("Turnout in Kherson was 76.86 percent.")[0]
    assert (plain["is_attributed"], plain["is_contradicted"], plain["place_code"], plain["is_official"]) == (
        False,
        False,
        "UA-65",
        True,
    )
    doubted = claims("The sham vote brought a turnout of 76.86 percent, figures that cannot be verified.")[0]
    assert doubted["is_contradicted"]


def test_an_official_figure_is_known_and_an_invented_one_is_not() -> None:
    event = EVENTS["president-2024"]
    assert is_official("result", 87.28, "percent", event)
    assert is_official("result", 87.0, "percent", event)
    assert not is_official("result", 61.3, "percent", event)
    assert not is_official("result", None, "percent", event)


@given(st.text(max_size=300))
def test_nothing_raises_and_spans_lie_inside(text: str) -> None:
    for claim in claims(text):
        assert 0 <= claim["start"] < claim["end"] <= len(text)


@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data is not here")
def test_real_rows_give_claims_with_figures_that_stand_there() -> None:
    import gzip

    with gzip.open(SHARED / "articles" / "topic.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file][:300]
    found = [(row, c) for row in rows if row["text"] for c in claims(row["text"], row["language"])]
    assert len(found) >= 20
    for row, claim in found:
        if claim["unit"] == "percent":
            digits = str(int(claim["value"]))
            assert digits in row["text"][claim["start"] : claim["end"]]


@pytest.mark.parametrize(
    ("sentence", "kinds"),
    [
        ("In Crimea 1,115 foreign observers saw the vote.", [("observers", 1115.0)]),
        ("Crimea has chosen: 87.28 percent and record turnout", [("result", 87.28)]),
        ("He took 87.28 percent of the vote in Crimea, with turnout put at 77.49 percent.", [("result", 87.28), ("turnout", 77.49)]),
    ],
)  # fmt: skip
def test_a_figure_is_what_its_own_words_say(sentence: str, kinds: list):
    speech = find_speech("", sentence, "en")
    event = load_catalog().events["president-2024"]
    assert [(c["kind"], c["value"]) for c in find_claims("", sentence, "en", speech, event)] == kinds
