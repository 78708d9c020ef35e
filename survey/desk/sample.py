"""The sample of a round: how it is drawn, how large, where; kept in the draft with its seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, request

from survey.desk.drafting import (
    Reply,
    must_find,
    read_draft,
    seen_version,
    show_step,
    step_address,
)
from survey.desk.fields import Field, Kind, Option, read_form
from survey.desk.localities import file_content
from survey.desk.pages import TEAM, to, writing
from survey.errors import RefusedError, SurveyError
from survey.messages import _
from survey.models.wave import Sampling
from survey.operations.draft_documents import sampling_of
from survey.operations.drafts import change_draft
from survey.operations.gate import SMALL
from survey.operations.sample_plans import (
    DRAWS,
    METHODS,
    draw,
    earlier_seeds,
    reckon,
    share_out,
    small_strata,
    strata_of_places,
)
from survey.policy import allow

blueprint = Blueprint(
    "sample", __name__, url_prefix="/desk/projects/<int:project_id>/drafts/<int:draft_id>/sample"
)

CHANGED = _("Somebody else changed this meanwhile. What you typed is below, and theirs is kept.")

DESIGN = Field(
    "design",
    _("How people are chosen"),
    _("The report claims no more than this allows."),
    Kind.ONE,
    (
        Option(
            Sampling.CONVENIENCE,
            _("Whoever comes"),
            _("Open links and meetings. The report speaks of those who answered, without margins."),
        ),
        Option(
            Sampling.PROBABILITY,
            _("Drawn by chance"),
            _("Everybody had a known chance of being asked. Margins of error are right only then."),
        ),
        Option(
            Sampling.CENSUS,
            _("Everybody is asked"),
            _("For a small community of which nobody is left out."),
        ),
    ),
)


def _numbers(*named: tuple[str, str, str]) -> tuple[Field, ...]:
    return tuple(Field(name, label, why, Kind.NUMBER) for name, label, why in named)


RECKONING = _numbers(
    ("margin", _("Margin wanted, in points"), _("Scores and percentages run from 0 to 100.")),
    ("change", _("Or: change to be found, in points"), _("Between this round and another.")),
    ("respondents", _("Or: people who answer"), _("What do so many answers tell?")),
    ("sd", _("Spread of a score"), _("Its standard deviation; 20 when nothing is known.")),
    ("percent", _("Or: expected percentage"), _("Of a yes/no answer; 50 is the safest guess.")),
    ("cluster_size", _("People asked in a cluster"), _("1 when they are drawn one by one.")),
    ("rho", _("How alike people of a cluster are"), _("0 to 1; 0.06 is usual for trust.")),
    ("weights", _("Design effect of weights"), _("1 when all weights are alike.")),
    ("population", _("People there are"), _("Only when they are few.")),
    ("response", _("Of 100 asked, how many answer"), _("People who are away or decline.")),
    ("level", _("Confidence, in percent"), _("95 is usual.")),
    ("power", _("Chance to find the change, in percent"), _("80 is usual.")),
)
_METHOD_WORDS = {
    "proportional": _("as many as people live there"),
    "equal": _("the same number in each"),
    "power": _("in between: small places get more"),
}
ALLOCATION = (
    *_numbers(("total", _("People to ask in all"), _("From the calculation above."))),
    Field(
        "method",
        _("How they are shared out"),
        _("Equal numbers compare places well; proportional ones describe the whole well."),
        Kind.ONE,
        tuple(Option(method, _METHOD_WORDS[method]) for method in METHODS),
    ),
    *_numbers(("minimum", _("At least in each stratum"), _("Below 60, results are flagged."))),
)
_DRAW_WORDS = {"pps": _("in proportion to size"), "systematic": _("all alike")}
DRAW = (
    *_numbers(("clusters", _("Clusters to draw"), _("More clusters tell more than more people."))),
    Field(
        "method",
        _("Chance of each cluster"),
        _("In proportion to size, with the same number of people in each, weights stay alike."),
        Kind.ONE,
        tuple(Option(method, _DRAW_WORDS[method]) for method in DRAWS),
    ),
    *_numbers(
        ("minimum", _("At least in each stratum"), _("Two, or the error cannot be estimated.")),
        ("seed", _("Seed"), _("Empty: a new one is made and kept, so anybody can draw again.")),
    ),
)


@blueprint.get("")
@allow(*TEAM, on="project")
def plan(project_id: int, draft_id: int) -> str:
    """Show the plan of the sample."""
    return _show(project_id, draft_id)


@blueprint.post("")
@allow(*TEAM, on="project")
def save(project_id: int, draft_id: int) -> Reply:
    """Keep how people are chosen."""
    return _keep(
        project_id, draft_id, "sample", lambda _document: read_form([DESIGN], request.form)
    )


@blueprint.post("/size")
@allow(*TEAM, on="project")
def size(project_id: int, draft_id: int) -> Reply:
    """Reckon how many to ask, or what so many answers tell."""
    typed = read_form(RECKONING, request.form)
    return _keep(
        project_id,
        draft_id,
        "reckoning",
        lambda _document: {"typed": typed, "result": reckon(typed)},
    )


@blueprint.post("/allocation")
@allow(*TEAM, on="project")
def allocation(project_id: int, draft_id: int) -> Reply:
    """Share a number of people out over the strata of the localities."""
    typed = read_form(ALLOCATION, request.form)
    return _keep(
        project_id,
        draft_id,
        "allocation",
        lambda document: {"typed": typed, "rows": share_out(document, typed)},
    )


@blueprint.post("/draw")
@allow(*TEAM, on="project")
def draw_clusters(project_id: int, draft_id: int) -> Reply:
    """Draw clusters, from a frame that is uploaded or from the localities; the seed is kept."""
    typed = read_form(DRAW, request.form)
    file = request.files.get("frame")
    return _keep(
        project_id,
        draft_id,
        "draw",
        lambda document: {
            "typed": typed,
            **draw(document, typed, file_content(file) if file and file.filename else None),
            "earlier": earlier_seeds(document),
        },
    )


@blueprint.post("/quotas")
@allow(*TEAM, on="project")
def quotas(project_id: int, draft_id: int) -> Reply:
    """Keep how many answers are wanted from each stratum."""
    return _keep(project_id, draft_id, "quotas", _quotas)


def _quotas(document: Mapping[str, Any]) -> dict[str, str]:
    strata = strata_of_places(document)
    typed = {
        stratum: request.form.get(f"quota-{number}", "").strip()
        for number, stratum in enumerate(strata)
    }
    for wanted in typed.values():
        if wanted and not (wanted.isdecimal() and len(wanted) < 8):
            raise RefusedError(_("a quota is a whole number of people, or empty"))
    return typed


def _keep(
    project_id: int, draft_id: int, part: str, make: Callable[[Mapping[str, Any]], object]
) -> Reply:
    """Store a part of the plan; what cannot be reckoned is said, and what was typed stays."""
    try:
        # Before writing begins: nobody who answers shall wait for a calculation.
        made = make(read_draft(project_id, draft_id)[0].document)
        with writing() as session:
            draft = must_find(session, project_id, draft_id)
            clash = change_draft(session, draft, part, made, seen_version())
    except SurveyError as problem:
        return _show(project_id, draft_id, problem, part), 422
    if clash is not None:
        return _show(project_id, draft_id, RefusedError(CHANGED), part), 409
    return to(f"{step_address('sample', project_id, draft_id)}#{part}")


def _show(
    project_id: int, draft_id: int, problem: SurveyError | None = None, part: str = ""
) -> str:
    draft, _gaps = read_draft(project_id, draft_id)
    kept = draft.document
    typed = {
        "reckoning": (kept.get("reckoning") or {}).get("typed", {}),
        "allocation": (kept.get("allocation") or {}).get("typed", {}),
        "draw": (kept.get("draw") or {}).get("typed", {}),
        "quotas": kept.get("quotas") or {},
    }
    if part in typed:
        typed[part] = _retyped(part, kept)
    return show_step(
        "sample",
        project_id,
        draft_id,
        "sample",
        design=[DESIGN],
        claimed=sampling_of(kept),
        forms={"reckoning": RECKONING, "allocation": ALLOCATION, "draw": DRAW},
        filled=typed,
        strata=strata_of_places(kept),
        small=small_strata(kept, SMALL),
        smallest=SMALL,
        refusal=problem,
        is_spoken=isinstance(problem, RefusedError),
        refused_part=part,
        labels={field.name: field.label for field in (*RECKONING, *ALLOCATION, *DRAW)},
    )


def _retyped(part: str, kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was just typed into a form, so that a refusal loses nothing."""
    forms = {"reckoning": RECKONING, "allocation": ALLOCATION, "draw": DRAW}
    if part in forms:
        return read_form(forms[part], request.form)
    return {
        stratum: request.form.get(f"quota-{number}", "")
        for number, stratum in enumerate(strata_of_places(kept))
    }
