"""Media coverage analytics for contested votes: who amplified, who rejected, who stayed silent, with the words that show it.

The names below are the public ones. Importing this package does no work: each name is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from coverage import plots
    from coverage.families import find_families
    from coverage.measure.index import outlet_index
    from coverage.stance import judge_articles
    from coverage.study import Study, open_study
    from coverage.text import Article, extract_article
    from coverage.topics import Topics, find_topics

_HOMES = {
    "Article": "coverage.text",
    "Study": "coverage.study",
    "Topics": "coverage.topics",
    "extract_article": "coverage.text",
    "find_families": "coverage.families",
    "find_topics": "coverage.topics",
    "judge_articles": "coverage.stance",
    "open_study": "coverage.study",
    "outlet_index": "coverage.measure.index",
}

__all__ = [
    "Article",
    "Study",
    "Topics",
    "extract_article",
    "find_families",
    "find_topics",
    "judge_articles",
    "open_study",
    "outlet_index",
    "plots",
]


def __getattr__(name: str) -> Any:
    if name == "plots":
        return import_module("coverage.plots")
    if name == "__version__":
        from importlib.metadata import version

        return version("vote-coverage")
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'coverage' has no attribute {name!r}; public names: {', '.join(__all__)}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
