"""Language of a text or headline. Letters decide among Ukrainian, Russian, Belarusian and Bulgarian; py3langid among the rest."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

LATIN = ("en", "de", "fr", "pl", "es", "it", "pt")
NEIGHBOURS = ("nl", "cs", "ro", "tr", "hu", "sv", "da", "sk", "fi")
CYRILLIC = re.compile(r"[\u0400-\u04ff]")
LETTER = re.compile(r"[^\W\d_]")
OWN_LETTERS = {"uk": "їєґ", "be": "ў", "ru": "ыэъё", "bg": ""}
WORDS = {
    "uk": ["та", "що", "це", "від", "для", "які", "про", "було", "як", "із", "щодо", "під", "вже", "його", "росії", "році", "під", "час", "України", "також", "або", "ж", "але", "й", "у", "до", "за", "після", "через", "вибори", "окупованих"],
    "ru": ["и", "что", "это", "от", "для", "которые", "про", "было", "как", "из", "по", "уже", "его", "россии", "году", "время", "украины", "также", "или", "же", "но", "в", "на", "с", "после", "через", "выборы", "из-за", "не"],
    "bg": ["и", "че", "това", "от", "за", "които", "беше", "как", "по", "вече", "му", "русия", "година", "украйна", "също", "или", "но", "в", "на", "с", "след", "през", "избори", "не", "са", "ще", "се", "да", "към"],
    "be": ["і", "што", "гэта", "ад", "для", "якія", "пра", "было", "як", "з", "па", "ўжо", "яго", "расіі", "годзе", "час", "украіны", "таксама", "або", "але", "ў", "на", "пасля", "праз", "выбары", "не"],
}  # fmt: skip


def detect_language(text: str, title: str = "") -> str:
    """ISO 639-1 code of a text (its title helps where it is short); `und` where there are no letters."""
    sample = f"{title}\n{text[:3000]}"
    letters = LETTER.findall(sample)
    if not letters:
        return "und"
    if len(CYRILLIC.findall(sample)) > len(letters) / 2:
        return _cyrillic(sample.lower())
    return _latin(sample)


def _cyrillic(sample: str) -> str:
    letters = max(1, len(CYRILLIC.findall(sample)))
    words = re.findall(r"[\w’'-]+", sample)
    scores = {
        language: sum(word in known for word in words) / max(1, len(words)) for language, known in _word_sets().items()
    }
    for language, own in OWN_LETTERS.items():
        scores[language] += 4 * sum(sample.count(c) for c in own) / letters
    i_share = sample.count("і") / letters
    scores["uk"] += 2 * i_share * (sample.count("и") > 0 or "ў" not in sample)
    scores["be"] += 2 * i_share * (sample.count("и") == 0)
    scores["ru"] -= 4 * i_share
    scores["bg"] -= 4 * i_share + 4 * (sample.count("ы") + sample.count("э")) / letters
    scores["bg"] += (
        3
        * len(re.findall(r"(?<![а-я])(?:\w*[аеиоуъ]т[аео]|\w+ят)(?![а-я])", sample))
        / max(1, len(words))
        * (i_share == 0 and "ы" not in sample)
    )
    return max(sorted(scores), key=lambda language: scores[language])


@cache
def _word_sets() -> dict[str, frozenset[str]]:
    return {language: frozenset(words) for language, words in WORDS.items()}


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    found = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    found.set_languages([*LATIN, *NEIGHBOURS])
    return found


def _latin(sample: str) -> str:
    return str(_identifier().classify(sample)[0])
