"""What each key of a catalog file may hold. A check takes the YAML value and returns it typed, or raises ValueError."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from coverage.catalog.yaml_source import Check, nearest

LANGUAGES = ("uk", "ru", "en", "de", "fr", "pl", "es", "it", "bg", "pt")  # the ten that every event is named in
PLACE_CODES = {
    "UA-43": "Autonomous Republic of Crimea", "UA-40": "Sevastopol", "UA-14": "Donetsk region", "UA-09": "Luhansk region",
    "UA-23": "Zaporizhzhia region", "UA-65": "Kherson region", "UA-48": "Mykolaiv region", "UA-63": "Kharkiv region",
}  # fmt: skip
_COUNTRY_CODES = (  # ISO 3166-1 alpha-2
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ "
    "CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO "
    "FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE "
    "JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO "
    "MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW "
    "PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM "
    "TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW "
)
COUNTRIES = frozenset(_COUNTRY_CODES.split())
_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+|t\.me/\S.*")


def text(value: Any) -> str:
    if isinstance(value, bool):
        raise ValueError(f"YAML reads this word as {value}; put it in quotes")
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"expected words, found {value!r}")
    return value.strip()


def identifier(value: Any) -> str:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text(value)):
        raise ValueError(f"`{value}` is no id; use lower-case letters, digits and single hyphens")
    return str(value)


def one_of(words: Sequence[str]) -> Check:
    def check(value: Any) -> str:
        if text(value) not in words:
            raise ValueError(f"unknown value `{value}`; {nearest(str(value), words)}")
        return str(value)

    return check


def list_of(item: Check, at_least: int = 0) -> Check:
    def check(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list) or len(value) < at_least:
            raise ValueError(f"expected a list [a, b] of {at_least} or more, found {value!r}")
        return tuple(item(one) for one in value)

    return check


def or_unknown(known: Check) -> Check:
    return lambda value: None if value == "unknown" else known(value)


def by_language(item: Check, required: Sequence[str] = ()) -> Check:
    def check(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict) or not value:
            raise ValueError(f"expected a name per language, as in {{en: …, uk: …}}; found {value!r}")
        missing = [code for code in required if code not in value]
        if missing:
            raise ValueError(f"no name in {', '.join(missing)}; add it")
        return {language(code): item(one) for code, one in value.items()}

    return check


def language(value: Any) -> str:
    if not re.fullmatch(r"[a-z]{2}", text(value)):
        raise ValueError(f"`{value}` is no ISO 639-1 language code (two lower-case letters)")
    return str(value)


def country(value: Any) -> str:
    if text(value) != "unknown" and value not in COUNTRIES:
        raise ValueError(f"`{value}` is no ISO 3166-1 alpha-2 country code; {nearest(value, sorted(COUNTRIES))}")
    return str(value)


def place_code(value: Any) -> str:
    if text(value) not in PLACE_CODES:
        raise ValueError(f"`{value}` is no place this catalog knows; {nearest(value, PLACE_CODES)}")
    return str(value)


def domain(value: Any) -> str:
    host = text(value)
    if not _DOMAIN.fullmatch(host) or host.startswith("www."):
        raise ValueError(f"`{value}` is no bare domain; write it as example.org or t.me/channel, lower case, no www.")
    return host


def web_address(value: Any) -> str:
    if not text(value).startswith(("https://", "http://")):
        raise ValueError(f"`{value}` is no web address; begin it with https://")
    return str(value)


def day(value: Any) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError(f"`{value}` is no day; write it as 2022-09-23")
    return value


def sides(value: Any) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    known = ("organiser", "opponent")
    if not isinstance(value, dict):
        raise ValueError(f"expected what each side calls it ({', '.join(known)}), found {value!r}")
    terms = by_language(list_of(text, at_least=1))
    named = {one_of(known)(side): terms(names) if names else {} for side, names in value.items()}
    return {side: named.get(side, {}) for side in known}


def number_or_null(value: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"expected a number or null, found {value!r}")
    return float(value)
