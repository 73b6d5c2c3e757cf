"""Markup is written out again well-formed, whatever it was: what the walk over blocks and the reading of heads rest on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage.text import extract_article
from coverage.text.blocks import read_blocks
from coverage.text.markup import TAG, VOID, attributes_of, read_html
from coverage.text.metadata import read_metadata
from coverage.text.sections import find_section

PIECES = ["<div>", "</div>", "<p class='a>b' title=\"x<y\">", "</p>", "<a href=x>", "</a>", "<b>", "<i>", "</b>", "<table>", "<td>", "<tr>",
    "<svg>", "</svg>", "<script>if (a<b) x='</div>'</script>", "<script>", "<style>p>a{}</style>", "<!-- <p> -->", "<!--", "-->", "<select>", "<option>",
    "</select>", "<noscript>", "</noscript>", "<br>", "<img src='a>b'>", "<foo<bar>", "<textarea>", "<title>", "</title>", "<template>", "<math>", "<iframe>", "</iframe>",
    "<plaintext>", "<xmp>", "<h1>", "</h1>", "&lt;", "&amp;", "&nbsp;", "words here", "<", ">", "\x00", "<p", "слово", "<li>", "<button>", "<form>", "<body>", "<head>", "<frameset>"]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=12), max_size=40))
def test_every_element_that_is_opened_is_closed(pieces: list[str]) -> None:
    pieces = [piece.encode("utf-8", "replace").decode() for piece in pieces]
    text = read_html("".join(["<html><body>", *pieces])).text
    waiting = []
    for tag in TAG.findall(text):
        name = tag.split(" ")[0].removeprefix("/")
        if tag.startswith("!") or name in VOID:
            continue
        if tag.startswith("/"):
            assert waiting.pop() == name
        else:
            waiting.append(name)
    assert not waiting
    assert not {"<", ">"} & set(TAG.sub("", text))


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=12), max_size=40))
def test_words_come_out_whatever_stands_round_them(pieces: list[str]) -> None:
    page = read_blocks(read_html("".join(["<body>", *(p.encode("utf-8", "replace").decode() for p in pieces)])).text)
    within = page.containers
    assert all(0 <= block.at < len(within) and block.words for block in page.blocks)
    assert all(parent < n for n, parent in enumerate(within.parent))
    assert all(0 <= first <= last <= len(page.blocks) for first, last in zip(within.first, within.last, strict=True))


def test_what_is_skipped_is_skipped_whole_and_no_more() -> None:
    html = """<body><p>Before<svg><title>Icon</title><svg><text>inner</text></svg>outer</svg> and after.</p>
    <select><option>One<option>Two</select><noscript><p>Turn it on</p></noscript><button>Press</button><p>The end &lt;here&gt; &amp; now.</p>"""
    assert [block.text for block in read_blocks(read_html(html).text).blocks] == [
        "Before and after.",
        "The end <here> & now.",
    ]


def test_scripts_and_comments_leave_no_tags_behind() -> None:
    html = """<body><script>document.write("<p>no</p>")</script><!-- <p>nor this</p> > --><style>p > a {}</style>
    <script type="application/ld+json">{"headline": "a < b"}</script><iframe><p>nor that</p></iframe><p>Yes.</p>"""
    read = read_html(html)
    assert read.data == ('{"headline": "a < b"}',)
    assert [block.text for block in read_blocks(read.text).blocks] == ["Yes."]


def test_elements_that_are_called_nearly_like_scripts_keep_their_words() -> None:
    html = "<body><style-guide><p>Yes.</p></style-guide><script-note>And this.</script-note><p>And the rest.</p>"
    assert [block.text for block in read_blocks(read_html(html).text).blocks] == ["Yes.", "And this.", "And the rest."]


def test_attributes_are_read_as_they_were_meant() -> None:
    html = read_html("<body><p class='a>b' DATA-X=\"1 < 2\" hidden title='he said \"no\" &amp; left'>x</p>").text
    tag = next(tag for tag in TAG.findall(html) if tag.startswith("p "))
    assert attributes_of(tag) == {"class": "a>b", "data-x": "1 < 2", "hidden": "", "title": 'he said "no" & left'}


def test_a_drawing_s_title_is_not_the_page_s() -> None:
    drawn = "<body><svg><title>Facebook</title></svg><h1>Sham vote <svg><title>icon</title></svg>held</h1>"
    found = read_metadata(read_html(drawn + "<title>Late title</title>"), "https://a.example/x")
    assert (found.title_tag, found.heads) == ("Late title", ["Sham vote held"])


def test_a_breadcrumb_in_the_page_names_the_section() -> None:
    html = read_html(
        """<body><ol itemscope itemtype="https://schema.org/BreadcrumbList">
        <li itemprop="itemListElement"><a href="/"><span itemprop="name">Home</span></a></li>
        <li itemprop="itemListElement"><a href="/world/"><span itemprop="name">World</span></a><meta itemprop="position" content="2"></li>
        <li itemprop="itemListElement"><span itemprop="name">A vote is held</span></li></ol>"""
    )
    assert find_section(read_metadata(html, ""), html.text, "A vote is held", "https://a.example/1") == "World"


@pytest.mark.parametrize(
    "round_it", [("<div>" * 300, ""), ("<b>" * 5000, ""), ("<table><tr><td>" * 100, ""), ("", "<a href=x><div>" * 2000)]
)
def test_depth_loses_no_words(round_it: tuple[str, str]) -> None:
    told = (
        "<p>The ombudsman asked foreign media not to cover the so-called elections, the agency reports on Saturday.</p>"
        * 4
    )
    article = extract_article(f"<body>{round_it[0]}<article>{told}</article>{round_it[1]}", "https://a.example/1")
    assert article is not None
    assert "not to cover the so-called elections" in article.text


def test_a_body_neither_begins_in_doubt_nor_ends_with_a_bare_heading() -> None:
    import numpy as np

    from coverage.text.body import chosen

    told = "".join(
        f"<p>{n} The ombudsman asked foreign media not to cover the vote, the agency reports.</p>" for n in range(5)
    )
    page = read_blocks(read_html(f"<body><p>Top headlines are here</p>{told}<h3>You may like</h3>").text)
    sure = np.array([0.48, 0.9, 0.9, 0.48, 0.9, 0.9, 0.9])
    assert chosen(page, sure) == [1, 2, 3, 4, 5]


def test_millions_of_tags_are_cut_and_it_is_said() -> None:
    told = (
        "<p>The ombudsman asked foreign media not to cover the so-called elections, the agency reports on Saturday.</p>"
    )
    article = extract_article(f"<body><article>{told * 4}</article>{'<b>' * 2_000_000}", "https://a.example/1")
    assert article is not None
    assert "very long page" in article.flags
    assert "not to cover" in article.text
