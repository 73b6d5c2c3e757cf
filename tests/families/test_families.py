"""Planted copies of every kind, what must not be joined, times, credits, and hostile input."""

from __future__ import annotations

import gzip
import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coverage.catalog import load_catalog
from coverage.families import families_lines, find_families
from coverage.families.credits import Sources, is_credited
from coverage.families.times import in_words, surely_before, when
from coverage.schema import check_table, to_arrow

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
DAY = datetime(2024, 3, 15, 8, tzinfo=UTC)
NAMED = Sources(load_catalog().outlets)


def prose(seed: int, words: int = 160) -> str:
    """Words that no other seed shares in the same order, in sentences of twelve."""
    rng = random.Random(seed)
    said = [f"{rng.choice('abcdefgh')}{rng.randrange(2000)}" for _ in range(words)]
    return " ".join(w + ("." if n % 12 == 11 else "") for n, w in enumerate(said))


def article(article_id: str, text: str, hours: float | None = 0, **other: Any) -> dict[str, Any]:
    at = None if hours is None else DAY + timedelta(hours=hours)
    row = {
        "article_id": article_id, "outlet_id": f"unknown:{article_id}.example", "published_at": at,
        "published_precision": "unknown" if at is None else "minute", "language": "en", "title": "", "text": text, "agency": None,
    }  # fmt: skip
    return row | other


def families(*rows: dict[str, Any]) -> dict[str, dict[str, Any]]:
    frame = pd.DataFrame(list(rows))
    frame["published_at"] = pd.to_datetime(frame["published_at"], utc=True)
    found = find_families(frame)
    check_table("families", to_arrow("families", found), {"articles": to_arrow_ids(frame)})
    assert found["article_id"].tolist() == frame["article_id"].tolist()
    return {row["article_id"]: row for row in found.astype(object).where(found.notna(), None).to_dict("records")}


def to_arrow_ids(frame: pd.DataFrame) -> Any:
    import pyarrow as pa

    return pa.table({"article_id": frame["article_id"].tolist()})


def edited(text: str, rate: float) -> str:
    rng = random.Random(5)
    return " ".join(w if rng.random() > rate else f"x{rng.randrange(999)}" for w in text.split())


SOURCE = prose(1)
COPIES = {
    "wire": ("(MENAFN- Wire) " + SOURCE + " All rights reserved.", "republished"),
    "cut": (" ".join(SOURCE.split()[:50]), "republished"),
    "edited": (edited(SOURCE, 0.15), "republished"),
    "reordered": (" ".join(sorted(SOURCE.split(". "), key=lambda s: s[::-1])), "republished"),
    "quoted": (prose(2, 60) + " " + " ".join(SOURCE.split()[:100]) + " " + prose(3, 60), "quoted"),
}


@pytest.mark.parametrize("kind", COPIES)
def test_a_planted_copy_is_found_with_its_source_and_role(kind: str) -> None:
    text, role = COPIES[kind]
    found = families(article("copy", text, 3), article("source", SOURCE, 0), article("other", prose(9), 1))
    assert (found["copy"]["family_id"], found["copy"]["from_article"], found["copy"]["role"]) == (
        "source",
        "source",
        role,
    )
    assert "published 3 h earlier" in found["copy"]["evidence"]
    assert found["other"]["family_id"] == "other"
    assert found["other"]["role"] == "original"


def test_a_shared_background_paragraph_makes_no_family() -> None:
    background = " ".join(prose(7, 40).split())
    found = families(article("a", f"{prose(1)} {background}"), article("b", f"{prose(2)} {background}", 1))
    assert found["a"]["family_id"] != found["b"]["family_id"]


def test_a_subscription_line_in_many_short_texts_makes_no_family() -> None:
    notice = prose(99, 45)
    found = families(*(article(f"a{n}", f"{prose(n, 300 if n < 6 else 40)} {notice}", n) for n in range(12)))
    assert len({row["family_id"] for row in found.values()}) == 12


