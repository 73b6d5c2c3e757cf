"""Words that introduce speech, per language, from cues/<language>.yml: a new language is one file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Cues:
    """Compiled for one language. `verb`: says; `according`: according to; `pronoun`: he, she, they."""

    verb: re.Pattern[str]
    according: re.Pattern[str]
    that: re.Pattern[str]
    pronoun: re.Pattern[str]


@cache
def cues(language: str) -> Cues:
    """The language's cues; English ones where it has no file."""
    import yaml

    folder = files("coverage.speech") / "cues"
    path = folder / f"{language}.yml"
    if not path.is_file():
        path = folder / "en.yml"
    data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return Cues(_any(data["say"]), _any(data["according"]), _any(data["that"]), _any(data["pronouns"]))


def _any(words: list[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{'|'.join(words)})(?![\w-])", re.IGNORECASE)
