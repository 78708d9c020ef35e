"""Packs of codes: made at the desk, handed over once as a file, and kept nowhere."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for

from survey.account import entry
from survey.desk.guard import place
from survey.desk.pages import FRESH, TEAM, page, refused, to, writing
from survey.errors import RefusedError, SurveyError
from survey.messages import _
from survey.models.wave import Door
from survey.operations.codes import LARGEST_PACK, make_pack, void_codes
from survey.operations.paper import print_pack
from survey.operations.waves import find_wave
from survey.policy import allow
from survey.site import site

blueprint = Blueprint("codes", __name__, url_prefix="/desk/rounds")

_TYPES = {"pdf": "application/pdf", "csv": "text/csv"}


@blueprint.get("/<link>/codes")
@allow(*TEAM, on="round")
def codes_page(link: str) -> str:
    """Offer to make a pack. How many codes are left is not said: it would count who came."""
    wave = place().wave
    has_door = wave is not None and Door.CODES in wave.doors
    return page("codes", wave=wave, has_door=has_door, most=LARGEST_PACK)


@blueprint.post("/<link>/codes")
@allow(*TEAM, on="round")
def make(link: str) -> Response | tuple[str, int]:
    """Make a pack and hand it over as a file."""
    again = entry.require_fresh(FRESH)
    if again:
        return again
    kind = request.form.get("kind", "pdf")
    try:
        if kind not in _TYPES:
            raise RefusedError(_("a pack is made as a PDF or as CSV; choose one of the list"))
        with writing() as session:
            wave = find_wave(session, link)
            key = site().settings.lasting_key()
            pack = make_pack(session, wave, _count(request.form.get("count", "")), key)
        content = print_pack(wave, pack, request.url_root, kind)
    except SurveyError as error:
        return refused(error)
    reply = Response(content, mimetype=_TYPES[kind])
    reply.headers["Content-Disposition"] = f'attachment; filename="codes.{kind}"'
    return reply


@blueprint.post("/<link>/codes/void")
@allow(*TEAM, on="round")
def void(link: str) -> Response:
    """Make all codes void that nobody has used."""
    again = entry.require_fresh(FRESH)
    if again:
        return again
    with writing() as session:
        void_codes(session, find_wave(session, link))
    return to(url_for(".codes_page", link=link))


def _count(written: str) -> int:
    """Return the number that was written; 0, which no pack has, for anything else."""
    return int(written) if written.strip().isdecimal() and len(written) < 9 else 0
