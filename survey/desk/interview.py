"""Interviews: the desk makes a ticket with which they begin, and sees nothing of them."""

from __future__ import annotations

from flask import Blueprint, url_for

from survey.desk.guard import place
from survey.desk.pages import TEAM, page
from survey.models import Role
from survey.models.wave import Door
from survey.policy import allow
from survey.respond.doors import TICKET_LIFE, new_ticket

blueprint = Blueprint("interview", __name__, url_prefix="/desk/rounds")


@blueprint.get("/<link>/interview")
@allow(*TEAM, Role.ENUMERATOR, on="round")
def interview(link: str) -> str:
    """Show the address at which interviews of today begin."""
    wave = place().wave
    has_door = wave is not None and Door.ENUMERATOR in wave.doors
    begin = url_for("doors.interview", link=link, ticket=new_ticket(link)) if has_door else ""
    return page("interview", wave=wave, begin=begin, hours=TICKET_LIFE // 3600)
