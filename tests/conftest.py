"""What several test files share: the demo study built once, and a real browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from coverage.study import Study

ROOT = Path(__file__).resolve().parents[1]
settings.load_profile("ci")  # everywhere: the same examples each time, and no clock that a loaded machine breaks
BROWSER_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """The demo study imported and built in a folder of its own."""
    from coverage.build import build
    from coverage.collect.own_files import import_sources
    from coverage.study import open_study

    study = replace(open_study(ROOT / "studies" / "demo.yml"), home=tmp_path_factory.mktemp("demo"))
    import_sources(study)
    build(study, workers=1)
    return study


@pytest.fixture(scope="session")
def demo_report(demo: Study) -> Path:
    """The folder of the demo's report."""
    from coverage.report import write_report

    return write_report(demo).front_page.parent


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, headless; skipped with a message where it is absent, never in CI.

    Of one module, not of the session: while Playwright runs, no other test in this process can run an event loop.
    """
    path = shutil.which("chromium")
    if path is None:
        if os.environ.get("VOTE_COVERAGE_REQUIRE_BROWSER"):
            pytest.fail("chromium is not on the PATH; `make browser` installs it as root")
        pytest.skip("chromium is not on the PATH (apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=BROWSER_ARGUMENTS)
        yield browser
        browser.close()
