"""Times as people and machines write them: ISO, «9 березня 2024, 18:30», «March 9, 2024 6:30 PM EST», 09.03.2024."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files

NUMBER_ONLY = re.compile(r"^[\d\s.,+-]{6,}$")
ZONES = {
    "utc": 0, "gmt": 0, "z": 0, "est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420,
    "bst": 60, "cet": 60, "cest": 120, "mez": 60, "mesz": 120, "eet": 120, "eest": 180, "msk": 180, "мск": 180, "jst": 540, "ist": 330, "aest": 600, "aedt": 660,
}  # fmt: skip
_ZONE = r"(?P<z>Z\b|[+-]\d\d:?\d\d\b|[+-]\d\d\b|(?:UTC|GMT)\s?[+-]\d{1,2}(?::?\d\d)?|\b(?:" + "|".join(z for z in ZONES if len(z) > 1) + r")\b)"  # fmt: skip
_YEAR = r"(?P<y>(?:19|20)\d\d)(?!\d)"
_CLOCK = r"(?P<h>\d{1,2})[:.h](?P<n>\d\d)(?![\d.])(?::(?P<s>\d\d)(?:[.,]\d+)?)?\s*(?P<half>[ap]\.?\s?m\b\.?)?\s*(?:\(?" + _ZONE + r"\)?)?"  # fmt: skip
_GAP = r"[^\d\n<]{1,14}?"
ISO = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d\d)-(?P<m>\d\d?)-(?P<d>\d\d?)(?!\d)(?:(?:T|\s+|\s*,\s*)(?P<h>\d\d?):(?P<n>\d\d)(?::(?P<s>\d\d)(?:[.,]\d+)?)?\s*(?P<half>[ap]\.?m\b)?\s*"
    + _ZONE
    + "?)?",
    re.IGNORECASE,
)
YEAR_FIRST = re.compile(rf"(?<![\d/.])(?P<y>(?:19|20)\d\d)[/.](?P<m>\d{{1,2}})[/.](?P<d>\d{{1,2}})(?![\d])(?:{_GAP}{_CLOCK})?", re.IGNORECASE)  # fmt: skip
NUMBERS = re.compile(rf"(?<![\d./-])(?P<d>\d{{1,2}})(?P<sep>[./-])(?P<m>\d{{1,2}})(?P=sep){_YEAR}(?!\.\d(?!\d?:))(?:{_GAP}{_CLOCK})?", re.IGNORECASE)  # fmt: skip
CLOCK_FIRST = re.compile(rf"(?<![\d:])(?P<h>\d{{1,2}}):(?P<n>\d\d)(?!\d){_GAP}(?P<rest>.{{6,40}})", re.DOTALL)
HAS_YEAR = re.compile(_YEAR)  # every form has one
EXACT = frozenset(("minute",))


@dataclass(frozen=True, slots=True)
class Moment:
    """One time as written. `value` is UTC where `offset` (minutes) is known, else the written clock taken as UTC."""

    value: datetime
    precision: str
    offset: int | None = None
    is_ambiguous: bool = False

    @property
    def local(self) -> datetime:
        """The clock as written."""
        return self.value + timedelta(minutes=self.offset or 0)


def read_moment(words: str, *, month_first: bool = False) -> Moment | None:
    """The first time in `words`; None for bare numbers (ids, epochs) and for what no calendar holds.

    `month_first` reads 3/9/2024 as March 9; where one part exceeds 12 the order is plain.
    """
    words = words.strip()[:400]
    if not HAS_YEAR.search(words):
        return None
    if NUMBER_ONLY.match(words) and not re.search(r"\d[.-]\d{1,2}[.-]\d", words):
        return None
    found = [(m.start(), n, m) for n, pattern in enumerate(_patterns()) if (m := pattern.search(words))]
    for _, _, match in sorted(found, key=lambda one: one[:2]):
        if moment := _moment(match.groupdict(), month_first):
            return moment if moment.precision == "minute" else _clock_before(words[: match.start()], moment) or moment
    return None


def _clock_before(words: str, day: Moment) -> Moment | None:
    """«18:30, 9 березня 2024»: the clock may stand first."""
    match = re.search(r"(?<![\d:])(\d{1,2}):(\d\d)\s*(?:(\(?[\w+]{1,5}\)?)\s*)?[,|•·/–—-]?\s*$", words)
    if not match or int(match[1]) > 23 or int(match[2]) > 59:
        return None
    offset = zone_minutes(match[3].strip("()")) if match[3] else None
    clock = day.value + timedelta(hours=int(match[1]), minutes=int(match[2]) - (offset or 0))
    return Moment(clock, "minute", offset)


@cache
def month_names() -> dict[str, int]:
    """Month names, inflected and shortened, in ten languages and more, from months.yml."""
    import yaml

    text = (files("coverage.text") / "months.yml").read_text(encoding="utf-8")
    return {name: number for number, names in yaml.load(text, Loader=yaml.CSafeLoader).items() for name in names}


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    names = "|".join(sorted(map(re.escape, month_names()), key=len, reverse=True))
    day_first = rf"(?<![\w.])(?P<d>\d{{1,2}})(?:\.|º|°|er|st|nd|rd|th|-?го)?[\s\u00a0-]*(?:de\s+|of\s+|d['’])?(?P<b>{names})\.?,?[\s\u00a0-]*(?:de\s+|del\s+)?{_YEAR}(?:{_GAP}{_CLOCK})?"
    month_first = rf"(?<!\w)(?P<b>{names})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s*,?\s+{_YEAR}(?:{_GAP}{_CLOCK})?"
    month_only = rf"(?<!\w)(?P<b>{names})\.?,?\s+{_YEAR}"
    written = [re.compile(pattern, re.IGNORECASE) for pattern in (day_first, month_first)]
    return (ISO, YEAR_FIRST, NUMBERS, *written, re.compile(month_only, re.IGNORECASE))


def _moment(parts: Mapping[str, str | None], month_first: bool) -> Moment | None:
    year, day = int(parts.get("y") or 0), int(parts.get("d") or 0)
    name = parts.get("b")
    month = month_names().get(name.lower(), 0) if name else int(parts.get("m") or 0)
    if parts.get("sep") and day <= 12 and (month > 12 or (month_first and parts["sep"] == "/")):
        day, month = month, day
    if name and not day:
        return Moment(datetime(year, month, 1, tzinfo=UTC), "month")
    is_ambiguous = bool(parts.get("sep")) and day <= 12 and month <= 12 and day != month
    hour = _hour(parts.get("h"), parts.get("half"))
    try:
        when = datetime(year, month, day, tzinfo=UTC)
        if hour is None:
            return Moment(when, "day", None, is_ambiguous)
        when = when.replace(hour=hour, minute=int(parts.get("n") or 0), second=int(parts.get("s") or 0))
    except ValueError:
        return Moment(datetime(year, month, day, tzinfo=UTC), "day") if 1 <= month <= 12 and 1 <= day <= 28 else None
    offset = zone_minutes(parts.get("z"))
    try:
        return Moment(when - timedelta(minutes=offset or 0), "minute", offset, is_ambiguous and not offset)
    except OverflowError:
        return None


def _hour(hour: str | None, half: str | None) -> int | None:
    if hour is None:
        return None
    if not half or int(hour) > 12:
        return int(hour)
    return int(hour) % 12 + (12 if half.lower().startswith("p") else 0)


def zone_minutes(zone: str | None) -> int | None:
    """Minutes east of UTC of «+02:00», «GMT+3», «EST»; None where there is none or it is not known."""
    if not zone:
        return None
    if (known := ZONES.get(zone.lower())) is not None:
        return known
    match = re.search(r"([+-])(\d{1,2}):?(\d\d)?$", zone)
    if not match or int(match[2]) > 14:
        return None
    size = 60 * int(match[2]) + int(match[3] or 0)
    return -size if match[1] == "-" else size
