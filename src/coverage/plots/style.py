"""The house style of every figure: colours, size, title, caption.

Colours are Okabe and Ito's colour-blind safe set; nothing is told by colour alone. DejaVu Sans draws Latin, Cyrillic and Greek.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

    from coverage.study import Study

COLOURS = {
    "rejects": "#0072B2",
    "amplifies": "#D55E00",
    "neutral": "#8C8C8C",
    "unclear": "#E8D9A0",
    "own": "#333333",
    "organiser": "#D55E00",
    "opponent": "#0072B2",
    "other": "#B0B0B0",
}
SILENCE_COLOURS = {
    "covered": "#009E73",
    "not covered while watched": "#F0E442",
    "unobservable": "#CC79A7",
    "not watched": "#EEEEEE",
}
WIDTH_INCHES = 8.6
LONGEST_NAME = 30


def use_style() -> None:
    """House style for every figure of this process; in a notebook also sharp (2×) images."""
    import matplotlib as mpl

    mpl.rcParams.update(
        {
            "font.family": "DejaVu Sans",
            "font.size": 10.5,
            "axes.titlesize": 13,
            "axes.titleweight": "bold",
            "axes.titlelocation": "left",
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.grid": False,
            "figure.facecolor": "white",
            "figure.dpi": 100,
            "savefig.bbox": "tight",
            "legend.frameon": False,
            "svg.hashsalt": "vote-coverage",
        }
    )
    try:
        from IPython import get_ipython
        from matplotlib_inline.backend_inline import set_matplotlib_formats
    except ImportError:
        return
    if get_ipython() is not None:
        set_matplotlib_formats("retina")  # type: ignore[no-untyped-call]


def axes(ax: Axes | None, *, height: float, width: float = WIDTH_INCHES) -> Axes:
    """`ax` itself, or the Axes of a new figure in house style (inches)."""
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    use_style()
    return plt.figure(figsize=(width, height), layout="constrained").add_subplot()


def date_axis(ax: Axes, days: int) -> None:
    """Few, short date ticks, whatever the span."""
    from matplotlib.dates import AutoDateLocator, DateFormatter

    ax.xaxis.set_major_locator(AutoDateLocator(minticks=4, maxticks=min(9, max(4, days))))  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_formatter(DateFormatter("%-d %b"))  # type: ignore[no-untyped-call]


def set_title(ax: Axes, words: str) -> None:
    """The finding, wrapped."""
    ax.set_title(wrapped(words), pad=12)


def wrapped(words: str, width: int = 62) -> str:
    from textwrap import fill

    return fill(words, width)


def caption(ax: Axes, words: str) -> Axes:
    """Sources and n, below the figure."""
    from textwrap import fill

    ax.figure.supxlabel(fill(words, 118), x=0.01, ha="left", fontsize=8.8, color="#555555")
    return ax


def nothing(ax: Axes, title: str, note: str) -> Axes:
    """An honest empty figure."""
    ax.set_axis_off()
    ax.text(0.5, 0.5, "nothing to show", ha="center", va="center", color="#777777", transform=ax.transAxes)
    set_title(ax, title)
    return caption(ax, note)


def short(name: str, most: int = LONGEST_NAME) -> str:
    return name if len(name) <= most else name[: most - 1].rstrip() + "…"


def plural(count: int, word: str) -> str:
    return word if count == 1 else f"{word}s"


def whole_numbers(axis: Axis) -> None:
    """Ticks at whole numbers only: counts have no halves."""
    from matplotlib.ticker import MaxNLocator

    axis.set_major_locator(MaxNLocator(integer=True))


def table_of(study: Study | pd.DataFrame, name: str) -> pd.DataFrame:
    """The study's table, or the table given instead of a study."""
    import pandas as pd

    return study if isinstance(study, pd.DataFrame) else study.table(name)


def of_event(rows: pd.DataFrame, event: str | None) -> pd.DataFrame:
    """One event's rows; the first event's where none is named."""
    if rows.empty:
        return rows
    return rows[rows["event_id"] == (event or rows["event_id"].iloc[0])]
