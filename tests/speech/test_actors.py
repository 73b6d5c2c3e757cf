"""The catalog's actors: each on a side, with a reason, and no form that two of them claim."""

from collections import Counter

import pytest

from coverage.catalog import load_catalog
from coverage.schema import SIDES
from coverage.speech.lexicon import lexicon

ACTORS = load_catalog().actors


def test_each_has_a_side_an_office_and_a_reason():
    assert len(ACTORS) >= 90
    for actor in ACTORS.values():
        assert actor.side in SIDES
        assert len(actor.office) > 1
        assert len(actor.source) > 20, f"{actor.id}: say why it is on that side"


def test_no_form_belongs_to_two():
    forms = {(code, form.lower(), a.id) for a in ACTORS.values() for code, names in a.names.items() for form in names}
    claimed = Counter((code, form) for code, form, _ in forms)
    assert [form for form, times in claimed.items() if times > 1] == []


@pytest.mark.parametrize(
    ("language", "words", "actor"),
    [
        ("ru", "Путиным", "putin"), ("ru", "ПУТИН", "putin"), ("uk", "Зеленському", "zelensky"), ("en", "Putin's", "putin"),
        ("en", "White House", "white-house"), ("en", "the state department", "state-department"), ("en", "UN", "un"),
        ("ru", "оккупационные власти", "occupation-authorities"), ("uk", "МЗС України", "mfa-ukraine"), ("ru", "МИД Украины", "mfa-ukraine"),
        ("ru", "МИД", "mfa-russia"), ("de", "Selenskyjs", "zelensky"), ("pl", "Zełenskiego", "zelensky"), ("bg", "Кремълският", "kremlin"),
        ("fr", "Quai d’Orsay", "france"), ("es", "Kremlin", "kremlin"), ("it", "Farnesina", "italy"), ("pt", "Itamaraty", "spain-portugal"),
        ("en", "Russian-installed", "occupation-authorities"), ("uk", "окупанти", "occupation-authorities"),
    ],
)  # fmt: skip
def test_forms_are_found(language: str, words: str, actor: str):
    assert [hit.actor.id for hit in lexicon(language).hits(words) if hit.actor] == [actor]


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "let us go"), ("en", "who said it"), ("ru", "голос за кремлёвскую стену"), ("en", "putin")],
)
def test_common_words_are_nobody(language: str, words: str):
    assert [hit for hit in lexicon(language).hits(words) if hit.actor and hit.actor.id != "kremlin"] == []
