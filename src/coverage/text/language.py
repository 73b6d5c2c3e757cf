"""Language of a text or headline: Cyrillic ones by n-grams and letters of our own, all others by py3langid."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from functools import cache
from importlib.resources import files
from typing import Any

SPOKEN = ("bg", "be", "de", "en", "es", "fr", "it", "pl", "pt", "ru", "uk")
NEIGHBOURS = ("ar", "cs", "da", "el", "fi", "he", "hu", "ja", "ka", "kk", "ko", "lt", "lv", "mk", "nl", "no", "ro", "sk", "sl", "sr", "sv", "tr", "zh", "hr", "et", "fa", "hy")  # fmt: skip
MOST_CHARACTERS = 3000
MOST_GRAMMED = 1000  # of these, by n-grams: more tells no more
MOST_LATIN = 1200  # and by py3langid, which takes a microsecond and more for each
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_SIGNS = re.compile(r"https?://\S+|\S+@\S+|[@#]\w+")
CYRILLIC = ("be", "bg", "ru", "uk")
# Letters that a Cyrillic language does not have; a name or a quotation may still bring a few.
FOREIGN = {
    "uk": "ыэёъўјљњћђџќѓѕқғңөұһ", "ru": "іїєґўјљњћђџќѓѕқғңөұһ", "be": "ищъїєґјљњћђџќѓѕқғңөұһ", "bg": "ыэёіїєґўјљњћђџќѓѕқғңөұһ",
}  # fmt: skip
OTHERS = {"mk": "ќѓѕ", "sr": "ћђ", "kk": "қғңөұһ"}  # told by letters that no other has
NATS_A_STRANGER, MOST_STRANGERS, NATS_A_NEIGHBOUR = 4.0, 5, 8.0
# A headline is likelier in its article's language: two or three words of Ukrainian may be Bulgarian too.
NATS_FOR_ITS_TEXT = 2.0
NATS_FOR_ENGLISH = 2.0  # most of what is in Latin letters; set on development headlines, where German loses nothing
CYRILLIC_WORD = re.compile(r"[а-яёіїєґў’'-]+")


def detect_language(text: str, title: str = "", *, likelier: str = "") -> str:
    """ISO 639-1 code of a text (its title helps where it is short); `und` where there are no letters to tell by.

    `likelier` is a language that is more probable beforehand, by NATS_FOR_ITS_TEXT.
    """
    sample = f"{title}\n{text[:MOST_CHARACTERS]}" if len(text) < MOST_CHARACTERS else text[:MOST_CHARACTERS]
    if any(sign in sample for sign in "@#/"):
        sample = _SIGNS.sub(" ", sample)
    letters = sum(map(str.isalpha, sample))
    if letters < 2:
        return "und"
    if not sample.isascii() and 2 * len(_CYRILLIC.findall(sample)) > letters:
        return _cyrillic(sample, likelier)
    return _latin(sample[:MOST_LATIN], likelier)


def headline_language(title: str, text_language: str) -> str:
    """`detect_language` of a headline alone, its article's language taken as likelier: it settles only what is nearly even."""
    return detect_language(title, likelier=text_language)


def _latin(sample: str, likelier: str) -> str:
    prior = defaultdict(float, {"en": NATS_FOR_ENGLISH, **dict.fromkeys(NEIGHBOURS, -NATS_A_NEIGHBOUR)})
    prior[likelier] += NATS_FOR_ITS_TEXT
    return str(max((value + prior[code], code) for code, value in _identifier().rank(sample))[1])


def _cyrillic(sample: str, likelier: str) -> str:
    """Character n-grams (cyrillic.json, of 1 to 5 signs, from benchmarks/languages.py) and the letters a language does not have."""
    lower = sample.lower()
    counts = {code: sum(map(lower.count, letters)) for code, letters in OTHERS.items()}
    if counts[most := max(counts, key=lambda code: counts[code])] > 0.01 * len(lower):
        return most
    grams, scores = _grams()
    scores = dict(scores)
    if likelier in scores:
        scores[likelier] += round(100 * NATS_FOR_ITS_TEXT)
    padded = f" {' '.join(CYRILLIC_WORD.findall(lower[:MOST_GRAMMED]))} "
    found = Counter(padded[at : at + size] for size in (1, 2, 3, 4, 5) for at in range(len(padded) - size + 1))
    for gram in found.keys() & grams.keys():
        times = min(2, found[gram])
        for code, weight in grams[gram]:
            scores[code] += times * weight
    for code, letters in FOREIGN.items():
        scores[code] -= round(100 * NATS_A_STRANGER) * min(MOST_STRANGERS, sum(map(lower.count, letters)))
    return max(scores, key=lambda code: scores[code])


@cache
def _grams() -> tuple[dict[str, tuple[tuple[str, int], ...]], dict[str, int]]:
    """(weights of each n-gram, bias) by language, in hundredths: sums of whole numbers are the same in every order."""
    model = json.loads((files("coverage.text") / "cyrillic.json").read_text(encoding="utf-8"))
    codes = model["languages"]
    grams = {
        gram: tuple((code, round(100 * weight)) for code, weight in zip(codes, weights, strict=True))
        for gram, weights in model["grams"].items()
    }
    return grams, {code: round(100 * bias) for code, bias in zip(codes, model["bias"], strict=True)}


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    found = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=False)
    found.set_languages([code for code in (*SPOKEN, *NEIGHBOURS) if code not in (*CYRILLIC, *OTHERS)])
    found._full_model = (found.nb_ptc, found.nb_pc, found.nb_classes)  # else the other languages' weights stay: 27 MB
    return found
