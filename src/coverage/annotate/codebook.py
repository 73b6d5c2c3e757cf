"""The coders' codebook and its version: every label says by which one it was given."""

from __future__ import annotations

import re
from functools import cache
from hashlib import sha256
from importlib.resources import files

from coverage.schema import STANCES

NOT_ABOUT = "none"
"""The code for an article that is not about such a vote."""
CODES = (*STANCES, NOT_ABOUT)
KEYS = {**{str(n): stance for n, stance in enumerate(STANCES, start=1)}, "0": NOT_ABOUT}
"""Key on the coding desk → code."""
HOW_MUCH = {"c": "central", "s": "substantial", "p": "passing"}


@cache
def codebook_text() -> str:
    """The codebook, as Markdown."""
    return files("coverage.annotate").joinpath("codebook.md").read_text(encoding="utf-8")


@cache
def codebook_version() -> str:
    """Its number and the start of its digest, e.g. `1-3fa9c1d2`: a changed word is another version."""
    text = codebook_text()
    number = re.search(r"^# .*version (\S+)$", text, re.MULTILINE)
    assert number is not None
    return f"{number[1]}-{sha256(text.encode()).hexdigest()[:8]}"
