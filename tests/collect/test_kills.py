"""Killed at random times, a collection loses nothing and its archive is byte for byte that of a quiet run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).resolve().parents[2] / "benchmarks" / "collect_kills.py"


@pytest.mark.slow
def test_twenty_kills() -> None:
    command = [sys.executable, str(BENCH), "--kills", "20", "--pages", "300"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "20 kills" in done.stdout
    assert "lost 0, doubled 0, archives that differ 0" in done.stdout
