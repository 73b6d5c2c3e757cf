"""A coder's hour in small: the desk in a real JupyterLab, driven by a real browser, its kernel killed, resumed, exported."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import urlopen

import nbformat
import psutil
import pytest

from coverage.annotate import LabelFile, agreement, coding_folder, draw_sample, export_sheet, import_sheet, read_labels

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from coverage.study import Study

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("demo")]
TOKEN = "a-token-for-this-test-only"
ITEMS = 30
HOSTILE = "<img src=x onerror=\"document.title='ran'\"><script>document.title='ran'</script>"


@contextmanager
def jupyterlab(folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A JupyterLab on loopback; yields its address and its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        "IdentityProvider.token": TOKEN,
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": port,
        "ServerApp.port_retries": 0,
        "ServerApp.root_dir": folder,
        "LabApp.extension_manager": "readonly",
        "ServerApp.jpserver_extensions": "jupyterlab=True",
    }
    options = [f"--{name}={value}" for name, value in settings.items()]
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", *options]
    folders = {
        f"JUPYTER{name}_DIR": str(folder / f"lab{name}") for name in ("_CONFIG", "LAB_SETTINGS", "LAB_WORKSPACES")
    }
    quiet = folder / "labLAB_SETTINGS" / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings"
    quiet.parent.mkdir(parents=True, exist_ok=True)
    quiet.write_text('{"fetchNews": "false", "checkForUpdates": false}', encoding="utf-8")
    source = str(Path(__file__).resolve().parents[2] / "src")
    environment = {**os.environ, **folders, "PYTHONPATH": source}
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
        try:
            address = f"http://127.0.0.1:{port}"
            wait_until(lambda: urlopen(f"{address}/api?token={TOKEN}").status == 200, 60)
            yield address, server
        finally:
            for child in psutil.Process(server.pid).children(recursive=True):
                child.kill()
            server.kill()
            server.wait()


def wait_until(holds: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            if holds():
                return
        except OSError:
            pass
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(0.1)


def kernels_of(server: subprocess.Popen[bytes]) -> list[psutil.Process]:
    children = psutil.Process(server.pid).children(recursive=True)
    return [child for child in children if "ipykernel_launcher" in " ".join(child.cmdline())]


def open_desk(page: Page) -> None:
    """Run the notebook's one cell and wait for the desk. A kernel that is not connected yet takes no cell, so again."""
    prompt = page.locator(".jp-Notebook .jp-Cell .jp-InputPrompt").first
    prompt.wait_for()
    before = prompt.inner_text()
    until = time.monotonic() + 60
    while (now := prompt.inner_text()) in (before, "[ ]:", "[*]:"):
        assert time.monotonic() < until, "the cell does not run"
        if now != "[*]:":
            page.locator(".jp-Notebook .jp-Cell .cm-content").first.click()
            page.keyboard.press("Control+Enter")
        page.wait_for_timeout(500)
    error = ".jp-OutputArea [data-mime-type='application/vnd.jupyter.error'], .jp-OutputArea [data-mime-type='application/vnd.jupyter.stderr']"
    page.wait_for_selector(f".coding-desk .desk-text > *, {error}")
    assert not page.locator(error).count(), page.locator(error).first.inner_text()
    page.wait_for_function("document.activeElement.classList.contains('desk-text')")  # no click needed to begin


def progress(page: Page, done: int, of: int = ITEMS) -> None:
    page.wait_for_function(
        "words => document.querySelector('.desk-progress')?.textContent === words", arg=f"{done} of {of} coded"
    )


def code(page: Page, first: int, until: int) -> None:
    for n in range(first, until):
        progress(page, n)
        page.keyboard.press("0" if n % 10 == 9 else str(1 + n % 4))
    progress(page, until)


