"""Which blocks are the article: a small boosted-tree model, and other extractors' opinions where it is unsure.

The model (body_model.json, trained by benchmarks/text_train.py) gives each block a probability from `features`. Where a
page leaves it unsure, trafilatura is asked; where the two disagree badly, newspaper too; opinions are averaged.
"""

from __future__ import annotations

import contextlib
import json
import logging
import re
import warnings
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from coverage.text.blocks import Page
from coverage.text.features import FIRST_WORDS, LINK_SHARE
from coverage.text.walls import SHORT_CHARACTERS

if TYPE_CHECKING:
    import numpy as np

Opinion = Callable[[], str]
CHOSEN, CHOSEN_FIRST = 0.45, 0.5
FEWEST_LEFT, MOST_LAST_HEADING = 3, 12  # blocks; words
UNSURE = 0.08  # mean distance to certainty, words weighing, above which another extractor is asked
WEIGHT_OF_OTHERS = {1: 0.6, 2: 0.84}  # of one and of two of them, beside the model
AT_ODDS = 0.5  # agreement below which a third is asked
WORD = re.compile(r"\w+")
REPEATED = 0.8  # share of a block's runs of five words, of those that begin with a long one, that stand before it
FEWEST_REPEATED, LONG_WORD = 15, 7
FEWEST_TOLD = 4  # shorter blocks («News») stand in any text: of them others tell nothing


@cache
def _model() -> tuple[Any, ...]:
    """(bias, depth, first node of each tree, feature, threshold, left, right, value): the trees' nodes end to end."""
    import numpy as np

    data = json.loads((files("coverage.text") / "body_model.json").read_text(encoding="utf-8"))
    trees = data["trees"]
    starts = np.cumsum([0, *(len(tree["feature"]) for tree in trees)])[:-1]

    def laid(name: str, kind: type, add: bool = False) -> np.ndarray:
        parts: list[np.ndarray] = [
            np.array(tree[name], dtype=kind) + (start if add else 0) for tree, start in zip(trees, starts, strict=True)
        ]
        return np.concatenate(parts).astype(kind)

    left, right = laid("left", np.int64, add=True), laid("right", np.int64, add=True)
    return data["bias"], data["settings"]["max_depth"], starts, laid("feature", np.int64), laid("threshold", np.float32), left, right, laid("value", np.float32)  # fmt: skip


def probabilities(features: np.ndarray) -> np.ndarray:
    """Each block's probability of being the article's."""
    import numpy as np

    result = np.zeros(len(features))
    rows = np.flatnonzero(~is_hopeless(features))
    if not len(rows):
        return result
    bias, depth, starts, feature, threshold, left, right, value = _model()
    table = features[rows]
    numbers, width = table.ravel(), table.shape[1]
    row = np.arange(len(rows))[:, None] * width
    at = np.broadcast_to(starts, (len(rows), len(starts)))
    for _ in range(depth):
        at = np.where(numbers.take(row + feature.take(at)) <= threshold.take(at), left.take(at), right.take(at))
    result[rows] = 1 / (1 + np.exp(-(bias + value.take(at).sum(axis=1))))
    return result


def is_hopeless(features: np.ndarray) -> np.ndarray:
    """Short blocks that are links and nothing else: never the article's, and half of all blocks."""
    hopeless: np.ndarray = (features[:, LINK_SHARE] > 0.99) & (features[:, FIRST_WORDS] < 1.7)
    return hopeless


def unsureness(page: Page, sure: np.ndarray) -> float:
    """How far the probabilities are from yes and no, on average over words: 0 … 0.5."""
    import numpy as np

    if not len(sure):
        return 0.5
    words = np.array([block.words for block in page.blocks]) + 0.1
    return float(np.average(np.minimum(sure, 1 - sure), weights=words))


def blended(page: Page, sure: np.ndarray, *texts: str) -> np.ndarray:
    """The probabilities averaged with other extractors' opinions: each block's share of words found in their texts."""
    import numpy as np

    told = [n for n, block in enumerate(page.blocks) if block.words >= FEWEST_TOLD and sure[n] > 0]
    shares = [np.array([_share_in(text, page.blocks[n].text) for n in told]) for text in map(_Grams, texts)]
    weight = WEIGHT_OF_OTHERS[len(shares)]
    mixed = np.array(sure)
    mixed[told] = (1 - weight) * sure[told] + weight * np.mean(shares, axis=0)
    return mixed


class _Grams:
    """A text's word 4-grams, for asking what share of a block stands in it."""

    def __init__(self, text: str) -> None:
        words = WORD.findall(text.lower())
        self.joined = f" {' '.join(words)} "
        self.grams = {tuple(words[n : n + 4]) for n in range(len(words) - 3)}


def _share_in(other: _Grams, text: str) -> float:
    words = WORD.findall(text.lower())
    if len(words) < 4:
        return float(bool(words) and f" {' '.join(words)} " in other.joined)
    grams = [tuple(words[n : n + 4]) for n in range(len(words) - 3)]
    return sum(gram in other.grams for gram in grams) / len(grams)


