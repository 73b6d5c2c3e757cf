"""Names, numbers and dates in a form that survives translation: Путин, Путін, Putin and Poutine become one key."""

from __future__ import annotations

import re
from functools import lru_cache

_LATIN = {
    **dict(zip("абвгґдезийіїклмнопрстуфъыьэёє", ["a", "b", "v", "g", "g", "d", "e", "z", "i", "i", "i", "i", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f", "", "i", "", "e", "e", "e"], strict=True)),
    "ж": "zh", "х": "h", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sh", "ю": "iu", "я": "ia", "ў": "u", "’": "", "'": "", "ʼ": "",
    "ä": "a", "ö": "o", "ü": "u", "ß": "ss", "ł": "l", "ń": "n", "ó": "o", "é": "e", "è": "e", "á": "a", "í": "i", "ú": "u", "ñ": "n", "ç": "s", "ã": "a", "õ": "o", "ż": "zh", "ź": "z", "ś": "s", "ą": "a", "ę": "e", "ć": "ch",
}  # fmt: skip
_TABLE = str.maketrans(_LATIN)
_SOUNDS = (
    ("sch", "sh"), ("tsch", "ch"), ("kh", "h"), ("ph", "f"), ("w", "v"), ("ck", "k"), ("ou", "u"), ("ju", "u"), ("ja", "a"), ("x", "ks"),
    ("q", "k"), ("j", ""), ("y", ""), ("zh", "z"), ("sh", "s"), ("ch", "s"), ("ts", "s"), ("c", "k"), ("g", "h"), ("iii", "i"),
)  # fmt: skip
_ADJECTIVE = re.compile(r"sk(?:ii|iy|yi|yj|y|i|a|u|ogo|oho|ago|omu|im|imi|ih|oi|oiu|aia|uiu|e)$")
_ENDING = re.compile(r"(?:ogo|oho|omu|emu|ami|iami|ova|im|om|em|oi|oiu|iu|ia|ah|iah|am|a|u|e|i|o)$")
_VOWELS = re.compile(r"[aeiou]")
_NUMBER = re.compile(r"(?<![\w.,])\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?![\d])|(?<![\w])\d+(?:[.,]\d+)*(?!\w)")
_NAME = re.compile(r"(?<![.!?…:»”\"]\s)(?<!^)(?<![\n(«“„\"'*•—–-])\b[^\W\d_a-zа-яіїєґёў][\w’ʼ'-]{3,}")


@lru_cache(maxsize=100_000)
def name_key(word: str) -> str:
    """The word's consonants after transliteration, its case ending cut; empty where too little is left to tell names apart."""
    latin = word.lower().translate(_TABLE)
    if len(latin) > 5:
        latin = _ADJECTIVE.sub("sk", latin) if _ADJECTIVE.search(latin) else _ENDING.sub("", latin)
    for written, sound in _SOUNDS:
        latin = latin.replace(written, sound)
    key = latin[:1] + _VOWELS.sub("", latin[1:])
    key = re.sub(r"(.)\1+", r"\1", key)
    return key if len(key) >= 3 else ""


def numbers_in(text: str) -> set[str]:
    """Numbers with at least two digits that mean the same in every language: 87,05 is 87.05; 1 200 and 1,200 are 1200."""
    return {value for match in _NUMBER.findall(text) if len(re.sub(r"\D", "", value := _plain(match))) >= 2}


def _plain(number: str) -> str:
    digits = re.sub(r"[ \u00a0\u202f]", "", number)
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", digits):
        return re.sub(r"[.,]", "", digits)
    return digits.replace(",", ".")


def names_in(text: str) -> set[str]:
    """Keys of the capitalised words that do not open a sentence."""
    return {key for word in _NAME.findall(text) if (key := name_key(word))}
