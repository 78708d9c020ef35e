"""Interviews: the desk makes a ticket with which they begin, and sees nothing of them."""

from __future__ import annotations

from flask import Blueprint, request, url_for

from survey.desk.guard import place
from survey.desk.pages import TEAM, page
from survey.models import Role
from survey.models.wave import Door
from survey.operations.clusters import drawn_clusters
from survey.policy import allow
from survey.respond.doors import TICKET_LIFE, new_ticket
from survey.site import site

blueprint = Blueprint("interview", __name__, url_prefix="/desk/rounds")


@blueprint.get("/<link>/interview")
@allow(*TEAM, Role.ENUMERATOR, on="round")
def interview(link: str) -> str:
    """Show the address at which interviews of today begin, in the cluster that is visited."""
    wave = place().wave
    with site().database.reading() as reading:
        clusters = drawn_clusters(reading, wave) if wave else []
    asked = request.args.get("cluster")
    chosen = asked if asked in clusters or asked == "" else None
    has_door = wave is not None and Door.ENUMERATOR in wave.doors
    ticket = new_ticket(link, chosen or "")
    begin = url_for("doors.interview", link=link, ticket=ticket) if has_door else ""
    return page(
        "interview",
        wave=wave,
        begin=begin,
        hours=TICKET_LIFE // 3600,
        clusters=clusters,
        chosen=chosen,
    )
