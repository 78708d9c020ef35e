"""Nouns: what is stored. Only `operations/` writes them."""

from survey.models.base import Base
from survey.models.place import Place
from survey.models.release import Release
from survey.models.response import Inbox, Response, SpentNonce
from survey.models.wave import Wave

__all__ = ["Base", "Inbox", "Place", "Release", "Response", "SpentNonce", "Wave"]