def look(page: Page, name: str) -> None:
    """A picture for the engineer who wants to see it: SCREENSHOTS=folder."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"))


def write_notebook(path: Path, *lines: str) -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("\n".join(lines))])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, path)


def test_thirty_articles_with_a_killed_kernel_between(coding: Study, chromium: Browser, tmp_path: Path) -> None:
    sample = draw_sample(coding, ITEMS, seed=3)
    ids = sample.items_of("ana")
    write_notebook(
        tmp_path / "coding.ipynb",
        f"import os; os.environ['VOTE_COVERAGE_HOME'] = {str(tmp_path)!r}",
        "from coverage.annotate import Desk",
        f"Desk({str(coding.path)!r}, 'ana')",
    )
    complaints: list[str] = []
    with jupyterlab(tmp_path) as (address, server):
        page = chromium.new_page(viewport={"width": 1280, "height": 1000})
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.set_default_timeout(60_000)
        died = page.locator(
            ".jp-Dialog .jp-mod-accept"
        )  # "the kernel appears to have died", at whatever moment it comes
        page.add_locator_handler(died, lambda button: button.click())
        page.goto(f"{address}/lab/tree/coding.ipynb?token={TOKEN}&reset")
        open_desk(page)
        shown = page.locator(".coding-desk").inner_text()
        for article in coding.articles[coding.articles["article_id"] == ids[0]].itertuples():
            assert coding.catalog.outlets[article.outlet_id].name not in shown
            assert article.url not in page.content()

        code(page, 0, 12)
        page.keyboard.press("n")
        page.keyboard.type("1 is no key in a note")
        page.keyboard.press("Escape")
        page.keyboard.press("c")
        look(page, "desk")
        page.keyboard.press("1")
        progress(page, 13)
        page.keyboard.press("u")
        progress(page, 12)
        assert page.locator(".desk-note").input_value() == "1 is no key in a note"
        page.keyboard.press("s")
        page.keyboard.press("2")
        code(page, 13, 15)

        (kernel,) = kernels_of(server)
        kernel.kill()
        page.keyboard.press("1")
        page.wait_for_selector(".desk-bad >> text=the kernel does not answer")
        look(page, "desk_without_kernel")
        assert len(LabelFile(coding_folder(coding), "ana").current()) == 15  # nothing lost, nothing made up
        wait_until(lambda: [k.pid for k in kernels_of(server)] not in ([], [kernel.pid]), 60)
        page.locator(".coding-desk").evaluate("desk => desk.remove()")
        open_desk(page)
        progress(page, 15)
        code(page, 15, ITEMS)
        page.wait_for_selector(".desk-end >> text=All done")
        look(page, "desk_done")
        page.close()
    assert not complaints

    ana = LabelFile(coding_folder(coding), "ana").current()
    assert list(ana) == ids
    assert (ana[ids[12]].stance, ana[ids[12]].about_vote, ana[ids[12]].note) == (
        "amplifies",
        "substantial",
        "1 is no key in a note",
    )
    assert [label.stance for label in ana.values()].count("none") == 3

    sheet = tmp_path / "sheet.csv"
    assert export_sheet(coding, "ana", sheet) == ITEMS
    assert import_sheet(coding, "ana", sheet).same == ITEMS
    bo = LabelFile(coding_folder(coding), "bo")
    for n, label in enumerate(ana.values()):
        bo.add(label.article_id, "neutral" if n % 4 == 0 else label.stance)
    found = agreement(read_labels(coding_folder(coding)))
    assert found.n_items == ITEMS
    assert found.alpha is not None
    assert 0.3 < found.low < found.alpha < found.high < 1


def test_a_hostile_article_is_shown_as_text(chromium: Browser) -> None:
    """The desk's own script in a bare page, with a model that holds every payload there is."""
    shared = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "robustness" / "xss_payloads.json"
    payloads = [HOSTILE, *_strings(json.loads(shared.read_text(encoding="utf-8")))] if shared.exists() else [HOSTILE]
    import coverage.annotate

    folder = Path(coverage.annotate.__file__).parent
    script = (folder / "desk.js").read_text(encoding="utf-8").replace("export default { render };", "")
    page = chromium.new_page()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("dialog", lambda dialog: requests.append("dialog") or dialog.dismiss())
    page.set_content("<title>quiet</title><div id='here'></div>")
    blocks = [["title", [[payloads[0], True]]], *(["text", [[words, False], [words, True]]] for words in payloads)]
    shown = {
        "turn": 1,
        "status": HOSTILE,
        "done": 0,
        "total": 1,
        "id": HOSTILE,
        "blocks": blocks,
        "said": payloads,
        "note": HOSTILE,
    }
    model = {
        "code_keys": {"1": "rejects"},
        "how_much": {"c": "central"},
        "codebook": HOSTILE,
        "heading": HOSTILE,
        "page": shown,
    }
    page.evaluate(
        script
        + """;(values) => render({el: document.getElementById('here'), model: {get: name => values[name], on() {}, off() {}, send() {}}})""",
        model,
    )
    page.wait_for_timeout(200)
    assert page.locator("#here .desk-text").inner_text().count(HOSTILE[:20]) >= 3
    assert page.title() == "quiet"
    assert not requests
    tags = page.evaluate(
        "[...new Set([...document.querySelectorAll('#here *')].map(e => e.tagName.toLowerCase()))].sort()"
    )
    allowed = {
        "article",
        "button",
        "details",
        "div",
        "h3",
        "input",
        "kbd",
        "li",
        "mark",
        "p",
        "pre",
        "progress",
        "span",
        "summary",
        "ul",
    }
    assert set(tags) <= allowed
    assert len(page.locator("#here .desk-text p").all()) == len(payloads)
    page.close()


def _strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [words for child in children for words in _strings(child)]
