"""Each language's own examples: the sentences at the end of speech/cues/<language>.yml."""

from importlib.resources import files

import pytest

from coverage.catalog import load_catalog
from coverage.catalog.checks import LANGUAGES
from coverage.speech import find_speech
from coverage.speech.lexicon import KINDS, WORD_LISTS, read_cues

EXAMPLES = [(code, example) for code in LANGUAGES for example in read_cues(code)["examples"]]
ACTORS = load_catalog().actors


@pytest.mark.parametrize(("language", "example"), EXAMPLES, ids=lambda value: str(value)[:60])
def test_example(language: str, example: dict):
    title, text = example.get("headline", ""), example.get("text", "")
    speech = find_speech(title, text, language)
    words = title or text
    marked = [(words[q.start : q.end], q.actor_id or "", q.side) for q in speech.quotes]
    for said, *who in example.get("quotes", []):
        actor = who[0] or "" if who else ""
        side = who[1] if len(who) > 1 else ACTORS[actor].side if actor else "other"
        assert (said, actor, side) in marked
    if example.get("quotes") == []:
        assert marked == []
    if "scare" in example:
        assert [words[s.start : s.end] for s in speech.scare_quotes] == example["scare"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_list_and_five_examples(language: str):
    data = read_cues(language)
    wanted = {
        *KINDS,
        *WORD_LISTS.values(),
        "name_nouns",
        "verb_endings",
        "so_called",
        "dash_speech",
        "noun_capitals",
        "free_order",
        "first_capital_names",
        "ordinal_stops",
        "actors_also",
        "examples",
    }
    assert set(data) == wanted
    assert len(data["examples"]) >= 5
    for key in wanted - {
        "dash_speech",
        "noun_capitals",
        "free_order",
        "first_capital_names",
        "ordinal_stops",
        "examples",
    }:
        assert all(isinstance(word, str) for word in data[key]), (
            f"{key} in {language}.yml: quote the word that YAML does not read as one"
        )


def test_there_is_a_file_for_each_of_the_ten_languages_and_no_other():
    names = {path.name for path in (files("coverage.speech") / "cues").iterdir() if path.name.endswith(".yml")}
    assert names == {f"{language}.yml" for language in LANGUAGES}