def chosen(page: Page, sure: np.ndarray) -> list[int]:
    """Numbers of the blocks that are the article, without those that only repeat what was there before.

    It does not begin with what is doubtful, nor end with a heading under which nothing stands.
    """
    seen: set[tuple[str, ...]] = set()
    numbers = []
    for n in (sure >= CHOSEN).nonzero()[0].tolist():
        words = WORD.findall(page.blocks[n].text)
        if len(words) >= FEWEST_REPEATED:
            grams = {tuple(words[at : at + 5]) for at in range(len(words) - 4) if len(words[at]) >= LONG_WORD}
            if grams and len(grams & seen) > REPEATED * len(grams):
                continue
            seen |= grams
        numbers.append(n)
    while len(numbers) > FEWEST_LEFT and sure[numbers[0]] < CHOSEN_FIRST:
        numbers.pop(0)
    while numbers and page.blocks[numbers[-1]].is_heading and page.blocks[numbers[-1]].words <= MOST_LAST_HEADING:
        numbers.pop()
    return numbers


def likeliest_prose(page: Page, sure: np.ndarray) -> list[int]:
    """Where nothing else gives a text: the blocks of prose at least half as likely as the likeliest of them."""
    prose = [n for n, block in enumerate(page.blocks) if block.is_prose]
    least = max((sure[n] for n in prose), default=0.0) / 2
    return [n for n in prose if sure[n] >= least > 0]


@dataclass(frozen=True, slots=True)
class Choice:
    """The body that was settled on: its text, first and last block, who was asked, how far they agreed with the model."""

    text: str
    first: int
    last: int
    extractor: str
    agreement: float | None


def settle(page: Page, sure: np.ndarray, trafilatura: Opinion | None, newspaper: Opinion | None) -> Choice:
    """The model's blocks; where it is unsure or finds next to nothing, averaged with what the others say.

    None: not to be asked. Where newspaper is not, the page is long: then trafilatura only where next to nothing is found.
    """
    numbers = chosen(page, sure)
    text = joined(page, numbers)
    extractor, agreement = version("vote-coverage"), None
    is_unsure = newspaper is not None and unsureness(page, sure) > UNSURE
    if trafilatura and (is_unsure or len(text) < SHORT_CHARACTERS):
        others = [trafilatura()]
        extractor = f"{extractor} + {version('trafilatura')}"
        agreement = round(token_f1(text, others[0]), 3)
        if newspaper and agreement < AT_ODDS:
            others.append(newspaper())
            extractor = f"{extractor} + {version('newspaper')}"
        if others := [other for other in others if other]:
            numbers = chosen(page, blended(page, sure, *others))
            text = joined(page, numbers) or max(others, key=len)
    if not text and (numbers := likeliest_prose(page, sure)):
        text = joined(page, numbers)
    return Choice(text, numbers[0] if numbers else 0, numbers[-1] if numbers else 0, extractor, agreement)


def joined(page: Page, numbers: list[int]) -> str:
    return "\n\n".join(page.blocks[n].text for n in numbers)


def token_f1(one: str, other: str) -> float:
    """F1 over the words of two texts, as bags."""
    a, b = (Counter(WORD.findall(text.lower())) for text in (one, other))
    shared = sum((a & b).values())
    return 2 * shared / (sum(a.values()) + sum(b.values())) if shared else 0.0


def trafilatura_text(html: str) -> str:
    """trafilatura's opinion of the body, '' where it has none."""
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # its warnings about pages are no news to the user
    try:
        return trafilatura.extract(html, include_comments=False, include_formatting=False) or ""
    except Exception:  # whatever a page does to it, it is an opinion less
        return ""


def newspaper_text(html: str, url: str, language: str) -> str:
    """newspaper's opinion, by calls that newspaper4k and newspaper3k share; the language is always told, nothing fetched."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            import newspaper

            _keep_order()
            config = newspaper.Config()
            config.fetch_images = False  # parse() would go and download pictures
            config.language = language if language in newspaper_languages() else "en"
            article: Any = newspaper.Article(url or "https://page.invalid/", config=config)
            article.download(input_html=html)
            article.parse()
            return str(article.text or "")
        except Exception:  # likewise
            return ""


@cache
def _keep_order() -> None:
    """newspaper4k gathers nodes in a set, so that ties between them fall by memory address; a dict keeps the page's order."""
    from importlib import import_module

    with contextlib.suppress(ImportError):  # newspaper3k has no such module
        module: Any = import_module("newspaper.extractors.articlebody_extractor")
        module.set = dict.fromkeys


@cache
def newspaper_languages() -> frozenset[str]:
    """The language codes that the installed newspaper has stop words for."""
    try:
        from newspaper.utils import get_available_languages

        return frozenset(get_available_languages())
    except ImportError:
        return frozenset(("en", "ru", "uk", "de", "fr", "pl", "es", "it", "bg", "pt"))


@cache
def version(name: str) -> str:
    """«trafilatura 2.3.1»; newspaper by whichever distribution provides it."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    for distribution in (name, f"{name}4k", f"{name}3k"):
        try:
            return f"{distribution} {installed(distribution)}"
        except PackageNotFoundError:
            continue
    return name
