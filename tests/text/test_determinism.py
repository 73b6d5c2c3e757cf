"""The same page gives the same article, whatever the addresses and hash seeds of the process."""

import subprocess
import sys
from pathlib import Path

PAGES = Path(__file__).resolve().parents[2] / "studies" / "demo" / "pages"
SCRIPT = """
import sys
from hashlib import sha256
from pathlib import Path
from coverage.text import extract_article
pages = sorted(Path(sys.argv[1]).rglob("*.html"))[::12]
found = [extract_article(page.read_bytes(), "https://outlet.example/" + page.name) for page in pages]
print(sha256(repr(found).encode()).hexdigest())
"""


def test_the_same_pages_give_the_same_articles_in_every_process() -> None:
    def digest(seed: str) -> str:
        run = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", SCRIPT, str(PAGES)],
            env={"PYTHONHASHSEED": seed, "PATH": ""},
            capture_output=True,
            text=True,
            check=True,
        )
        return run.stdout

    assert digest("1") == digest("2") == digest("3")
