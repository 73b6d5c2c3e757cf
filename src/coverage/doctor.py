"""Looks an installation over and says in plain words what would get in the way."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

NEEDED = ("pandas", "pyarrow", "duckdb", "scikit-learn", "matplotlib", "trafilatura", "aiohttp", "warcio", "jupyterlab")


@dataclass(frozen=True)
class Finding:
    """One line of the examination."""

    what: str
    is_wrong: bool = False
    remedy: str = ""

    def in_words(self) -> str:
        return f"{'WRONG' if self.is_wrong else 'ok   '} {self.what}" + (f": {self.remedy}" if self.remedy else "")


def examine() -> list[Finding]:
    """Every finding, wrong or not."""
    return [_python(), *map(_package, NEEDED), _newspaper(), _coverage_py(), _browser(), _disk()]


def _python() -> Finding:
    words = f"Python {sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"
    good = (3, 11) <= sys.version_info[:2] <= (3, 13)
    return Finding(words, not good, "" if good else "use Python 3.11, 3.12 or 3.13")


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _package(name: str) -> Finding:
    found = _version(name)
    return (
        Finding(f"{name} {found}")
        if found
        else Finding(name, True, f"not installed; run `make test` or pip install {name}")
    )


def _newspaper() -> Finding:
    maintained, old = _version("newspaper4k"), _version("newspaper3k")
    if maintained:
        return Finding(f"newspaper4k {maintained} (imported as `newspaper`)")
    if old and find_spec("lxml_html_clean"):
        return Finding(
            f"newspaper3k {old} with lxml_html_clean", remedy="works; newspaper4k is its maintained continuation"
        )
    return Finding("newspaper", True, "install newspaper4k (newspaper3k 0.2.8 alone fails beside today's lxml)")


def _coverage_py() -> Finding:
    """coverage.py installs a package of the same import name: whichever comes first on the path wins."""
    found = _version("coverage")
    if found is None:
        return Finding("coverage.py is absent")
    return Finding(
        f"coverage.py {found} is installed",
        True,
        "it shares the import name `coverage`: pip uninstall coverage, then reinstall vote-coverage; measure tests with slipcover",
    )


def _browser() -> Finding:
    path = shutil.which("chromium")
    return (
        Finding("chromium on the PATH")
        if path
        else Finding("chromium is not on the PATH", remedy="only the browser tests need it")
    )


def _disk() -> Finding:
    free = shutil.disk_usage(Path.cwd()).free // 2**20
    return Finding(
        f"{free:,} MiB free here",
        free < 500,
        "" if free >= 500 else "make room: archives and tables need some hundred MiB",
    )
