"""Sentence spans: what does not end a sentence, and what does."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage.speech import sentences


def split(text: str, language: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text, language)]


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        ("en", ["Mr. Smith met Gen. Jones in the U.S. capital.", "They left at 5 p.m. on Friday."]),
        ("en", ["KYIV, Sept. 23 (Reuters) - Polls opened.", "Few came."]),
        ("en", ["“It is a sham.”", "He left the room."]),
        ("en", ["“It is a sham!” he said.", "Then he left."]),
        ("en", ["The rate was 3.5 percent.", "It rose to 4.1 percent."]),
        ("en", ["It did not recognise the result.", "The EU said so."]),
        ("ru", ["В. Путин подписал указ.", "В 2014 г. прошёл референдум."]),
        ("ru", ["Явка составила 1,2 млн. чел. по данным ЦИК.", "Это много."]),
        ("ru", ["«Это фарс».", "Он ушёл."]),
        ("uk", ["У м. Херсон та ін. містах пройшов «референдум».", "Явки не було."]),
        ("uk", ["КИЇВ. 9 березня.", "Омбудсман закликав ЗМІ."]),
        ("de", ["Das sagte Dr. Meier am 3. Oktober z. B. im Radio.", "Danach ging er."]),
        ("fr", ["M. Macron a parlé.", "Mme Colonna aussi."]),
        ("es", ["El Sr. Sánchez habló.", "No hubo respuesta."]),
        ("it", ["Il dott. Rossi ha parlato.", "Nessuno ha risposto."]),
        ("pl", ["Prof. Nowak mówił o tzw. referendum.", "Nikt nie słuchał."]),
        ("bg", ["На 23 септември 2022 г. започна гласуването.", "Никой не дойде."]),
        ("pt", ["O Sr. Costa falou.", "Ninguém respondeu."]),
    ],
)
def test_sentences_end_where_a_reader_ends_them(language: str, parts: list[str]):
    assert split(" ".join(parts), language) == parts


def test_a_lost_blank_does_not_join_two_sentences():
    assert split("It would not recognise the result.The EU agreed.", "en") == [
        "It would not recognise the result.",
        "The EU agreed.",
    ]


def test_a_site_name_is_no_end_of_sentence():
    assert split("Read more on Censor.NET today.", "en") == ["Read more on Censor.NET today."]


def test_words_left_out_end_a_sentence():
    assert split("He said tha […] election was held.", "en") == ["He said tha […]", "election was held."]


@given(st.text(alphabet='aB .!?…\n"«»“”№й', max_size=200), st.sampled_from(["en", "ru", "de", "xx"]))
def test_spans_are_in_order_cover_every_visible_character_and_cross_no_line(text: str, language: str):
    spans = sentences(text, language)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    assert "".join(text[s:e] for s, e in spans).split() == text.split() or "".join(
        "".join(text[s:e] for s, e in spans).split()
    ) == "".join(text.split())
    assert not any("\n" in text[start:end] for start, end in spans)
