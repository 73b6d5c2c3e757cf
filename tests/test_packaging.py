"""What people install: the lists agree, the locks are hashed, nothing names a machine or a registry."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))


def split(requirement: str) -> tuple[str, str]:
    name, _extra, constraint = re.fullmatch(
        r"([A-Za-z0-9_.-]+)(\[[^]]*\])?(.*)", requirement.split("#")[0].strip()
    ).groups()
    return name.lower().replace("_", "-"), constraint.replace(" ", "")


def conda_requirements() -> dict[str, str]:
    plain = [line for line in CONDA["dependencies"] if isinstance(line, str)]
    pip = next(line["pip"] for line in CONDA["dependencies"] if isinstance(line, dict))
    return dict(split(line) for line in [*plain, *pip] if not line.startswith("-e"))


def test_environment_agrees_with_pyproject() -> None:
    wanted = dict(split(requirement) for requirement in PROJECT["dependencies"])
    found = conda_requirements()
    assert found.pop("python") == ">=3.11,<3.14"
    assert set(PROJECT["requires-python"].split(",")) == {">=3.11", "<3.14"}
    del found["pip"]
    found.pop("lxml-html-clean")  # pyproject's lxml[html_clean]
    assert found == wanted


@pytest.mark.parametrize("name", ["jupyterlab", "pandas", "matplotlib", "scikit-learn", "newspaper4k"])
def test_environment_names_what_notebook_users_look_for(name: str) -> None:
    assert name in conda_requirements()


@pytest.mark.parametrize("lock", ["uv.txt", "runtime.txt", "dev.txt", "newspaper3k.txt"])
def test_locks_are_hashed(lock: str) -> None:
    text = (ROOT / "locks" / lock).read_text(encoding="utf-8")
    pinned = re.findall(r"^[a-z0-9][^\n]*==[^\n]*\\\n((?: +--hash=sha256:[0-9a-f]{64}[^\n]*\n)+)", text, re.MULTILINE)
    assert len(pinned) == len(re.findall(r"^[a-z0-9][^\n]*==", text, re.MULTILINE)) > 0


def test_locks_hold_every_dependency_and_agree() -> None:
    def pins(lock: str) -> set[str]:
        text = (ROOT / "locks" / lock).read_text(encoding="utf-8")
        return {line.split()[0] for line in re.findall(r"^[a-z0-9][^\n]*==[^\n]*", text, re.MULTILINE)}

    runtime, dev = pins("runtime.txt"), pins("dev.txt")
    assert runtime <= dev
    names = {pin.split("==")[0] for pin in runtime}
    assert {split(r)[0] for r in PROJECT["dependencies"]} <= names


def committed_text() -> list[tuple[str, str]]:
    names = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    found = []
    for name in filter(None, names):
        try:
            found.append((name, (ROOT / name).read_text(encoding="utf-8")))
        except (UnicodeDecodeError, FileNotFoundError):
            continue
    return found


def test_no_registry_and_no_machine_is_named() -> None:
    registries = re.compile(
        "|".join(
            [
                "py" + r"pi\.org",
                "python" + r"hosted\.org",
                "npm" + r"js\.(org|com)",
                "deb" + r"ian\.org",
                "ana" + r"conda\.org",
            ]
        )
    )
    machine = re.compile(r"(?<![\w.*])/(root|home|work|Users)/[\w.]")
    for name, text in committed_text():
        assert not registries.search(text), name
        assert not machine.search(text), f"{name}: {machine.search(text)}"


def test_third_party_articles_are_not_committed() -> None:
    assert not [name for name, _ in committed_text() if name.startswith(("data/raw", "data/processed", "reports/"))]
