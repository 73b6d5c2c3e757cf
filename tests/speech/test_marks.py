"""Quotation marks of every house style, paired."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage.speech.marks import MARKS, marked_spans


def inner(text: str) -> list[str]:
    return [text[mark.start : mark.end] for mark in marked_spans(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Das „Referendum“ endete.", ["Referendum"]),
        ("Tak zwane „referendum” trwa.", ["referendum"]),
        ("Das »Referendum« endete.", ["Referendum"]),
        ("The “vote” ended.", ["vote"]),
        ("The 'vote' ended.", ["vote"]),
        ("The ‘vote’ in Russia’s hands.", ["vote"]),
        ('The "vote" and the "result" ended.', ["vote", "result"]),
        ("Le « vote » est fini.", [" vote "]),
        ("Газета «Голос «Крыма» писала».", ["Голос «Крыма» писала", "Крыма"]),
        ("«Він назвав це “референдумом”», — пише газета.", ["Він назвав це “референдумом”", "референдумом"]),
        ("“They call it a ‘vote’,” he said.", ["They call it a ‘vote’,", "vote"]),
        ("on an alleged“intention”of Kyiv", ["intention"]),
        ('a " referendum " was held', [" referendum "]),
        ("Don't trust the voters' list or п'ять or п’ять.", []),
        ("The '90s and rock 'n' roll", ["n"]),
        ("", []),
    ],
)
def test_house_styles(text: str, expected: list[str]):
    assert inner(text) == expected


def test_a_mark_never_closed_ends_with_its_sentence():
    assert inner("He spoke of “a sham vote. Then he left.") == ["a sham vote."]


def test_a_paragraph_that_opens_with_a_mark_runs_on_to_its_end():
    text = "“First part. It goes on.\n“Second part,” he said."
    assert inner(text) == ["First part. It goes on.", "Second part,"]
    assert [mark.runs_on for mark in marked_spans(text)] == [True, False]


def test_an_opening_mark_opened_anew_is_cut_at_its_sentence():
    assert inner("war was “chosen by one man. “Russia has violated it.” Biden left.") == [
        "chosen by one man.",
        "Russia has violated it.",
    ]


def test_a_stray_mark_in_a_page_title_is_nothing():
    assert inner("Occupiers plan a vote « War in Ukraine | Censor.NET") == []


@given(st.text(alphabet=MARKS + "ab. ,\n", max_size=120))
def test_spans_are_proper_sorted_and_within_one_line(text: str):
    marks = marked_spans(text)
    assert all(0 <= mark.start < mark.end <= len(text) for mark in marks)
    assert not any("\n" in text[mark.start : mark.end] for mark in marks)
    assert [(m.start, -m.end) for m in marks] == sorted((m.start, -m.end) for m in marks)
    top = [mark for mark in marks if mark.depth == 0]
    assert all(one.end <= other.start for one, other in pairwise(top))
