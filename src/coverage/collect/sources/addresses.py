"""Plain lists of addresses: the study file's own, or a text or TSV file with one address a line."""

from __future__ import annotations

from pathlib import Path

from coverage.collect.guard import usable_url
from coverage.collect.lines import LineTrouble, read_lines
from coverage.collect.sources import Listed, Listing
from coverage.schema import Problem


def read_file(path: Path) -> Listing:
    """Each line's first field that is an address; `#` begins a comment, a header line is passed over."""
    listing = Listing()
    for line in read_lines(path):
        where = f"{path.name}:{line.number}"
        if isinstance(line, LineTrouble):
            listing.problems.append(Problem("collect", where, line.reason, line.detail, line.remedy))
            continue
        words = line.data.decode("utf-8", "replace").strip()
        if words.startswith("#"):
            continue
        url = next((w for w in words.replace("\t", " ").split() if w.startswith(("http://", "https://"))), None)
        if url and usable_url(url) is None:
            listing.listed.append(Listed(url))
        elif line.number > 1:
            listing.problems.append(Problem("collect", where, "no usable address", words[:80], "one address a line"))
    return listing


def read_urls(urls: tuple[str, ...], where: str) -> Listing:
    """The addresses a study file names itself."""
    listing = Listing()
    for url in urls:
        trouble = usable_url(url)
        if trouble:
            listing.problems.append(Problem("collect", where, "no usable address", f"{url[:80]}: {trouble}", "mend it in the study file"))  # fmt: skip
        else:
            listing.listed.append(Listed(url))
    return listing
