"""The seed article and twenty real pages, checked by hand against what the page shows: title, UTC day, authors, agency, how the text begins and ends."""

import gzip
import tarfile
from pathlib import Path

import pytest

from coverage.text import Article, read_article

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
PAGES = DATA / "html" / "article-extraction-benchmark.tar.gz"
pytestmark = pytest.mark.skipif(not PAGES.exists(), reason="no ../shared/data beside the project")
# page, title, UTC day, authors, agency, language, first eight words, last eight words
CHECKED = [
    (
        "04a6711caa7c",
        "Republicans Are Following Trump to Nowhere",
        "2019-11-19",
        ("Jamelle Bouie",),
        None,
        "en",
        "Americans have gone to the polls four times",
        "under the guise of making America great again.",
    ),
    (
        "08f793762792",
        "Browns player on Mason Rudolph’s role in fight with Myles Garrett: He asked for it",
        "2019-11-19",
        ("Bryan DeArdo",),
        None,
        "en",
        "The Steelers spent Monday trying to distance themselves",
        "has got to be on Cincinnati right now.”",
    ),
    (
        "374ac9a59a85",
        "Emirates inks $9 billion order for 30 Boeing 787 jets, will restart plans to expand airline by early 2020s",
        "2019-11-20",
        ("Natasha Turak",),
        None,
        "en",
        "DUBAI, United Arab Emirates — Dubai’s flagship carrier",
        "more fuel-efficient planes now increasingly preferred by airliners.",
    ),
    (
        "42aad16bde92",
        "NASA’s commercial moon shot: Musk’s and Bezos’s firms to bid",
        "2019-11-19",
        ("Laura Winter",),
        None,
        "en",
        "Washington, DC, United States: Getting to the Moon,",
        "agility and creativity that adds to the mix.”",
    ),
    (
        "51d066b0602c",
        "‘We Got Her!’: Video Shows Dramatic Rescue of Kidnapped Fort Worth Girl",
        "2019-11-18",
        ("Scott Gordon",),
        None,
        "en",
        "A video showing the dramatic moment a kidnapped",
        "of indecency with a child (habitual offender notice).",
    ),
    (
        "5a822960e9a2",
        "House Hitler was born in will become a police station, Austria says",
        "2019-11-20",
        (),
        "Reuters",
        "en",
        "VIENNA — The house where Adolf Hitler was",
        "that there was little resistance to Hitler’s rule.",
    ),
    (
        "5fa3154ec031",
        "The Guardian view on Hong Kong: a city on the brink",
        "2019-11-18",
        (),
        None,
        "en",
        "Hong Kong is burning. The authorities continue to",
        "duty to remind China that they are watching.",
    ),
    (
        "624fcd903d56",
        "Hong Kong chaos: China deploys troops and warns SURRENDER is only option",
        "2019-11-19",
        ("Laura Mowat",),
        None,
        "en",
        "This comes after police said the demonstrators inside",
        "all sides to engage in meaningful political dialogue”.",
    ),
    (
        "702d1da63b8e",
        "Trump’s Made-for-TV Trade War Keeps World Guessing",
        "2019-11-18",
        ("Ana Swanson",),
        None,
        "en",
        "When President Trump’s advisers suggested that Beijing resume",
        "Washington. Keith Bradsher contributed reporting from Hong Kong.",
    ),
    (
        "7a457a4f7173",
        "New York man pleads guilty to threatening to kill Rep. Ilhan Omar",
        "2019-11-19",
        ("Phil Helsel",),
        None,
        "en",
        "A New York man pleaded guilty Monday to",
        "desire to possess firearms not commit felony crimes.”",
    ),
    (
        "7a664e40d256",
        "Key moments from Kurt Volker’s and Tim Morrison’s impeachment hearing testimony",
        "2019-11-20",
        ("Stefan Becket",),
        None,
        "en",
        "Kurt Volker, the former special envoy to Ukraine,",
        "‘Giuliani problem’?” Schiff asked. “That’s correct,” Volker said.",
    ),
    (
        "7dfc3e359d7c",
        "James Van Der Beek eliminated from ‘Dancing with the Stars’ after announcing wife suffered miscarriage",
        "2019-11-19",
        ("Andy Sahadeo",),
        None,
        "en",
        "James Van Der Beek has been eliminated from",
        "noting that Brooke’s offer was “a lovely gesture.”",
    ),
    (
        "8b1945303082",
        "Hunter diagnosed with bubonic plague after eating a rabbit making him third Beijing local to contract medieval disease",
        "2019-11-18",
        ("Debbie White",),
        None,
        "en",
        "A HUNTER who killed and ate a wild",
        "Europe. Nowadays, plague is easily treated with antibiotics.",
    ),
    (
        "8e3efab59f48",
        "Anthony Lynn: “We needed to win this game”",
        "2019-11-19",
        ("Michael David Smith",),
        None,
        "en",
        "Chargers coach Anthony Lynn recognizes that his team’s",
        "right: The Chargers needed to win that game.",
    ),
    (
        "921019755f4a",
        "Jose Mourinho agrees deal to replace Mauricio Pochettino as Tottenham manager",
        "2019-11-20",
        ("Tom Gillespie",),
        None,
        "en",
        "Jose Mourinho has agreed a deal to replace",
        "lauded Pochettino during his time at the club.",
    ),
    (
        "9a440270bf86",
        "UEFA Euro 2020 qualifying: Tracking every team to clinch a spot as Wales punches ticket",
        "2019-11-19",
        ("Roger Gonzalez",),
        None,
        "en",
        "Euro 2020 qualifying is over. Well, sort of.",
        "B): Eighth appearance Wales (Group E): Second appearance",
    ),
    (
        "a078b3656adc",
        "How This Man’s Bedding Gave Him ‘Feather Duvet Lung’",
        "2019-11-19",
        ("Bruce Y. Lee",),
        None,
        "en",
        "The Corrs’ song “Breathless” probably doesn’t refer to",
        "even the slightest touch and you feel weak.",
    ),
    (
        "ba4dfe2d3e81",
        "Bubonic plague: Third case of plague in China as panic begins – ‘The plague is coming’",
        "2019-11-19",
        ("Sean Martin",),
        None,
        "en",
        "Health authorities in China’s Inner Mongolia have confirmed",
        "with up to a dozen people diagnosed annually.",
    ),
    (
        "c82b3d1d540b",
        "53-летняя модель: “Посмотри на красотку, которая превратилась в старуху”",
        "2018-10-11",
        ("Лида Буслаева",),
        None,
        "ru",
        "В восьмидесятых годах чешская красавица заявила о себе",
        "Да и кто бы не гордился такой красавицей-женой!",
    ),
    (
        "ffc109d474fd",
        "One of the top-performing beauty stocks could surge after ‘Kylie Jenner’ makeover",
        "2019-11-19",
        ("Keris Lahiff",),
        None,
        "en",
        "Beauty company Coty is breaking out — in",
        "by partnering up with key influencers,” Petrides said.",
    ),
]


