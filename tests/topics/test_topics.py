"""Planted topics and stories, alignment across languages, short and odd input, determinism."""

from __future__ import annotations

import gzip
import json
import os
import random
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coverage.names import name_key, names_in, numbers_in
from coverage.schema import check_table, to_arrow
from coverage.topics import Topics, find_topics
from coverage.topics.alignment import align, profile
from coverage.topics.terms import LANGUAGES, stem_of, stop_words, terms_of

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
START = datetime(2024, 3, 11, 9, tzinfo=UTC)
THEMES = {
    "en": {
        "grain": "grain harvest wheat tonnes shipment corridor silo farmers export barley vessels cargo port insurers freight",
        "ballot": "ballot polling commission turnout observers soldiers stations voters queue booth results signatures counted protocol void",
    },
    "uk": {
        "grain": "зерно врожай пшениця вантаж коридор елеватор фермери експорт ячмінь судна порт страхування фрахт тонни баржа",
        "ballot": "бюлетень дільниця комісія явка спостерігачі солдати виборці черга кабінка результати підписи протокол підрахунок урни списки",
    },
}  # fmt: skip
NAMES = {
    "grain": {"en": "near Odesa and Izmail, Kubrakov named 3,417 loads", "uk": "біля Одеси та Ізмаїла, як Кубраков назвав 3 417 партій"},
    "ballot": {"en": "where Pamfilova and Lubinets spoke of 87.05 percent", "uk": "де Памфілова і Лубінець казали про 87,05 відсотка"},
}  # fmt: skip


def text_on(theme: str, language: str, seed: int) -> str:
    rng = random.Random(f"{theme}{language}{seed}")
    words = [rng.choice(THEMES[language][theme].split()) for _ in range(45)]
    return f"{' '.join(words[:20])} {NAMES[theme][language]} {' '.join(words[20:])}"


def article(
    article_id: str, text: str, hours: float | None = 0, language: str = "en", title: str = ""
) -> dict[str, Any]:
    at = None if hours is None else START + timedelta(hours=hours)
    return {"article_id": article_id, "language": language, "title": title, "text": text, "published_at": at}


def corpus(number: int = 14, languages: tuple[str, ...] = ("en", "uk")) -> list[dict[str, Any]]:
    return [
        article(f"{language}-{theme}-{n:02}", text_on(theme, language, n), n * 30, language)
        for language in languages
        for theme in ("grain", "ballot")
        for n in range(number)
    ]


