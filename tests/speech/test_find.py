"""Who says what in an article: speakers, sides, scare quotes, carry-over, denial, hostile input."""

import gzip
import json
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage.schema import SIDES
from coverage.speech import Quote, ScareQuote, Speech, find_speech
from coverage.speech.marks import MARKS

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"


def heard(text: str, language: str = "en") -> list[tuple[str, str | None, str]]:
    return [(text[q.start : q.end], q.actor_id, q.side) for q in find_speech("", text, language).quotes]


def scared(text: str, language: str = "en", title: str = "") -> list[str]:
    speech = find_speech(title, text, language)
    return [(title if s.place == "headline" else text)[s.start : s.end] for s in speech.scare_quotes]


def voice(text: str, words: str, language: str = "en") -> str:
    start = text.index(words)
    return find_speech("", text, language).voice_at("text", start, start + len(words))[0]


@pytest.mark.parametrize(
    ("language", "text", "words", "side"),
    [
        ("en", "The vote was legal, Peskov said on Friday. The vote ended.", "The vote was legal", "organiser"),
        ("en", "The vote was legal, Peskov said on Friday. The poll ended.", "The poll ended", "own"),
        ("en", "Putin signed it. He said the vote was fair.", "the vote was fair", "organiser"),
        ("en", "Kyiv said the vote was void, but Moscow says it was fair.", "void", "opponent"),
        ("en", "Kyiv said the vote was void, but Moscow says it was fair.", "it was fair", "organiser"),
        ("en", "The Russian-installed head of Kherson, Ivan Petrov, said voting was free.", "voting was free", "organiser"),
        ("en", "Ukraine's ambassador to Germany, Olha Petrenko, said the vote was a farce.", "farce", "opponent"),
        ("en", "The vote was denounced by the EU as a farce.", "a farce", "opponent"),
        ("en", "Voters in Kherson said the vote was held at gunpoint.", "gunpoint", "other"),
        ("en", "The vote was held in Moscow-annexed Crimea.", "The vote", "own"),
        ("en", "US Ambassador Jane Roe spoke. The vote is void, US Ambassador Jane Roe said. Roe said it was a farce.", "it was a farce", "opponent"),
        ("en", "The mayor, Ihor Kolykhaiev, who was ousted by Russia, said the vote was void.", "void", "opponent"),
        ("en", "Roman Lyagin, the head of the commission, says he plans a vote.", "he plans", "organiser"),
        ("en", "According to an opponent of Mr Putin, the vote was a farce.", "a farce", "other"),
        ("de", "Die Wahl sei frei gewesen, sagte Peskow. „Es gab keinen Zwang“, sagte er.", "Es gab", "organiser"),
        ("ru", "Песков заявил, что референдум законен. Голосование шло пять дней.", "референдум законен", "organiser"),
        ("ru", "Песков заявил, что референдум законен. Голосование шло пять дней.", "Голосование", "own"),
        ("ru", "В МИД Украины назвали голосование фарсом.", "фарсом", "opponent"),
        ("ru", "Об этом заявил глава самопровозглашённой ДНР Денис Пушилин.", "Об этом", "own"),
        ("ru", "Явка выросла. По его словам, всё спокойно.", "Явка", "own"),
        ("ru", "В Крыму отметили годовщину воссоединения.", "воссоединения", "own"),
        ("uk", "Голосування триває. За словами Лубінця, людей змушували.", "людей змушували", "opponent"),
        ("uk", "У МЗС України засудили незаконне голосування.", "незаконне", "opponent"),
        ("uk", "Так званий глава окупаційної влади Балицький заявив, що явка висока.", "явка висока", "organiser"),
        ("de", "Der Kreml teilte mit, dass die Wahl frei sei.", "die Wahl frei", "organiser"),
        ("de", "Kiew bezeichnet die Abstimmung als Farce.", "Farce", "opponent"),
        ("fr", "Selon Macron, le vote est une farce.", "une farce", "opponent"),
        ("pl", "Wybory są nielegalne, oświadczył Tusk.", "nielegalne", "opponent"),
        ("es", "El voto fue libre, dijo Peskov.", "El voto fue libre", "organiser"),
        ("it", "Il voto è stato libero, ha detto Peskov.", "Il voto", "organiser"),
        ("pt", "A votação foi livre, disse Peskov.", "A votação", "organiser"),
        ("bg", "Гласуването е фарс, каза Зеленски.", "фарс", "opponent"),
    ],
)  # fmt: skip
def test_voice(language: str, text: str, words: str, side: str):
    assert voice(text, words, language) == side


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Russia held “referendums” in the occupied regions.", ["referendums"]),
        ("en", "The ‘Donetsk People’s Republic’ held a vote.", ["Donetsk People’s Republic"]),
        ("en", "Zelensky called it a “cynical farce”.", []),
        ("en", "The BBC programme “Newsnight” reported it.", []),
        ("en", "“We won,” Putin said, on the day of the “vote”.", ["vote"]),
        ("en", "Putin said the “referendum” was held.", ["referendum"]),
        ("en", "“They held a ‘referendum’ at gunpoint,” Zelensky said.", ["referendum"]),
        ("uk", "Окупанти провели «вибори» в Криму.", ["вибори"]),
        ("ru", "Газета «Известия» сообщила о голосовании.", []),
        ("ru", "Единороссы из «Единой России» голосовали.", []),
        ("de", "Die „Volksrepublik“ hielt eine Wahl ab.", ["Volksrepublik"]),
    ],
)
def test_scare_quotes_are_told_from_names_and_from_speech(language: str, text: str, expected: list[str]):
    assert scared(text, language) == expected