def test_a_round_up_of_two_stories_does_not_fuse_them() -> None:
    one, two = prose(1), prose(2)
    found = families(article("a", one), article("b", two), article("round-up", f"{one} {two}", 2), article("c", two, 3))
    assert found["a"]["family_id"] != found["b"]["family_id"]
    assert found["c"]["from_article"] == "b"
    assert found["round-up"]["role"] == "quoted"


def test_no_first_mover_where_times_overlap() -> None:
    day = {"published_precision": "day", "published_at": datetime(2024, 3, 15, tzinfo=UTC)}
    found = families(article("a", SOURCE, 0), article("b", SOURCE, None, **day))
    (copy,) = [row for row in found.values() if row["role"] != "original"]
    assert "order unknown" in copy["evidence"]
    assert "earlier" not in copy["evidence"]


def test_a_credit_decides_where_the_times_do_not() -> None:
    credited = article("a", SOURCE + " Ukrinform reports.", None)
    agency = article("b", SOURCE, None, outlet_id="ukrinform")
    found = families(credited, agency)
    assert found["a"]["from_article"] == "b"
    assert found["a"]["evidence"].endswith("credits Ukrinform")


def test_a_reprint_points_to_the_agency_it_credits_not_to_another_reprint() -> None:
    rows = [
        article("early", SOURCE, 1),
        article("agency", SOURCE, 0, outlet_id="tass"),
        article("late", SOURCE + " TASS reports.", 5),
    ]
    found = families(*rows)
    assert found["late"]["from_article"] == "agency"
    assert {row["family_id"] for row in found.values()} == {"agency"}


def test_times_decide_against_length() -> None:
    found = families(article("short", " ".join(SOURCE.split()[:80]), 0), article("long", SOURCE, 4))
    assert found["long"]["from_article"] == "short"


HEADLINE = "Seven ministers refuse to accept the vote held in Crimea"


def test_rows_without_text_join_by_headline_only_when_near() -> None:
    found = families(
        article("a", "", 0, title=HEADLINE),
        article("b", "", 5, title=HEADLINE.upper() + "!"),
        article("later", "", 500, title=HEADLINE),
        article("differs", "", 5, title=HEADLINE.replace("Seven", "9")),
        article("short", "", 5, title="Vote held in Crimea"),
        article("short2", "", 5, title="Vote held in Crimea"),
    )
    assert found["b"]["from_article"] == "a"
    assert "same headline" in found["b"]["evidence"]
    assert {found[i]["role"] for i in ("a", "later", "differs", "short", "short2")} == {"original"}


def test_the_same_headline_over_different_texts_is_no_copy() -> None:
    found = families(article("a", prose(1), title=HEADLINE), article("b", prose(2), 1, title=HEADLINE))
    assert found["b"]["role"] == "original"


ENGLISH = (
    "The turnout in the vote staged by Moscow reached 87.05 percent, the governor Serhii Lysohor told on Friday. In Starobilsk and Svatove "
    "some 1,240 people were brought to 36 stations by soldiers, he said, adding that Lubinets had been informed. Ukrinform reports."
)
UKRAINIAN = (
    "Явка на голосуванні, яке влаштувала Москва, сягнула 87,05 відсотка, сказав у п'ятницю голова області Сергій Лисогор. У Старобільську і Сватовому "
    "солдати привели 1 240 людей на 36 дільниць, додав він, і про це знає омбудсмен Лубінець. Про це повідомляє Укрінформ."
)


def test_a_translation_is_joined_only_with_credit_and_shared_figures() -> None:
    found = families(article("uk", UKRAINIAN, 0, language="uk", outlet_id="ukrinform"), article("en", ENGLISH, 2))
    assert found["en"]["from_article"] == "uk"
    assert "in another language" in found["en"]["evidence"]
    uncredited = families(
        article("uk", UKRAINIAN, 0, language="uk"), article("en", ENGLISH.replace(" Ukrinform reports.", ""), 2)
    )
    assert uncredited["en"]["role"] == "original"


SHORT_ENGLISH = (
    "The vote staged by Moscow in Starobilsk drew 1,240 people, the exiled governor Serhii Lysohor said. Soldiers went along with a list, he "
    "added, and stood beside those who marked a ballot, as the Meduza website reported."
)


