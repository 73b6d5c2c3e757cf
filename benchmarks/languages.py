"""Languages told apart, beside py3langid in the same run: whole sentences and their first four words, held out from training.

python benchmarks/languages.py FOLDER [--train]          (without the folder it says what to fetch)

FOLDER holds the .conllu files of seven Universal Dependencies treebanks (be_hse, bg_btb, en_ewt, pl_pdb, ru_gsd, ru_taiga,
uk_iu, uk_parlamint), as their repositories publish them. Scored on the *test* files of be_hse, bg_btb, pl_pdb, ru_gsd and
uk_iu, and of en_ewt where it is there, else on English headlines and sentences of ../shared. --train makes
src/coverage/text/cyrillic.json anew: from the *dev* files, all of ru_taiga and uk_parlamint, the ru, uk and bg rows of
../shared, and two collections of plain text: FOLDER/bruk (data/good of github.com/brown-uk/corpus, Ukrainian) and
FOLDER/factrueval (devset and testset of github.com/dialogue-evaluation/factRuEval-2016, Russian news). What shares six words
in a row with a test file is left out. Four words: the first four tokens with letters, as the shortest headlines have them.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

SHARED = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "articles"
MODEL = Path(__file__).resolve().parents[1] / "src" / "coverage" / "text" / "cyrillic.json"
TEST = {"uk": "uk_iu-ud-test", "ru": "ru_gsd-ud-test", "be": "be_hse-ud-test", "bg": "bg_btb-ud-test", "pl": "pl_pdb-ud-test", "en": "en_ewt-ud-test"}  # fmt: skip
# How often each file counts: small ones of the right kind more.
TRAIN = {
    "be": {"be_hse-ud-dev": 1},
    "bg": {"bg_btb-ud-dev": 3},
    "ru": {"ru_gsd-ud-dev": 3, "ru_taiga-ud-dev": 2, "ru_taiga-ud-test": 2},
    "uk": {"uk_iu-ud-dev": 1, "uk_parlamint-ud-dev": 1, "uk_parlamint-ud-test": 1},
}
PLAIN = {"uk": ("bruk", 1), "ru": ("factrueval", 2)}
# Of Belarusian there is one small file: drawn from it as often as from the others, the model would learn it by heart.
SAMPLES, GRAMS = {"be": 20_000, "bg": 40_000, "ru": 40_000, "uk": 40_000}, 5_000
WORD = re.compile(r"[а-яёіїєґўѓќ’'-]+")


def sentences(folder: Path, name: str) -> list[str]:
    paths = sorted(folder.rglob(f"{name}.conllu"))
    return re.findall(r"^# text = (.+)$", paths[0].read_text(encoding="utf-8"), re.MULTILINE) if paths else []


def articles(language: str) -> list[str]:
    """Titles and sentences of ../shared in one language."""
    found = []
    for name in ("pool", "topic"):
        with gzip.open(SHARED / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                if row["language"] == language:
                    found += [row["title"] or "", *re.split(r"(?<=[.!?])\s+", (row["text"] or "")[:3000])]
    return found


def plain(folder: Path) -> list[str]:
    """Sentences of the text files of a collection."""
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in sorted(folder.rglob("*.txt"))]
    found = [one for text in texts for one in re.split(r"(?<=[.!?…])\s+|\n+", text)]
    return [one for one in found if 15 < len(one) < 600]


def sixes(words: list[str]) -> set[tuple[str, ...]]:
    return {tuple(words[at : at + 6]) for at in range(len(words) - 5)}


def first_four(sentence: str) -> str:
    return " ".join([word for word in sentence.split() if any(map(str.isalpha, word))][:4])


def score(name: str, call: Callable[[str], str], held_out: dict[str, list[str]]) -> None:
    for kind in ("sentences", "four words"):
        shares, wrong, started = {}, Counter[str](), time.process_time()
        for language, texts in held_out.items():
            told = [call(text if kind == "sentences" else first_four(text)) for text in texts]
            shares[language] = sum(one == language for one in told) / len(told)
            wrong.update(f"{language} as {one}" for one in told if one != language)
        count = sum(map(len, held_out.values()))
        each = "  ".join(f"{language} {share:.4f}" for language, share in shares.items())
        spent = (time.process_time() - started) / count * 1e6
        print(f"{name:10} {kind:10} mean {sum(shares.values()) / len(shares):.4f}   {each}   {spent:.0f} µs each; {', '.join(f'{n} {what}' for what, n in wrong.most_common(4))}")  # fmt: skip


def py3langid() -> Callable[[str], str]:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=False)
    identifier.set_languages(["uk", "ru", "be", "bg", "pl", "en", "de", "fr", "es", "it", "pt"])
    return lambda text: str(identifier.classify(text)[0])


def train(folder: Path) -> None:
    """Character n-grams of one to five signs, the 5,000 that tell most, logistic regression."""
    import numpy as np
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression

    chance = random.Random(7)
    samples, languages = [], []
    tested = {
        six for name in TEST.values() for text in sentences(folder, name) for six in sixes(WORD.findall(text.lower()))
    }
    for language, names in TRAIN.items():
        texts = [*(articles(language) if language != "be" else []), *(s for name, times in names.items() for s in sentences(folder, name) * times)]  # fmt: skip
        if language in PLAIN:
            name, times = PLAIN[language]
            texts += plain(folder / name) * times
        words = [found for text in texts if len(found := WORD.findall(text.lower())) >= 3 and not sixes(found) & tested]
        for _ in range(SAMPLES[language]):
            one, size = chance.choice(words), chance.choice((2, 3, 4, 4, 5, 6, 8))
            at = chance.randrange(max(1, len(one) - size + 1)) if chance.random() < 0.7 else 0
            samples.append(f" {' '.join(one[at : at + size])} ")
            languages.append(language)
    counter = CountVectorizer(analyzer="char", ngram_range=(1, 5), min_df=10, lowercase=False, dtype=np.float32)
    counts = counter.fit_transform(samples)
    counts.data = np.minimum(counts.data, 2)
    first = LogisticRegression(C=0.08, max_iter=60, class_weight="balanced").fit(counts, languages)
    keep = np.argsort(first.coef_.min(0) - first.coef_.max(0), kind="stable")[:GRAMS]
    model = LogisticRegression(C=0.3, max_iter=80, class_weight="balanced").fit(counts[:, keep], languages)
    names = counter.get_feature_names_out()
    grams = {str(names[k]): [round(float(x), 2) for x in model.coef_[:, n]] for n, k in enumerate(keep)}
    told = {"languages": list(model.classes_), "bias": [round(float(x), 2) for x in model.intercept_], "grams": grams}
    MODEL.write_text(json.dumps(told, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("data/raw/treebanks"))
    parser.add_argument("--train", action="store_true")
    args = parser.parse_args()
    if not any(args.folder.rglob("*.conllu")):
        print(
            f"skipped: no .conllu files in {args.folder}; the treebanks are published by the project Universal Dependencies"
        )
        return
    if args.train:
        train(args.folder)
    from coverage.text import detect_language

    held_out = {language: sentences(args.folder, name) for language, name in TEST.items()}
    held_out["en"] = held_out["en"] or articles("en")[:1500]
    held_out = {k: [s for s in v if len(first_four(s).split()) == 4] for k, v in held_out.items()}
    print("  ".join(f"{language} {len(texts)}" for language, texts in held_out.items() if texts), "sentences")
    held_out = {language: texts for language, texts in held_out.items() if texts}
    score("ours", detect_language, held_out)
    score("py3langid", py3langid(), held_out)


if __name__ == "__main__":
    main()
