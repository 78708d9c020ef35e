"""The door for phones that work without a network and send later."""

from survey.sync.views import blueprint

__all__ = ["blueprint"]
