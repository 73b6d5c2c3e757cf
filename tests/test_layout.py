"""The house of DESIGN.md: imports go one way, and each kind of outside library has one room."""

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "src" / "coverage"
FLOORS = [
    {"schema", "compute", "names", "progress", "yamlfile"},
    {"catalog"},
    {"study", "study_file"},
    {"speech"},
    {"collect", "text", "families", "stance", "topics", "measure"},
    {"clean"},
    {"build", "annotate", "plots", "report", "release", "doctor", "train"},
    {"cli_annotate"},
    {"cli"},
    {"__main__", "__init__"},
]
FLOOR = {room: number for number, floor in enumerate(FLOORS) for room in floor}
ONLY_IN = {
    "aiohttp": {"collect"},
    "requests": set(),
    "urllib.request": set(),
    "http.client": set(),
    "socket": {"collect"},
    "matplotlib": {"plots"},
    "warcio": {"collect"},
    "pickle": set(),
    "joblib": set(),
}
SILENT_ROOMS = ("text", "speech", "families", "stance", "topics", "measure")


def room_of(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imports_of(path: Path) -> set[str]:
    """Every module that a file imports, also inside functions; what is only for types is left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    found = set()
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


FILES = sorted(SOURCE.rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_imports_go_one_way(path: Path) -> None:
    here = room_of(path)
    for module in imports_of(path):
        if not module.startswith("coverage.") or here == "__init__":
            continue
        there = module.split(".")[1]
        if there not in FLOOR:  # a public name taken from the package itself
            continue
        lower = FLOOR[there] < FLOOR[here]
        neighbour = FLOOR[there] == FLOOR[here] and (FLOOR[here] in (0, 2, 6))
        assert there == here or lower or neighbour, f"{here} must not import {there}"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_outside_libraries_have_their_room(path: Path) -> None:
    for module in imports_of(path):
        for library, rooms in ONLY_IN.items():
            if module == library or module.startswith(f"{library}."):
                assert room_of(path) in rooms, f"{library} is imported in {room_of(path)}"


@pytest.mark.parametrize(
    "path", [p for p in FILES if room_of(p) in SILENT_ROOMS], ids=lambda p: str(p.relative_to(SOURCE))
)
def test_middle_rooms_touch_neither_disk_nor_network(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    touching = {
        call
        for call in calls
        if call == "open" or call.split(".")[-1] in ("write_text", "write_bytes", "to_parquet", "urlopen")
    }
    assert not touching


def test_no_room_is_a_catch_all() -> None:
    assert not [p for p in FILES if p.stem in ("utils", "helpers", "common", "misc")]