@pytest.fixture(scope="module")
def pages() -> dict[str, bytes]:
    """The archive's pages that are checked here, by the first twelve digits of their names."""
    wanted = {row[0] for row in CHECKED}
    with tarfile.open(PAGES) as tar:
        found = {}
        for member in tar:
            key = Path(member.name).name[:12]
            if key in wanted and (file := tar.extractfile(member)):
                found[key] = gzip.decompress(file.read())
        return found


def test_there_are_twenty() -> None:
    assert len({row[0] for row in CHECKED}) == 20


@pytest.mark.parametrize(
    ("key", "title", "day", "authors", "agency", "language", "first", "last"), CHECKED, ids=[r[0] for r in CHECKED]
)
def test_as_a_person_would_write_it(
    pages: dict[str, bytes],
    key: str,
    title: str,
    day: str,
    authors: tuple[str, ...],
    agency: str | None,
    language: str,
    first: str,
    last: str,
) -> None:
    article = read_article(pages[key], "")
    assert article.published_at is not None
    assert (article.title, article.published_at.date().isoformat()) == (title, day)
    assert (article.authors, article.agency, article.language) == (authors, agency, language)
    assert article.published_precision == "minute"
    words = article.text.split()
    assert (" ".join(words[:8]), " ".join(words[-8:])) == (first, last)
    assert article.extractor.startswith("vote-coverage ")


@pytest.fixture(scope="module")
def seed() -> Article:
    return read_article((DATA / "seed" / "menafn_ukrinform_2024-03-09.txt").read_bytes(), "")


def test_the_seed_article(seed: Article) -> None:
    assert seed.published_at is not None
    assert (seed.published_at.date().isoformat(), seed.published_precision) == ("2024-03-09", "day")
    assert (seed.title, seed.authors, seed.agency, seed.language) == ("", (), "Ukrinform", "en")
    assert "ombudsman" in (seed.named_source or "")
    words = seed.text.split()
    assert " ".join(words[:8]) == "Verkhovna Rada Commissioner for Human Rights Dmytro Lubinets"
    assert " ".join(words[-8:]) == "in the Russian presidential “election” in March 2024."


def test_what_came_off_the_seed_is_kept_apart(seed: Article) -> None:
    assert seed.removed["credits"] == ["date 2024-03-09 (MENAFN- UkrinForm)"]
    assert [line[:12] for line in seed.removed["read_also"]] == ["simple words", "Resistance m"]
    assert seed.removed["outlet"] == ["MENAFN"]
    assert seed.text.count("\n\n") == 7
    assert "alleged “intention” of" in seed.text  # the page has no space before the mark
