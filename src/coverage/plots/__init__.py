"""A study or one of its tables → a matplotlib Axes. The title says the finding; sources and n stand below."""

from coverage.plots.figures import (
    claims,
    confusion,
    outlet_index,
    silence_grid,
    syndication,
    topics,
    voices,
)
from coverage.plots.over_time import stance_shares, stance_timeline
from coverage.plots.reliability import reliability
from coverage.plots.style import use_style

__all__ = [
    "claims",
    "confusion",
    "outlet_index",
    "reliability",
    "silence_grid",
    "stance_shares",
    "stance_timeline",
    "syndication",
    "topics",
    "use_style",
    "voices",
]
