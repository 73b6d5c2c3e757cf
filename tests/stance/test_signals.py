"""Every signal's own examples are its tests; so is what a language file must hold."""

import pytest

from coverage.catalog.signals import DIRECTIONS, Signal, languages, wording

WORDINGS = [found for language in languages() if (found := wording(language))]
SIGNALS = [signal for found in WORDINGS for signal in found.signals]


@pytest.mark.parametrize("signal", SIGNALS, ids=lambda s: s.id)
def test_a_signal_matches_its_examples_and_no_counterexample(signal: Signal) -> None:
    assert signal.matches and signal.rejects and signal.source
    assert [words for words in signal.matches if not signal.pattern.search(words)] == []
    assert [words for words in signal.rejects if signal.pattern.search(words)] == []
    assert signal.direction in DIRECTIONS


def test_signal_ids_are_unique_and_begin_with_their_language() -> None:
    ids = [signal.id for signal in SIGNALS]
    assert len(ids) == len(set(ids))
    assert all(s.id.startswith(f"{w.language}-") for w in WORDINGS for s in w.signals)


def test_every_language_of_the_study_has_its_signals() -> None:
    assert set(languages()) == {"bg", "de", "en", "es", "fr", "it", "pl", "pt", "ru", "uk"}
