"""Words of the workshop that stand for codes: kinds of question, marks, acts, statuses."""

from __future__ import annotations

from survey.messages import _
from survey.operations.workshop.drafts import Act
from survey.operations.workshop.measures import COUNTS, TURNED
from survey.operations.workshop.things import OFF, Kind

#: Kinds of question, with the reason to choose each.
TYPES = {
    "likert": (_("An ordered scale"), _("One point of a scale that several questions share.")),
    "single": (_("One choice"), _("One answer of a short list without order.")),
    "multiple": (_("Several choices"), _("Every answer that applies.")),
    "grid": (_("A grid"), _("Several short lines on one scale; keep it short for phones.")),
    "ranking": (_("A ranking"), _("The first few of a list, in order.")),
    "best_worst": (_("Most and least"), _("The most and the least important of a few.")),
    "number": (_("A number"), _("A whole number between two ends.")),
    "date": (_("A date"), _("A year or a month; days can tell who somebody is.")),
    "text": (_("Own words"), _("Sealed to the team's keys: people may write what names them.")),
    "place": (_("The place of living"), _("From the round's list; results are shown by it.")),
    "votes": (_("Votes of a group"), _("How a group gives out what it has; for meetings.")),
    "list_experiment": (_("A list experiment"), _("Nobody learns what one person does.")),
    "crosswise": (_("A crosswise question"), _("Two statements answered as one.")),
}
MARKS = {
    "sensitive": (_("Sensitive"), _("The answer could hurt somebody. It can always be refused.")),
    "required": (_("Must be answered"), _("Only the place of living may ask for this.")),
    "na": (_("May not apply"), _("Offers an answer for those whom it does not concern.")),
    "reverse": (_("Turned round"), _("A high answer means little of what is measured.")),
    "random": (_("Choices in random order"), _("So that the first one has no advantage.")),
    "help": (_("Shows the help list"), _("For questions that may bring up what hurts.")),
    "sector": (_("Choices are sectors of needs"), _("For the scores of the needs assessment.")),
    OFF: (_("Switched off"), _("It stays in the file and is not asked; say why.")),
}
ACTS = {
    Act.EDITED: _("edited"),
    Act.ADDED: _("added"),
    Act.MOVED: _("moved"),
    Act.REMOVED: _("removed"),
    Act.TRANSLATED: _("words changed or reviewed"),
    Act.SIGNED: _("signed off"),
    Act.RESTORED: _("earlier version brought back"),
    Act.PUBLISHED: _("published"),
}
STATUSES = {
    "draft": _("draft"),
    "reviewed": _("reviewed"),
    "tested": _("tested with people"),
}
KINDS = {
    Kind.ITEM: _("Question"),
    Kind.SECTION: _("Section"),
    Kind.SCALE: _("Scale"),
    Kind.DIMENSION: _("Dimension"),
    Kind.GROUP: _("Questions asked in turns"),
    Kind.CALCULATION: _("Calculation"),
}
#: What the page of a thing says first.
FIRST = {
    Kind.ITEM: _(
        "Its words stand side by side, so that every language asks the same. "
        "The name stays: answers are stored under it."
    ),
    Kind.SECTION: _("Its title stands above its questions; its condition holds for all of them."),
    Kind.SCALE: _("A change here changes the answers of every question on this scale."),
    Kind.DIMENSION: _(
        "One score from 0 to 100, of the questions that count for it. It stands for itself: "
        "dimensions are never made into one number."
    ),
    Kind.GROUP: _("Its questions are asked again for each person or thing."),
    Kind.CALCULATION: _(
        "It is made of answers, and conditions may name it as they name a question."
    ),
}
RULES = {
    "mean": _("Mean of its questions"),
    "composite": _("Mean of other scores"),
    "acts": _("Share of acts done at least once"),
    "frequency": _("How often the acts of another score were done"),
}
ROLES = {
    "dimension": _("A dimension of its own"),
    "subscale": _("A part of a dimension"),
    "facet": _("A closer look at some questions of a dimension"),
    "extra": _("Beside the dimensions, never among them"),
}
#: Whether a question counts for a score, and in which direction.
COUNTING = {
    "": _("does not count"),
    COUNTS: _("counts"),
    TURNED: _("counts, turned round"),
}
#: Whether the files of a published version are what was published.
STATES = {
    "whole": _("unchanged"),
    "changed": _("changed on the server since: do not use it"),
    "missing": _("its files are missing"),
}
DIFFERENCES = {
    "added": _("new"),
    "removed": _("taken out"),
    "moved": _("moved"),
    "changed": _("changed"),
}
#: What some words are for, by the table in which they stand.
TABLES = {
    "item": _("The question"),
    "hint": _("Hint below the question"),
    "choice": _("Answer"),
    "row": _("Line"),
    "constraint": _("What is said when an answer breaks the rule"),
    "domain": _("Short name for reports"),
    "variant": _("Other wording"),
    "section": _("Section"),
    "scale": _("Point of the scale"),
    "dimension": _("Dimension"),
    "group": _("Questions asked in turns"),
}
