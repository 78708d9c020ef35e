"""A participant's way through the pages: what was answered so far, carried by the page itself.

Nothing is stored before the last page. The answers travel in one signed hidden field, so the
server can trust that they passed its checks, and no cookie ties the pages together.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from itsdangerous import BadData, URLSafeSerializer

from survey.errors import TamperedError

#: Where a visit stands before its first screen.
CONSENT = -1


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
    """

    language: str
    screen: int = CONSENT
    answers: dict[str, str] = field(default_factory=dict)
    nonce: str = field(default_factory=lambda: secrets.token_hex(16))

    def at(self, screen: int, answers: dict[str, str] | None = None) -> Visit:
        """Return the visit at another screen, with further answers."""
        return replace(self, screen=screen, answers=self.answers | (answers or {}))


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
        return self._serializer.dumps([visit.language, visit.screen, visit.answers, visit.nonce])

    def open(self, sealed: str) -> Visit:
        """Return the visit that a hidden field carries.

        Raises
        ------
        TamperedError
            If it was changed, or belongs to another wave.
        """
        try:
            language, screen, answers, nonce = self._serializer.loads(sealed)
        except BadData:
            raise TamperedError from None
        return Visit(language, screen, answers, nonce)