def test_scare_quote_in_a_headline():
    assert scared("", title="Kremlin stages “referendums” in occupied Ukraine") == ["referendums"]


@pytest.mark.parametrize(
    ("title", "language", "words", "side"),
    [
        ("Путин: референдум законен", "ru", "референдум", "organiser"),
        ("Вибори нікчемні — МЗС України", "uk", "Вибори", "opponent"),
        ("Vote was free, says Kremlin", "en", "Vote", "organiser"),
        ("Russia says 98 percent voted to join", "en", "98 percent", "organiser"),
        ("Kremlin spokesman Peskov: vote was free", "en", "vote", "organiser"),
        ("Ukraine war: vote opens in Kherson", "en", "vote", "own"),
        ("Votes open in Kherson - Kyiv Post", "en", "Votes", "own"),
        ("«Чистий фарс»: Зеленський про вибори в Криму", "uk", "Чистий", "opponent"),
        ("Selenskyj nennt Referenden „Farce“", "de", "Farce", "opponent"),
    ],
)
def test_headlines(title: str, language: str, words: str, side: str):
    assert find_speech(title, "", language).voice_at("headline", title.index(words), title.index(words) + 1)[0] == side


def test_a_quotation_over_paragraphs_has_one_speaker():
    text = "“The vote is void.\n“Nobody will recognise it,” Zelensky said."
    assert [(who, side) for _, who, side in heard(text)] == [("zelensky", "opponent")] * 2


def test_a_speaker_is_carried_to_a_whole_sentence_in_marks():
    text = "“It was fair,” Putin said. “The people have made their choice.”"
    assert [who for _, who, _ in heard(text)] == ["putin", "putin"]


def test_what_is_denied_is_not_the_speakers_side():
    assert ("the vote was held at gunpoint", "kremlin", "other") in heard(
        "The Kremlin denied that the vote was held at gunpoint."
    )
    assert ("людей змушували", "peskov", "other") in heard("Пєсков не сказав, що людей змушували.", "uk")


def test_the_smallest_stretch_gives_the_voice():
    speech = Speech(
        (
            Quote("text", 0, 50, "reported", "A", None, "other"),
            Quote("text", 10, 20, "marked", "B", "putin", "organiser"),
        ),
        (ScareQuote("text", 12, 15),),
    )
    assert speech.voice_at("text", 12, 15) == ("organiser", "B")
    assert speech.voice_at("text", 30, 31) == ("other", "A")
    assert speech.voice_at("headline", 12, 15) == ("own", None)
    assert speech.voice_at("text", 60, 61) == ("own", None)


def test_a_language_without_a_file_is_read_as_english():
    assert find_speech("", "The vote was fair, Putin said.", "sv") == find_speech(
        "", "The vote was fair, Putin said.", "en"
    )


@pytest.mark.parametrize("empty", [("", ""), (None, None), (" ", "\n\n")])
def test_nothing_in_nothing_out(empty: tuple):
    assert find_speech(*empty, "en") == Speech((), ())


PIECES = st.sampled_from(
    [*MARKS, " ", ". ", ", ", "\n", "— ", ": ", "Putin", "said", "that ", "Зеленский ", "заявил", ", что ", "the “vote”", "according to ", "he ", "x", "Russia's ", "by ", "не "]
)  # fmt: skip


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=40).map("".join), st.sampled_from(["en", "ru", "uk", "de", "fr"]))
def test_whatever_the_text_spans_are_sound_and_the_answer_is_the_same(text: str, language: str):
    speech = find_speech(text, text, language)
    keys = [(q.place, q.start, q.end) for q in speech.quotes]
    assert len(set(keys)) == len(keys)
    for found in (*speech.quotes, *speech.scare_quotes):
        assert 0 <= found.start < found.end <= len(text)
        assert "\n" not in text[found.start : found.end]
    assert all(quote.side in SIDES and quote.kind in ("marked", "reported", "block") for quote in speech.quotes)
    assert find_speech(text, text, language) == speech


HOSTILE = {  # repeated in each half, so that marks opened in the first can be closed in the second
    "quotes": ('"',),
    "openers": ("“",),
    "nested": ("«„“‘", "’”“»"),
    "words in quotes": ("“vote” ",),
    "dashes": ("— a, — said\n",),
    "one sentence of cues": ("Putin said that Zelensky said that ",),
    "one endless word": ("a",),
    "hyphens": ("a-",),
    "capitals": ("Ivan Petrov ",),
    "stops": (".",),
    "blanks": (" ",),
    "according": ("according to ",),
    "said beside marks": ("“a b c d e f,” said ",),
    "colons": ("Putin: “a b c d e f” ",),
}


def hostile(name: str, kilobytes: int) -> str:
    parts = HOSTILE[name]
    return "".join(part * (kilobytes * 1_000 // len(parts) // len(part)) for part in parts)


def calls_for(text: str) -> int:
    """Python calls that one reading takes: the same on every machine, whatever else it does."""
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        find_speech("", text, "en")
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_takes_work_in_proportion(name: str):
    quarter, whole = calls_for(hostile(name, 12)), calls_for(hostile(name, 48))
    assert whole <= 6 * quarter + 1_000


def test_real_rows_end_to_end():
    path = SHARED / "articles" / "topic.jsonl.gz"
    if not path.exists():
        pytest.skip(f"no real data at {path}")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines][::8]
    quotes = [q for r in rows for q in find_speech(r["title"] or "", r["text"] or "", r["language"]).quotes]
    assert len(quotes) > 300
    assert sum(q.side == "organiser" for q in quotes) > 50
    assert sum(q.side == "opponent" for q in quotes) > 50
    assert sum(q.speaker is None for q in quotes) < len(quotes) / 3
