"""Signs are made alike, and that a word was quoted survives."""

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage.text.marks import characters

CASES = {
    "alleged“intention” of": "alleged “intention” of",
    'alleged"intention" of the': "alleged “intention” of the",
    "так звані «вибори» в Криму": "так звані “вибори” в Криму",
    "die sogenannte „Wahl“ auf der Krim": "die sogenannte “Wahl” auf der Krim",
    "»Wahl« in Donezk": "“Wahl” in Donezk",
    'tak zwane ,,wybory" w Doniecku': "tak zwane “wybory” w Doniecku",
    "He said: \"It is a 'sham' vote.\"": "He said: “It is a ‘sham’ vote.”",
    "'Kremlin's mouthpieces' to cover these 'elections', and": "‘Kremlin’s mouthpieces’ to cover these ‘elections’, and",
    "об'єднання п`ять мʼята": "об’єднання п’ять м’ята",
    "l'homme d'État": "l’homme d’État",
    '"Quote one," he said. "Quote two."': "“Quote one,” he said. “Quote two.”",
    "«Внешние „внутренние“ кавычки»": "“Внешние “внутренние” кавычки”",
    "псевдо-«референдум»": "псевдо-“референдум”",
    '("вибори")': "(“вибори”)",
    "in the '90s": "in the ’90s",
    "posting on Telegram , Ukrinform reports .": "posting on Telegram, Ukrinform reports.",
    "a\u00a0b\u200b c\u00adc": "a b cc",
    "e\u0301lection": "élection",
}


@pytest.mark.parametrize(("raw", "clean"), CASES.items(), ids=range(len(CASES)))
def test_marks_become_canonical_pairs(raw: str, clean: str) -> None:
    assert characters(raw) == clean


MARKS = st.sampled_from(["", "", "", "«", "»", "„", "“", "”", '"', "'", "‘", "’", "(", ")", ",", ".", "—"])
WORDS = st.sampled_from(["вибори", "об'єднання", "l’homme", "a", "Wahl", "90s", "é", "е\u0301", "ʼ"])
GAPS = st.sampled_from([" ", " ", "\u00a0", "", "\n", "-"])


@given(st.lists(st.tuples(MARKS, WORDS, MARKS, GAPS), max_size=12))
@settings(max_examples=300, deadline=None)
def test_a_second_pass_changes_nothing_and_no_word_is_lost(parts: list[tuple[str, str, str, str]]) -> None:
    text = "".join("".join(part) for part in parts)
    once = characters(text)
    assert characters(once) == once
    letters = re.sub(r"[\W_]", "", unicodedata.normalize("NFC", text.replace("ʼ", "")))
    assert re.sub(r"[\W_]", "", once.replace("ʼ", "")) == letters


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_text_becomes_nfc_without_invisible_signs(text: str) -> None:
    clean = characters(text)
    assert unicodedata.is_normalized("NFC", clean)
    assert not re.search("[\u200b\ufeff\x00\u00a0«»„]", clean)
