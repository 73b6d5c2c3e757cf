"""The second engine through the calls that newspaper3k and newspaper4k share (`.ci/newspaper3k` asks the other one)."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROOF = ROOT / ".ci" / "newspaper_proof.py"


def proof(wanted: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, PROOF, wanted], capture_output=True, text=True, check=False)


def test_the_installed_engine_gives_whole_texts_in_undeclared_languages() -> None:
    done = proof("newspaper4k")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "whole texts in uk, ru, en" in done.stdout


def test_ci_proves_the_other_engine_too() -> None:
    assert ".ci/newspaper3k" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "newspaper_proof.py newspaper3k" in (ROOT / ".ci" / "newspaper3k").read_text(encoding="utf-8")


def test_the_wrong_engine_is_no_proof() -> None:
    assert proof("newspaper3k").returncode == 1
