"""The demo's report as a reader has it: opened in a real browser, wide and narrow."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from coverage.study import Study

pytestmark = pytest.mark.xdist_group("demo")
WIDTHS = (1280, 390)


def test_every_page_is_there_and_self_contained(demo_report: Path) -> None:
    pages = {path.name: path.read_text(encoding="utf-8") for path in demo_report.glob("*")}
    assert len(pages) == 9
    for name, html in pages.items():
        assert not re.search(r"<(script|iframe|object|embed|link rel=.stylesheet)", html), name
        assert not re.search(r"""(src|srcset)=["'](?!data:)""", html), name
        for target in re.findall(r"""<a href="([^"#:]+)["#]""", html):
            assert target in pages, f"{name} links to {target}"


def test_no_page_tells_where_it_was_made(demo_report: Path, demo: Study) -> None:
    for path in demo_report.glob("*"):
        html = path.read_text(encoding="utf-8")
        assert str(demo.home) not in html
        assert "Traceback" not in html
        assert not re.search(r"Warning\b", html), path.name


@pytest.mark.browser
@pytest.mark.parametrize("width", WIDTHS)
def test_pages_open_without_errors_and_fit(demo_report: Path, chromium: Browser, width: int) -> None:
    for path in sorted(demo_report.glob("*.html")):
        page = chromium.new_page(viewport={"width": width, "height": 900})
        complaints: list[str] = []
        requests: list[str] = []
        page.on(
            "console", lambda message, said=complaints: said.append(message.text) if message.type == "error" else None
        )
        page.on("pageerror", lambda error, said=complaints: said.append(str(error)))
        page.on("request", lambda request, made=requests: made.append(request.url))
        page.goto(path.as_uri())
        assert not complaints, path.name
        outside = [url for url in requests if not url.startswith("data:") and url != path.as_uri()]
        assert not outside, path.name
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (
            f"{path.name} is wider than {width} px"
        )
        assert page.evaluate("[...document.images].every(image => image.complete && image.naturalWidth > 0)"), path.name
        page.close()


@pytest.mark.browser
def test_an_outlet_row_opens_to_its_deciding_words(demo_report: Path, chromium: Browser) -> None:
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    page.goto((demo_report / "index.html").as_uri())
    row = page.locator("details.outlet").first
    assert not row.locator("mark").first.is_visible()
    row.locator("summary").click()
    assert row.locator("mark").first.is_visible()
    assert row.locator("mark").first.inner_text().strip()
    page.close()


def test_every_number_leads_to_words_on_the_page(demo: Study) -> None:
    rows = demo.stances.merge(demo.articles[["article_id", "title", "text", "digest"]], on="article_id")
    assert set(rows["digest"]) <= set(demo.captures["digest"])
    decided = rows[rows["stance"].isin(["amplifies", "rejects"])]
    assert len(decided) > 20
    for row in decided.itertuples():
        where = row.title if row.evidence_place == "headline" else row.text
        assert where[int(row.evidence_start) : int(row.evidence_end)] == row.evidence


def test_tables_are_for_readers(demo_report: Path) -> None:
    """No numbered rows, no NaN, the softened headline in its words before and after."""
    tables = {
        path.name: re.findall(r'<table border="1" class="dataframe">.*?</table>', path.read_text("utf-8"), re.DOTALL)
        for path in demo_report.glob("0*.html")
    }
    for name, found in tables.items():
        assert found, name
        assert not any(re.search(r"<th>\d+</th>|<td>(NaN|None|NaT)</td>", table) for table in found), name
    (edits,) = [table for table in tables["03_stance.html"] if "softened" in table]
    cells = re.findall(r"<td>(.*?)</td>", edits)
    before, after = "Scheinwahl unter Waffen: Letzter Tag", "Präsidentenwahl geht auch in besetzten Gebieten"
    assert cells[1:3] == ["rundfunk-nord", "softened"]
    assert cells[3].startswith(before)
    assert cells[4].startswith(after)
    appeal = next(table for table in tables["04_silence.html"] if "after_it" in table.replace("<wbr>", ""))
    assert re.findall(r"<tr>\s*<td>(.*?)</td>", appeal)[:2] == ["ukrlinia", "berehy"]
    ranks = next(table for table in tables["02_outlets.html"] if "in top five" in table)
    assert re.findall(r"<th>([^<]+)</th>\s*<td>state, RU", ranks) == ["Vertikal TV", "Global Desk 24"]


def test_a_table_without_rows_says_so() -> None:
    from coverage.report.notebooks import _plain_table

    head = '<table border="1" class="dataframe">\n<thead>\n<tr style="text-align: right;">\n<th></th>\n<th>n</th>\n</tr>\n</thead>\n'
    assert _plain_table(f"{head}<tbody>\n</tbody>\n</table>") == "<p>None found.</p>"
    row = "<tbody>\n<tr>\n<th>{}</th>\n<td>NaN</td>\n</tr>\n</tbody>\n</table>"
    numbered, named = _plain_table(head + row.format(0)), _plain_table(head + row.format("BBC"))
    assert numbered.count("<th>") == 1
    assert named.count("<th>") == 3
    assert "<td></td>" in numbered


def test_a_headline_has_a_language_of_its_own(demo: Study) -> None:
    articles = demo.articles
    same = articles["title_language"] == articles["language"]
    assert same.mean() >= 0.96  # "Затока без цензури" could be either
    assert articles.loc[articles["language"].isin(["uk", "ru"]), "title_language"].isin(["uk", "ru"]).mean() >= 0.97
