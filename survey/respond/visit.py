"""A participant's way through the pages: what was answered so far, carried by the page itself.

Nothing is stored before the last page. The answers travel in one signed hidden field, so the
server can trust that they passed its checks, and no cookie ties the pages together.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import time
import zlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from itsdangerous import BadData, URLSafeSerializer
from itsdangerous.encoding import base64_decode

from survey.errors import TamperedError
from survey.forms import UNCLEAN
from survey.models.wave import Door
from survey.operations.codes import LONGEST

#: Where a visit stands before its first screen.
CONSENT = -1

#: Bytes of the longest visit that is read without its signature.
_LARGEST = 200_000
_NONCE = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Visit:
    """How far a participant has come.

    Attributes
    ----------
    language : str
        The language of the pages.
    screen : int
        Index of the screen that is shown; -1 is consent, one past the last is the review.
    answers : dict of str to str
        Valid answers so far, by item.
    nonce : str
        Random token of 128 bits; the same visit is stored once.
    door : str
        The way in: ``open``, ``kiosk`` or ``enumerator``; only a signed field can say the others.
    code : str
        The code that was typed, in rounds that need one; nothing tells whether it opens anything.
    cluster : str
        The drawn cluster that an interview belongs to; empty for none.
    made : int
        When its page was made, in seconds, at a kiosk, and its ticket at an interview; other
        pages do not tell, and nothing stores it.
    """

    language: str
    screen: int = CONSENT
    answers: dict[str, str] = field(default_factory=dict)
    nonce: str = field(default_factory=lambda: secrets.token_hex(16))
    door: str = Door.OPEN
    code: str = ""
    made: int = 0
    cluster: str = ""

    def at(self, screen: int, answers: dict[str, str] | None = None) -> Visit:
        """Return the visit at another screen, with further answers."""
        return replace(self, screen=screen, answers=self.answers | (answers or {}))

    @property
    def is_blank(self) -> bool:
        """Whether it carries nothing, so that its first page is the same for everybody."""
        return not self.answers and not self.code and self.door == Door.OPEN

    @property
    def age(self) -> int:
        """How many seconds ago the page of a kiosk was made, or the ticket of an interview."""
        return int(time.time()) - self.made


class Seal:
    """Signs visits of one wave and opens them again.

    `keys` is the secret key, or several with the newest last: it signs, and each of them opens.
    """

    def __init__(self, keys: str | Sequence[str], link: str) -> None:
        self._serializer = URLSafeSerializer(
            keys, salt=f"visit {link}", signer_kwargs={"digest_method": hashlib.sha256}
        )

    def close(self, visit: Visit) -> str:
        """Return the hidden field that carries `visit`."""
        told = [visit.language, visit.screen, visit.answers, visit.nonce]
        came: dict[str, str | int] = {"door": str(visit.door), "code": visit.code}
        if visit.door == Door.KIOSK:
            came["made"] = int(time.time())
        elif visit.door == Door.ENUMERATOR:
            came["made"] = visit.made
        if visit.cluster:
            came["cluster"] = visit.cluster
        is_usual = visit.door == Door.OPEN and not visit.code
        return self._serializer.dumps(told if is_usual else [*told, came])

    def open(self, sealed: str) -> Visit:
        """Return the visit that a hidden field carries.

        Raises
        ------
        TamperedError
            If it was changed, or belongs to another wave.
        """
        try:
            language, screen, answers, nonce, *came = self._serializer.loads(sealed)
        except BadData:
            raise TamperedError from None
        return Visit(language, screen, answers, nonce, **(came[0] if came else {}))

    def read(self, sealed: str) -> Visit | None:
        """Return what a hidden field says that nobody vouches for; none if it says nothing.

        A page that stayed open while the key was changed still holds its answers. They may be
        anything: whoever goes on with them checks each of them.
        """
        payload = sealed.rpartition(".")[0]
        with suppress(BadData, zlib.error, ValueError, RecursionError):
            content = base64_decode(payload.removeprefix("."))
            if payload.startswith("."):  # whoever made it may have made it to fill our memory
                content = zlib.decompressobj().decompress(content, _LARGEST)
            return _visit_if_one(json.loads(content))
        return None


@lru_cache(maxsize=64)
def seal_of(keys: tuple[str, ...], link: str) -> Seal:
    """Return the seal of the wave under `link`: the same for all its pages."""
    return Seal(keys, link)


def _visit_if_one(content: object) -> Visit | None:
    """Return the visit that `content` describes, if it is one of ours by its looks."""
    match content:
        case [str(language), int(screen), dict(answers), str(nonce)] if _NONCE.fullmatch(
            nonce
        ) and all(_is_clean(each) for each in answers.values()):
            return Visit(language, screen, answers, nonce)
        case [*told, {"code": str(code)} as came] if len(told) == 4 and _is_clean(code, LONGEST):
            # A code opens something or not, whoever brings it. The way in must be signed, but for
            # a kiosk, where anybody can begin.
            found = _visit_if_one(told)
            return found and replace(found, code=code, **_kiosk(came))
    return None


def _kiosk(came: object) -> dict[str, Any]:
    """Return the way in of a visit, and the age of its page, if it says that it is at a kiosk."""
    match came:
        case {"door": Door.KIOSK, "made": int(made)}:
            return {"door": Door.KIOSK, "made": made}
    return {}


def _is_clean(said: object, longest: int = _LARGEST) -> bool:
    return isinstance(said, str) and len(said) <= longest and not UNCLEAN.search(said)
