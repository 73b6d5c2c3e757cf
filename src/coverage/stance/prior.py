"""What the codebook says before any label is seen: prior coefficients of the stance model.

Each line is a rule of `../shared/data/gold/CODEBOOK.md` in numbers: the outlet's own verdict weighs more than a quoted
one, the headline more than the text, attributed figures and mere plans are neutral. The regression is drawn towards
these instead of towards zero, so that features seldom seen in the labels keep the codebook's meaning.
"""

from __future__ import annotations

# feature: (rejects, amplifies, neutral), in the order of `coverage.stance.model.CLASSES`
PRIOR: dict[str, tuple[float, float, float]] = {
    "verdict own headline": (1.5, -0.5, -0.5),
    "verdict own text": (1.5, -1.0, -0.3),
    "verdict own twice": (0.7, -0.3, -0.3),
    "verdict quoted headline": (0.5, -0.3, 0.0),
    "verdict quoted text": (0.5, -0.6, 0.3),
    "hedge own": (0.7, -0.5, 0.0),
    "hedge quoted": (0.2, -0.2, 0.0),
    "blessing own headline": (-0.7, 1.3, -0.3),
    "blessing own text": (-1.0, 1.5, -0.3),
    "blessing own twice": (-0.4, 0.8, -0.3),
    "blessing quoted headline": (-0.3, 0.5, 0.2),
    "blessing quoted text": (-0.3, 0.3, 0.2),
    "figures own headline": (-0.3, 0.7, 0.0),
    "figures own text": (-0.3, 0.7, 0.0),
    "figures quoted headline": (0.0, 0.0, 0.3),
    "figures quoted text": (0.0, 0.0, 0.3),
    "plan": (-0.2, -0.2, 0.5),
    "distance": (0.2, -0.6, 0.4),
    "territory rejects": (0.3, -0.5, 0.0),
    "territory amplifies": (-0.5, 0.5, 0.0),
    "territory neutral": (0.1, -0.3, 0.2),
    "only against": (0.8, -0.8, -0.3),
    "only for": (-0.8, 0.8, -0.3),
    "a reply": (-0.8, 0.1, 0.7),
    "both ways": (-0.2, -0.2, 0.8),
    "both ways, own verdict": (1.4, -1.2, -0.2),
    "both sides speak": (-0.2, -0.2, 0.4),
    "both ways, nothing own": (-0.8, -0.8, 1.2),
    "neither way": (-0.7, -0.3, 0.7),
    "only a plan": (-0.2, -0.3, 0.5),
}