def test_a_translation_that_names_the_outlet_needs_fewer_figures_than_one_that_shares_an_agency() -> None:
    source = article("uk", UKRAINIAN.replace(" Про це повідомляє Укрінформ.", ""), 0, language="uk", outlet_id="meduza")
    found = families(source, article("en", SHORT_ENGLISH, 2))
    assert found["en"]["from_article"] == "uk"
    assert "credits Meduza" in found["en"]["evidence"]
    elsewhere = families(source | {"outlet_id": "babel"}, article("en", SHORT_ENGLISH, 2))
    assert elsewhere["en"]["role"] == "original"


def test_a_credit_outweighs_clocks_that_contradict_it_within_a_day() -> None:
    rows = [article("taker", SOURCE + " Meduza reports.", 0), article("source", SOURCE, 1, outlet_id="meduza")]
    found = families(*rows)
    assert found["taker"]["from_article"] == "source"
    assert "the credit decides (dated 1 h earlier)" in found["taker"]["evidence"]
    rows[1]["published_at"] += timedelta(days=3)
    assert families(*rows)["source"]["from_article"] == "taker"


def test_a_third_quoted_and_answered_belongs_to_the_family_only_with_a_credit() -> None:
    quoting = " ".join(SOURCE.split()[:55]) + " " + prose(9, 120)
    rows = [article("source", SOURCE, 0, outlet_id="meduza"), article("taker", quoting, 5)]
    assert families(*rows)["taker"]["role"] == "original"
    rows[1]["text"] = "Meduza reports. " + quoting
    assert families(*rows)["taker"]["role"] == "quoted"


@pytest.mark.parametrize(
    ("text", "outlet"),
    [
        ("Об этом пишет газета «Новая газета».", "novaya-gazeta"),
        ("Как передал телеканал «Дождь», участки пусты.", "tv-rain"),
        ("wie die Zeitung Meduza berichtet", "meduza"),
        ("Meduza opened an office. Dozhd means rain", None),
    ],
)
def test_outlets_of_the_catalog_are_credited_by_name(text: str, outlet: str | None) -> None:
    assert NAMED.credited_in(text) == ((outlet,) if outlet else ())


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        ("(MENAFN- UkrinForm) The ombudsman called on media.", "ukrinform"),
        ("The vote is void, Ukrinform reports.", "ukrinform"),
        ("Як повідомляє Укрінформ, вибори незаконні.", "ukrinform"),
        ("Об этом сообщает РИА Новости.", "ria"),
        ("МОСКВА, 24 сентября. /ТАСС/. Явка составила", "tass"),
        ("KYIV, Sept 16 (Reuters) - Ukraine and", "reuters"),
        ("Das meldet die dpa. Laut Reuters kam", "reuters"),
    ],
)
def test_credits_are_read(text: str, agency: str) -> None:
    assert agency in NAMED.credited_in(text)


def test_a_name_without_a_credit_is_none() -> None:
    assert NAMED.credited_in("Ukrinform has a new director. TASS was founded in 1904. APPLE and PART of it") == ()
    assert NAMED.credited_in("no name here", "Ukrinform") == ("ukrinform",)
    assert is_credited(("tass",), "unknown:tass.com") == "tass"
    assert is_credited(("ap",), "unknown:apnews.com") is None


def test_spans_of_time() -> None:
    morning, day = when(DAY, "minute"), when(datetime(2024, 3, 13, tzinfo=UTC), "day")
    assert surely_before(day, morning)
    assert in_words(day, morning) == "at least 20 h earlier"
    # 15 March 08:00 UTC is still the 14th in Hawaii, and 14 March 11:00 UTC already the 15th in Kiribati
    assert not surely_before(when(datetime(2024, 3, 14, tzinfo=UTC), "day"), morning)
    assert not surely_before(when(DAY - timedelta(hours=21), "minute"), when(datetime(2024, 3, 15, tzinfo=UTC), "day"))
    assert not surely_before(when(DAY, "month"), morning)
    assert when(None, "day") is None
    assert when(DAY, "unknown") is None
    assert when(datetime(9999, 12, 31, tzinfo=UTC), "year") is None


