"""Material of a round: everything to print or to hand to the team, in each of its languages."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, request, url_for

from survey.desk.guard import place
from survey.desk.pages import TEAM, page, refused
from survey.errors import RefusedError
from survey.languages import words
from survey.messages import _
from survey.operations.clusters import drawn_clusters
from survey.operations.material import (
    FORM,
    INTERVIEWS,
    KIOSK,
    POSTER,
    Addresses,
    Paper,
    packed,
    papers_of,
    print_papers,
)
from survey.operations.waves import find_wave, localities_of
from survey.policy import allow
from survey.site import site

blueprint = Blueprint("material", __name__, url_prefix="/desk/rounds")

#: What each paper is, and what it is for.
KINDS = {
    POSTER: (_("Poster"), _("To hang up: what it is about, a code to scan, the address.")),
    FORM: (_("Paper form"), _("All questions, to fill in by hand and enter at the desk.")),
    KIOSK: (_("Shared device"), _("For the team: how to set it up, and what to do when.")),
    INTERVIEWS: (_("Interviews"), _("For the team: how to begin, and what to do when.")),
}
_GONE = _("This round has no such paper; load the page of its material again")


@blueprint.get("/<link>/material")
@allow(*TEAM, on="round")
def material_page(link: str) -> str:
    """Show what there is to print, by language."""
    with site().database.reading() as reading:
        wave = find_wave(reading, link)
        by_language = [
            (words(code), [each for each in papers_of(wave) if each.language == code])
            for code in wave.languages
        ]
    return page(
        "material", project=place().project, wave=wave, by_language=by_language, kinds=KINDS
    )


@blueprint.get("/<link>/material/<file>")
@allow(*TEAM, on="round")
def paper(link: str, file: str) -> Response | tuple[str, int]:
    """Hand one paper over, or all of them as ``all.zip``."""
    try:
        if file == "all.zip":
            return _file(packed(_printed(link, None)), "application/zip", file)
        return _file(_printed(link, file)[file], "application/pdf", file)
    except RefusedError as problem:
        return refused(problem)


def _printed(link: str, file: str | None) -> dict[str, bytes]:
    """Return the papers of a round, or the one with this name."""
    with site().database.reading() as reading:
        wave = find_wave(reading, link)
        wanted: Sequence[Paper] = [
            each for each in papers_of(wave) if file is None or each.name == file
        ]
        places = localities_of(reading, wave)
        has_clusters = bool(drawn_clusters(reading, wave))
    if not wanted:
        raise RefusedError(_GONE)
    desk = url_for("interview.interview", link=link, _external=True)
    addresses = Addresses(request.url_root, desk)
    return print_papers(wave, wanted, places, addresses, clusters=has_clusters)


def _file(content: bytes, kind: str, name: str) -> Response:
    reply = Response(content, mimetype=kind)
    reply.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return reply
