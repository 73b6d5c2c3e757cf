"""Lines that an outlet sets into every article are learned from the articles themselves and go into `removed`."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from coverage.text.repeats import OutletText, repeated_lines, without_lines

FOOTER = "Повне або часткове відтворення без письмової згоди заборонене."
STORIES = [
    f"Story number {n} tells at length what happened in town {n} on that day, and who said so." for n in range(9)
]


def page(n: int, *lines: str, outlet: str = "one") -> OutletText:
    return OutletText(outlet, "\n\n".join((STORIES[n], *lines)))


def test_a_line_under_three_stories_is_the_outlets() -> None:
    assert repeated_lines([page(n, "Our channel") for n in range(3)]) == {"one": frozenset({"Our channel"})}


def test_two_stories_or_three_versions_of_one_are_no_evidence() -> None:
    assert repeated_lines([page(0, FOOTER), page(1, FOOTER)]) == {}
    assert repeated_lines([page(0, FOOTER, f"Update {n}") for n in range(3)]) == {}


def test_outlets_do_not_learn_from_each_other() -> None:
    assert repeated_lines([page(n, FOOTER, outlet=f"outlet{n}") for n in range(3)]) == {}


def test_an_agencys_background_is_not_the_outlets() -> None:
    background = (
        "Kherson and three other regions were taken by force in the first weeks of the invasion, the agency recalls."
    )
    articles = [page(n, background) for n in range(3)] + [page(n) for n in range(3, 9)]
    assert repeated_lines(articles) == {}


def test_a_sentence_on_the_vote_is_never_taken() -> None:
    line = "Join us: vote now"
    articles = [page(n, line) for n in range(5)]
    kept = OutletText("one", f"{STORIES[6]}\n\n{line}", ((len(STORIES[6]) + 2, len(STORIES[6]) + 9),))
    assert repeated_lines(articles)
    assert repeated_lines([*articles, kept]) == {}


def test_speech_is_not_the_outlets() -> None:
    assert (
        repeated_lines([page(n, "“We will win,” he said.", "В.Путин:", "THE PRESIDENT: Yes.") for n in range(3)]) == {}
    )


def test_rare_lines_of_a_large_outlet_stay() -> None:
    many = [OutletText("one", f"A long story about matter {n} that fills a line.") for n in range(200)]
    assert repeated_lines([*many, *(page(n, FOOTER) for n in range(5))]) == {}


def test_what_comes_off_is_given_back_in_order() -> None:
    text = f"Head\n\n{STORIES[0]}\n\n{FOOTER}"
    assert without_lines(text, frozenset({"Head", FOOTER})) == (STORIES[0], ["Head", FOOTER])
    assert without_lines("Head", frozenset({"Head"})) == ("Head", [])


LINE = st.text(alphabet="ab .“:\n", max_size=12)


@given(
    st.lists(st.builds(OutletText, st.sampled_from(["one", "two"]), LINE), max_size=12),
    st.randoms(use_true_random=False),
)
def test_order_does_not_matter_and_nothing_is_lost(articles: list[OutletText], chance: object) -> None:
    learned = repeated_lines(articles)
    shuffled = list(articles)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert repeated_lines(shuffled) == learned
    for article in articles:
        text, taken = without_lines(article.text, learned.get(article.outlet_id, frozenset()))
        assert sorted("".join(text.split()) + "".join("".join(taken).split())) == sorted("".join(article.text.split()))


def test_a_build_moves_them_and_judges_the_rest(tmp_path: Path) -> None:
    from coverage.build import without_repeats
    from coverage.clean import clean_captures
    from coverage.collect import Archive
    from coverage.collect.importer import import_path
    from coverage.study import open_study

    folder = tmp_path / "s"
    folder.mkdir()
    (folder / "s.yml").write_text(
        "title: S\nevents: [referendums-2022]\nwindow: {from: 2022-09-01, to: 2022-10-30}\nlanguages: [en]\n"
        "sources:\n  - {kind: articles, path: rows.jsonl, retrieved: 2024-01-01}\n",
        encoding="utf-8",
    )
    rows = [
        {"id": str(n), "url": f"https://tass.com/a/{n}", "outlet_domain": "tass.com", "published": "2022-09-24", "language": "en",
         "title": f"Vote, part {n}", "text": f"{STORIES[n]}\n\nRussia held a sham referendum in occupied Kherson, observer {n} said.\n\n{FOOTER}"}
        for n in range(4)
    ]  # fmt: skip
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    study = open_study(folder / "s.yml")
    import_path(study, folder / "rows.jsonl")
    for result in without_repeats(study, clean_captures(study, list(Archive(study.raw_folder)))):
        assert result.article and result.stance
        assert FOOTER not in result.article["text"]
        assert json.loads(result.article["removed"])["repeated"] == [FOOTER]
        assert result.article["words"] == len(result.article["text"].split())
