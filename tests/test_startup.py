"""Importing is cheap: heavy libraries come in when they are needed."""

import subprocess
import sys

import pytest

HEAVY = (
    "pandas",
    "matplotlib",
    "sklearn",
    "scipy",
    "numpy",
    "pyarrow",
    "trafilatura",
    "newspaper",
    "aiohttp",
    "pydantic",
    "lxml",
)


def loaded_after(code: str) -> set[str]:
    script = f"import sys\n{code}\nprint(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


@pytest.mark.parametrize(
    "code",
    [
        "import coverage",
        "import coverage.cli",
        "from click.testing import CliRunner; from coverage.cli import commands; assert CliRunner().invoke(commands, ['--help']).exit_code == 0",
        "import coverage; dir(coverage)",
        "import coverage.study, coverage.schema, coverage.catalog, coverage.text, coverage.speech, coverage.stance, coverage.families, coverage.topics, coverage.measure, coverage.collect, coverage.build",
    ],
)
def test_nothing_heavy_is_loaded(code: str) -> None:
    assert not loaded_after(code) & set(HEAVY)


def test_public_names_are_there() -> None:
    import coverage

    for name in coverage.__all__:
        assert getattr(coverage, name) is not None
    with pytest.raises(AttributeError, match="public names"):
        _ = coverage.nonsense


def test_help_loads_no_room() -> None:
    """Asking for help must not load what is behind the commands."""
    run = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "coverage", "--help"], capture_output=True, text=True, check=True
    )
    assert "coverage.cli" in run.stderr
    assert not [line for line in run.stderr.splitlines() if "coverage.collect" in line or "coverage.build" in line]
