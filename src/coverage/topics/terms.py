"""Texts as counts of terms: stop words out, inflected forms counted together, shown by their commonest written form."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("bg", "de", "en", "es", "fr", "it", "pl", "pt", "ru", "uk")
_TERM = re.compile(r"[^\W\d_]{3,}(?:[’ʼ'][^\W\d_]+)?")
_CUT = re.compile(r"(?:’s|'s|ʼs)$")
_SLAVIC_ENDING = re.compile(
    r"(?:[аеєиіїоуюяьйыэё]|[аяоеєиіїуюыьй]{1,2}[вмхйтшлн][аеиіуюыя]?|ого|ому|ими|ыми|ами|ями|ові|еві)$"
)
_POLISH_ENDING = re.compile(r"(?:ego|emu|ach|ami|ych|ich|ymi|imi|owi|om|ów|em|ie|ej|ą|ę|a|e|i|o|u|y)$")
_WESTERN_ENDING = re.compile(r"(?:ies|es|en|er|em|s|e|n)$")
_ENDINGS = {"uk": _SLAVIC_ENDING, "ru": _SLAVIC_ENDING, "bg": _SLAVIC_ENDING, "pl": _POLISH_ENDING}
_SHORTEST_STEM = 4


@cache
def stop_words(language: str) -> frozenset[str]:
    """The language's list in the package; empty for a language that has none."""
    if language not in LANGUAGES:
        return frozenset()
    listed = files("coverage.topics").joinpath("stopwords", f"{language}.txt").read_text(encoding="utf-8")
    return frozenset(listed.split())


def terms_of(text: str, language: str) -> list[str]:
    """Lower-case terms of three letters or more that are no stop words, in text order."""
    stops = stop_words(language)
    found = (_CUT.sub("", word) for word in _TERM.findall(text.lower()))
    return [word for word in found if word not in stops and len(word) >= 3]


def stem_of(term: str, language: str) -> str:
    """What inflected forms share, roughly; never shown to a reader."""
    cut = _ENDINGS.get(language, _WESTERN_ENDING).sub("", term)
    return cut if len(cut) >= _SHORTEST_STEM else term


@dataclass(frozen=True)
class Counted:
    """`counts[i, j]`: how often text i holds term j (sparse); `shown[j]`: the term's commonest written form."""

    counts: Any
    shown: list[str]


def count_terms(
    texts: list[str],
    language: str,
    least_texts: int,
    *,
    basis: list[int] | None = None,
    most_share: float = 0.6,
    most_terms: int = 4000,
) -> Counted:
    """Terms in at least `least_texts` of the texts numbered in `basis` (all, where None) and at most `most_share` of them, the
    commonest `most_terms`; counted in every text."""
    import numpy as np
    from scipy.sparse import csr_matrix

    bags: list[Counter[str]] = []
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    holders: Counter[str] = Counter()
    for text in texts:
        bag: Counter[str] = Counter()
        for term in terms_of(text, language):
            stem = stem_of(term, language)
            bag[stem] += 1
            forms[stem][term] += 1
        bags.append(bag)
    basis = list(range(len(texts))) if basis is None else basis
    for number in basis:
        holders.update(bags[number].keys())
    most = max(least_texts, most_share * len(basis))
    kept = sorted((s for s, n in holders.items() if least_texts <= n <= most), key=lambda s: (-holders[s], s))[
        :most_terms
    ]
    place = {stem: number for number, stem in enumerate(sorted(kept))}
    cells = [(row, place[s], n) for row, bag in enumerate(bags) for s, n in sorted(bag.items()) if s in place]
    rows, columns, values = (np.array(part) for part in zip(*cells, strict=True)) if cells else (np.empty(0, int),) * 3
    counts = csr_matrix((values.astype(np.float64), (rows, columns)), shape=(len(texts), len(place)))
    return Counted(counts, [min(forms[s], key=lambda form: (-forms[s][form], form)) for s in sorted(place)])


def tf_idf(counts: Any, basis: list[int] | None = None) -> Any:
    """Log term counts times smoothed inverse document frequency (in the rows of `basis`), rows of unit length."""
    from sklearn.feature_extraction.text import TfidfTransformer

    if not counts.shape[1]:
        return counts
    model = TfidfTransformer(sublinear_tf=True).fit(counts if basis is None else counts[basis])
    return model.transform(counts)