def frame_of(rows: list[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["article_id", "language", "title", "text", "published_at"])
    frame["published_at"] = pd.to_datetime(frame["published_at"], utc=True)
    return frame


def topics(rows: list[dict[str, Any]], families: pd.DataFrame | None = None) -> Topics:
    found = find_topics(frame_of(rows), families)
    terms = to_arrow("topic_terms", found.terms)
    check_table("topic_terms", terms)
    check_table("topics", to_arrow("topics", found.topics), {"topic_terms": terms})
    check_table("stories", to_arrow("stories", found.stories))
    assert found.stories["article_id"].tolist() == sorted(row["article_id"] for row in rows)
    assert set(found.stories["story_id"]) <= {row["article_id"] for row in rows}
    return found


def test_two_planted_themes_become_two_topics_of_each_language_aligned() -> None:
    found = topics(corpus())
    strongest = found.topics.sort_values("weight").groupby("article_id").last()["topic_id"]
    by_theme = strongest.groupby([strongest.index.str[:2], strongest.index.str.split("-").str[1]]).agg(
        lambda s: s.mode()[0]
    )
    shared = found.terms.set_index("topic_id")["aligned_id"]
    assert shared[by_theme["en", "grain"]] == shared[by_theme["uk", "grain"]] is not None
    assert shared[by_theme["en", "ballot"]] == shared[by_theme["uk", "ballot"]] is not None
    assert shared[by_theme["en", "grain"]] != shared[by_theme["en", "ballot"]]
    balance = found.balance.loc[shared[by_theme["en", "grain"]]]
    assert 0.3 < balance["en"] < 0.7


def test_labels_are_readable_words_of_the_texts() -> None:
    found = topics(corpus())
    for row in found.terms.itertuples():
        words = {w.lower() for theme in THEMES[row.language].values() for w in theme.split()}
        names = {w.lower().strip(",") for theme in NAMES.values() for w in theme[row.language].split()}
        assert set(row.label.split(" · ")) <= words | names
        assert row.label == " · ".join(row.terms[:3])
        assert 0 <= row.stability <= 1


def test_a_family_counts_once_in_fitting() -> None:
    rows = corpus(12, ("en",))
    reprints = [article(f"z{n:03}", rows[0]["text"], n) for n in range(200)]
    ids = [row["article_id"] for row in rows + reprints]
    families = pd.DataFrame(
        {"article_id": ids, "family_id": [i if i[0] != "z" else rows[0]["article_id"] for i in ids]}
    )
    alone, copied = topics(rows), topics(rows + reprints, families)
    assert [set(t) for t in alone.terms["terms"]] == [set(t) for t in copied.terms["terms"]]
    assert copied.terms["n_articles"].sum() == len(rows) + len(reprints)


def test_short_articles_and_small_languages_get_no_topic_and_it_is_said() -> None:
    rows = [*corpus(12, ("en",)), *corpus(3, ("uk",)), article("short", "Ballot void.")]
    found = topics(rows)
    assert set(found.terms["language"]) == {"en"}
    assert "short" not in set(found.topics["article_id"])
    assert any(note.startswith("uk: fewer than 10") for note in found.notes)
    assert any("1 of 31 articles have fewer than 30 words" in note for note in found.notes)


def test_stories_are_close_in_time_and_alike() -> None:
    grain, ballot = text_on("grain", "en", 1), text_on("ballot", "en", 1)
    rows = [
        article("a", grain, 0), article("b", text_on("grain", "en", 2), 20), article("c", ballot, 21),
        article("d", grain, 24 * 10), article("e", grain, None),
    ]  # fmt: skip
    story = topics(rows).stories.set_index("article_id")
    assert story["story_id"].to_dict() == {"a": "a", "b": "a", "c": "c", "d": "d", "e": "e"}
    assert story.loc["b", "first_seen"] == pd.Timestamp(START)
    assert pd.isna(story.loc["e", "first_seen"])


def test_copies_are_in_one_story_in_any_language_and_undated() -> None:
    rows = [
        article("a", text_on("grain", "en", 1), 4),
        article("b", text_on("grain", "uk", 1), 0, "uk"),
        article("c", "", None),
    ]
    families = pd.DataFrame({"article_id": ["a", "b", "c"], "family_id": ["a", "a", "a"]})
    assert set(topics(rows, families).stories["story_id"]) == {"b"}


def test_the_order_of_rows_changes_nothing() -> None:
    rows = corpus(11)
    shuffled = random.Random(3).sample(rows, len(rows))
    one, two = topics(rows), topics(shuffled)
    for name in ("topics", "terms", "stories"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(two, name), check_exact=True)


def test_the_number_of_threads_changes_nothing() -> None:
    program = (
        "import hashlib, sys; sys.path.insert(0, 'tests/topics')\n"
        "from test_topics import corpus, topics\n"
        "t = topics(corpus(20)); print(hashlib.sha256((t.topics.to_json() + t.terms.to_json() + t.stories.to_json()).encode()).hexdigest())"
    )
    root = Path(__file__).resolve().parents[2]
    digests = {
        subprocess.run(
            [sys.executable, "-c", program], cwd=root, check=True, capture_output=True, text=True,
            env={**os.environ, "PYTHONPATH": "src", "OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads, "PYTHONHASHSEED": threads},
        ).stdout
        for threads in ("1", "2")
    }  # fmt: skip
    assert len(digests) == 1


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [article("a", "")],
        [article("a", text_on("grain", "en", 1))],
        [article(f"a{n}", text_on("grain", "en", 1), None) for n in range(15)],
    ],
)
def test_few_empty_or_equal_texts(rows: list[dict[str, Any]]) -> None:
    found = topics(rows)
    assert len(found.stories) == len(rows)
    assert found.balance is not None


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(
            st.text(max_size=400),
            st.sampled_from(["en", "uk", "und", "zh"]),
            st.datetimes(timezones=st.just(UTC)) | st.none(),
        ),
        max_size=14,
    )
)
def test_any_text_gives_every_article_one_story(rows: list[Any]) -> None:
    made = [article(f"r{n}", text, None, language) for n, (text, language, _) in enumerate(rows)]
    for row, (_, _, at) in zip(made, rows, strict=True):
        row["published_at"] = at
    topics(made + corpus(5, ("en",)))


def test_names_meet_across_scripts() -> None:
    for group in (
        "Putin Путин Путін Путина Путиным Poutine",
        "Zelensky Zelenskyy Зеленский Зеленського Зеленским",
        "Kherson Херсон Херсонa",
        "Lubinets Лубінець Лубинец",
        "Crimea Крым Крим Крыма",
        "Donbas Донбас Донбасу",
    ):
        assert len({name_key(word) for word in group.split()}) == 1, group
    assert len({name_key(w) for w in ["Putin", "Macron", "Scholz", "Biden", "Zelensky", "Lavrov"]}) == 6
    assert names_in("Yesterday the governor Serhii Lysohor said. Then he left.") == {
        name_key("Serhii"),
        name_key("Lysohor"),
    }


def test_numbers_mean_the_same_in_every_style() -> None:
    assert numbers_in("87,05 % of 1 240 people, 5 dead") == numbers_in("87.05 percent of 1,240") == {"87.05", "1240"}


def test_alignment_never_puts_two_topics_of_one_language_together() -> None:
    shared = profile([({"ptn", "krm", "87.05"}, 1.0), ({"ptn", "krm", "87.05"}, 1.0)])
    found = align({"en-01": ("en", shared), "en-02": ("en", shared), "uk-01": ("uk", shared)})
    assert found == {"en-01": "en-01", "uk-01": "en-01"}


def test_stop_words_and_stems() -> None:
    assert all(len(stop_words(language)) > 60 for language in LANGUAGES)
    assert stop_words("xx") == frozenset()
    assert terms_of("That's what Ukraine's commission said", "en") == ["ukraine", "commission"]
    assert len({stem_of(w, "ru") for w in ("комиссия", "комиссии", "комиссию")}) == 1


def test_real_rows_give_topics_in_their_languages() -> None:
    path = SHARED / "articles" / "topic.jsonl.gz"
    if not path.exists():
        pytest.skip("real articles are not here (../shared/data/articles/topic.jsonl.gz)")
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = {row["id"]: row for row in map(json.loads, file)}
    made = [article(i, row["text"], None, row["language"], row["title"]) for i, row in rows.items()]
    for row in made:
        row["published_at"] = rows[row["article_id"]]["published"]
    found = topics(made)
    assert {"en", "ru"} <= set(found.terms["language"])
    assert found.terms["coherence"].mean() > 0.1
