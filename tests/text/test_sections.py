"""The section of a page: declared, else the breadcrumb's last step that is neither home nor the page itself."""

import pytest

from coverage.text import read_article

BODY = "<h1>Budget passed</h1>" + "<p>The council passed the budget on Friday after a long debate on schools.</p>" * 8
TOLD = (
    '<script type="application/ld+json">{"@type": "BreadcrumbList", "itemListElement": ['
    '{"@type": "ListItem", "position": 1, "item": {"@id": "https://a.example/", "name": "A Paper"}},'
    '{"@type": "ListItem", "position": 2, "item": {"@id": "https://a.example/city", "name": "City &amp; Council"}},'
    '{"@type": "ListItem", "position": 3, "name": "Budget passed"}]}</script>'
)
STEP = (
    "<span itemprop='itemListElement' itemtype='https://schema.org/ListItem'><a itemprop='item' href='%s'>%s</a></span>"
)
MARKED = f"<div itemscope itemtype='https://schema.org/BreadcrumbList'>{STEP % ('/main', 'Головна')} » {STEP % ('/c/3', 'Місто')}</div>"


@pytest.mark.parametrize(
    ("head", "body", "section"),
    [
        (TOLD, "", "City & Council"),
        ("", MARKED, "Місто"),
        ('<meta property="article:section" content="Politics">' + TOLD, MARKED, "Politics"),
        (TOLD.replace("/city", "/"), "", None),
        ('<script type="application/ld+json">{"@type": "BreadcrumbList", "itemListElement": "x"}</script>', "", None),
        ("", "", None),
    ],
)
def test_the_section(head: str, body: str, section: str | None) -> None:
    page = f"<html><head><title>Budget passed</title>{head}</head><body>{body}{BODY}</body></html>"
    assert read_article(page, "https://a.example/city/budget").section == section


def test_authors_of_a_paper_and_marked_as_both_author_and_creator() -> None:
    metas = "<meta name='dc.creator' content='Ann Lee'><meta name='citation_authors' content='Ann Lee'><meta name='citation_authors' content='Bo Ek'>"
    page = f"<html><head><title>Budget passed</title>{metas}</head><body>{BODY}</body></html>"
    assert read_article(page, "").authors == ("Ann Lee", "Bo Ek")
    page = f"<html><head><title>x</title></head><body>{BODY}<p itemprop='author creator'>Текст: Венера Ерофеева</p></body></html>"
    assert read_article(page, "").authors == ("Венера Ерофеева",)