def test_the_order_of_rows_changes_nothing() -> None:
    rows = [article(f"s{n}", prose(n), n) for n in range(6)] + [
        article(f"c{n}", edited(prose(n % 6), 0.1), None if n % 2 else n + 7) for n in range(12)
    ]
    random.Random(4).shuffle(rows)
    assert families(*rows) == families(*sorted(rows, key=lambda row: str(row["article_id"])))


def test_a_story_reprinted_six_hundred_times_is_one_family() -> None:
    found = families(*(article(f"a{n:03}", f"{SOURCE} {prose(n + 50, 8)}", n) for n in range(600)))
    assert {row["family_id"] for row in found.values()} == {"a000"}


def test_no_rows_and_empty_texts() -> None:
    empty = pd.DataFrame(columns=list(article("a", "")))
    assert find_families(empty).empty
    found = families(
        article("a", "", None, title=None), article("b", "", None) | {"text": None}, article("c", "one two", None)
    )
    assert {row["role"] for row in found.values()} == {"original"}
    with pytest.raises(ValueError, match="stands twice"):
        families(article("a", ""), article("a", ""))


def test_lines_answer_every_line_in_order() -> None:
    def line(article_id: str, text: str, at: str) -> str:
        return json.dumps(
            {
                "id": article_id,
                "outlet_domain": "x.example",
                "published": at,
                "language": "en",
                "title": "",
                "text": text,
            }
        )

    lines = [
        line("b", SOURCE, "2024-03-18"),
        "{not json",
        line("a", SOURCE, "2024-03-15"),
        "[]",
        line("a", "", ""),
        line("d", "", "soon"),
        '{"id": 7}',
    ]
    answers = list(families_lines(lines))
    assert [a.get("family") for a in answers] == ["a", None, "a", None, None, None, "7"]
    assert answers[0] == {
        "id": "b",
        "family": "a",
        "role": "republished",
        "from": "a",
        "evidence": "100 % of its 5-word sequences stand in a, published at least 22 h earlier",
    }
    assert ["line 2" in answers[1]["error"], "twice" in answers[4]["error"], "soon" in answers[5]["error"]] == [
        True
    ] * 3


ODD = st.text(max_size=300)
ROW = st.tuples(ODD, ODD, st.datetimes() | st.none(), st.sampled_from(["minute", "day", "month", "year", "unknown"]))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ROW, max_size=6), st.lists(st.sampled_from([SOURCE, SOURCE[:400], HEADLINE]), max_size=3))
def test_any_text_gives_every_article_once_and_ids_that_exist(rows: list[Any], known: list[str]) -> None:
    made = [
        article(f"r{n}", text, None, title=title, published_precision=p) for n, (text, title, _, p) in enumerate(rows)
    ]
    made += [article(f"k{n}", text, n, title=text[:60]) for n, text in enumerate(known)]
    frame = pd.DataFrame(made, columns=list(article("a", "")))
    frame["published_at"] = pd.Series([at for _, _, at, _ in rows] + [DAY] * len(known), dtype=object)
    found = find_families(frame)
    ids = set(frame["article_id"])
    assert found["article_id"].tolist() == frame["article_id"].tolist()
    assert set(found["family_id"]) <= ids
    assert set(found["from_article"].dropna()) <= ids
    roots = found.set_index("article_id")["role"]
    assert all(roots[family] == "original" for family in found["family_id"])


def test_real_rows_hold_known_syndications() -> None:
    path = SHARED / "articles" / "topic.jsonl.gz"
    if not path.exists():
        pytest.skip("real articles are not here (../shared/data/articles/topic.jsonl.gz)")
    with gzip.open(path, "rt", encoding="utf-8") as file:
        lines = file.readlines()
    answers = list(families_lines(lines))
    assert len(answers) == len(lines)
    sizes = pd.Series([a["family"] for a in answers if "family" in a]).value_counts()
    assert sizes.iloc[0] >= 20
    assert 0.05 < sum(a.get("from") is not None for a in answers) / len(answers) < 0.2
