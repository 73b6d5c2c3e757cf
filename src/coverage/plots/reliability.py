"""How far the model's own sureness can be believed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from coverage.plots.style import axes, caption, set_title

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Z = 1.96
ROOM_BELOW = 0.1  # a bar that ends lower has its number above


def reliability(rows: Sequence[Mapping[str, float]], *, note: str = "", ax: Axes | None = None) -> Axes:
    """Sureness against success: rows of `coverage.stance.training.reliability`, with 95 % Wilson intervals."""
    ax = axes(ax, height=4.6, width=6.2)
    ax.plot([0.3, 1], [0.3, 1], color="#999999", linewidth=1, linestyle="--", label="as sure as right")
    for row in rows:
        low, high = _wilson(row["right"], row["n"])
        ax.plot([row["mean_p"]] * 2, [low, high], color="#0072B2", linewidth=1.6)
        ax.plot(row["mean_p"], row["right"], "o", color="#0072B2", markersize=6)
        ax.annotate(
            f"n {row['n']:.0f}",
            (row["mean_p"], low if low > ROOM_BELOW else high),
            (0, -4 if low > ROOM_BELOW else 4),
            textcoords="offset points",
            ha="center",
            va="top" if low > ROOM_BELOW else "bottom",
            fontsize=8.5,
        )
    ax.set_xlim(0.3, 1.02)
    ax.set_ylim(-0.02, 1.04)
    ax.set_xlabel("how sure the model was of its class")
    ax.set_ylabel("share of articles classed as the coder did")
    ax.legend(loc="lower right")
    total = sum(row["n"] for row in rows)
    error = sum(row["n"] * abs(row["mean_p"] - row["right"]) for row in rows) / max(1, total)
    set_title(ax, f"The model's sureness is off by {100 * error:.0f} points on average")
    return caption(ax, f"n = {total:.0f} hand-coded articles, out of fold; bars: 95 % intervals. {note}".strip())


def _wilson(share: float, n: float) -> tuple[float, float]:
    middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * (share * (1 - share) / n + Z * Z / (4 * n * n)) ** 0.5
    return middle - half, middle + half
