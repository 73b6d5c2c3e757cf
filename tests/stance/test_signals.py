"""Every signal's own examples are its tests; so is what a language file must hold."""

import re

import pytest

from coverage.catalog.signals import DIRECTIONS, Signal, folded, languages, wording

WORDINGS = [found for language in languages() if (found := wording(language))]
SIGNALS = [signal for found in WORDINGS for signal in found.signals]


@pytest.mark.parametrize("signal", SIGNALS, ids=lambda s: s.id)
def test_a_signal_matches_its_examples_and_no_counterexample(signal: Signal) -> None:
    assert signal.matches and signal.rejects and signal.source
    assert [words for words in signal.matches if not signal.pattern.search(folded(words))] == []
    assert [words for words in signal.rejects if signal.pattern.search(folded(words))] == []
    assert signal.direction in DIRECTIONS


def test_signal_ids_are_unique_and_begin_with_their_language() -> None:
    ids = [signal.id for signal in SIGNALS]
    assert len(ids) == len(set(ids))
    assert all(s.id.startswith(f"{w.language}-") for w in WORDINGS for s in w.signals)


def test_every_language_of_the_study_has_its_signals() -> None:
    assert set(languages()) == {"bg", "de", "en", "es", "fr", "it", "pl", "pt", "ru", "uk"}


def test_patterns_are_written_in_lower_case_for_they_meet_folded_text() -> None:
    for found in WORDINGS:
        patterns = [found.vote, found.territory, found.not_such, found.judging, found.negation, found.referendum]
        for pattern in (*patterns, *(signal.pattern for signal in found.signals)):
            literal = re.sub(r"\\[A-Za-z]", "", pattern.pattern)
            assert literal == literal.lower(), (found.language, literal)


def test_folding_keeps_every_character_in_its_place() -> None:
    assert folded("İstanbul КРИМ") == "İstanbul крим".replace("İ", "İ")
    assert len(folded("İstanbul" * 3)) == 24


CLASSES = ("label", "legality", "recognition", "coercion", "hedge", "territory", "accession", "will", "result", "turnout", "observers", "plan", "distance", "rebuttal")  # fmt: skip


@pytest.mark.parametrize("language", ["uk", "ru", "en", "de", "fr", "pl", "es", "it", "bg", "pt"])
def test_every_language_has_signals_of_every_class(language: str) -> None:
    found = {(signal.signal_class, signal.direction) for signal in SIGNALS if signal.id.startswith(f"{language}-")}
    assert {name for name, _ in found} >= set(CLASSES)
    assert {
        ("legality", "rejects"),
        ("legality", "amplifies"),
        ("territory", "rejects"),
        ("territory", "amplifies"),
    } <= found
