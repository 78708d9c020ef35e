"""The words of the stakeholder map that the questionnaire has not: its grids and their cells."""

from __future__ import annotations

from dataclasses import dataclass

from survey.messages import _


@dataclass(frozen=True)
class Grid:
    """What a grid is called, what it is for, and its rows and columns from high to low."""

    title: str
    purpose: str
    down: str
    across: str
    rows: tuple[str, str, str]
    columns: tuple[str, str, str]


GRIDS = {
    "grid": Grid(
        _("Influence and interest"),
        _("Whom to keep close, satisfied or informed: the middle of what raters say."),
        _("Influence"),
        _("Interest"),
        (_("Influence: high"), _("Influence: middle"), _("Influence: low")),
        (_("Interest: high"), _("Interest: middle"), _("Interest: low")),
    ),
    "partnership": Grid(
        _("Capacity and willingness"),
        _("With whom working together could begin now, and what it takes with others."),
        _("Capacity"),
        _("Willingness"),
        (_("Capacity: high"), _("Capacity: middle"), _("Capacity: low")),
        (_("Willingness: high"), _("Willingness: middle"), _("Willingness: low")),
    ),
}
#: What each cell means, by the grid and its two bands.
CELLS = {
    "keep close": _("Keep close"),
    "keep satisfied": _("Keep satisfied"),
    "keep informed": _("Keep informed"),
    "watch": _("Watch"),
    "ready partner": _("Ready partner"),
    "build capacity": _("Build capacity"),
    "persuade": _("Persuade"),
    "middle": _("Middle: talk about it"),
}
