"""The built demo with a coding folder of its own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from coverage.study import Study


@pytest.fixture
def coding(demo: Study, tmp_path: Path) -> Study:
    """The built demo; what is coded goes into a folder of this test's own."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "processed").symlink_to(demo.processed_folder.parent)
    return replace(demo, home=tmp_path)
