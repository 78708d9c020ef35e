"""Participants' pages: no login, no cookie, no script needed."""

from survey.respond.views import blueprint

__all__ = ["blueprint"]
