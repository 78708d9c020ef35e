"""The keys of a team: age identities, their files, and what they open. Works without a network.

A key file is what ``age-keygen`` writes, so the command ``age`` can open everything without us.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pyrage
from pyrage.x25519 import Identity, Recipient

from survey.errors import SealError

#: How every age file begins; one that a passphrase opens names the scheme next.
AGE_HEADER = b"age-encryption.org/v1\n"
_PASSPHRASE_HEADER = AGE_HEADER + b"-> scrypt "
_SECRET = "AGE-SECRET-KEY-1"  # noqa: S105 - how every secret key begins
_SHORTEST_PASSPHRASE = 12


def new_identity() -> Identity:
    """Return a new secret key."""
    return Identity.generate()


def public_key(identity: Identity) -> str:
    """Return the public key that belongs to a secret key."""
    return str(identity.to_public())


def read_recipient(text: str) -> Recipient:
    """Return a public key to seal to.

    Raises
    ------
    SealError
        If `text` is none. The message never repeats it: it might be a secret key.
    """
    if text.strip().upper().startswith(_SECRET):
        raise SealError(
            "a recipient is a SECRET key; take it out of the file at once, make a new key with "
            "`sixfold key new` and give the public key, which begins with age1"
        )
    try:
        return Recipient.from_str(text.strip())
    except pyrage.RecipientError:
        raise SealError(
            "a recipient is no public key; copy the line that begins with age1 and that "
            "`sixfold key new` printed, letter by letter"
        ) from None


def write_identity(file: Path, identity: Identity, passphrase: str = "") -> None:
    """Write a secret key into a new file that its owner alone can read.

    Raises
    ------
    SealError
        If the file is there already, or the passphrase is short.
    """
    content = f"# public key: {public_key(identity)}\n{identity}\n".encode()
    if passphrase:
        if len(passphrase) < _SHORTEST_PASSPHRASE:
            raise SealError(
                f"the passphrase has fewer than {_SHORTEST_PASSPHRASE} characters; "
                "take five words that have nothing to do with each other"
            )
        content = pyrage.passphrase.encrypt(content, passphrase)
    write_new(file, content)


def write_new(file: Path, content: bytes) -> None:
    """Write a file that was not there, for its owner alone.

    Raises
    ------
    SealError
        If it is there already.
    """
    try:
        number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise SealError(f"{file} is there already and is left as it is; choose another") from None
    try:
        with os.fdopen(number, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(number)  # the only copy of a key must outlive a power cut
    except OSError:
        file.unlink()  # half a key, or half of the answers, is worse than none
        raise


def needs_passphrase(file: Path) -> bool:
    """Tell whether a key file is locked with a passphrase."""
    with file.open("rb") as stream:
        return stream.read(len(_PASSPHRASE_HEADER)) == _PASSPHRASE_HEADER


def read_identity(file: Path, passphrase: str = "") -> Identity:
    """Return the secret key of a file.

    Raises
    ------
    SealError
        If the passphrase does not open it, or it holds no secret key.
    """
    content = file.read_bytes()
    if content.startswith(_PASSPHRASE_HEADER):
        try:
            content = pyrage.passphrase.decrypt(content, passphrase)
        except pyrage.DecryptError:
            raise SealError(f"{file}: the passphrase does not open it; try again") from None
    lines = content.decode("utf-8", "replace").splitlines()
    for line in map(str.strip, lines):
        if line.upper().startswith(_SECRET):
            return parse_identity(line, str(file))
    raise SealError(
        f"{file} holds no secret key; give the file that `sixfold key new` wrote, "
        "or recovery shares with --share"
    )


def parse_identity(text: str, source: str) -> Identity:
    """Return the secret key that `text` spells; messages name its `source`, never the text."""
    try:
        return Identity.from_str(text.upper())
    except pyrage.IdentityError:
        raise SealError(
            f"{source}: the secret key is damaged; take another copy, or rebuild it from recovery "
            "shares with `sixfold key join`"
        ) from None


def seal_to(content: bytes, recipients: Sequence[str]) -> bytes:
    """Return `content` encrypted, so that each of the recipients alone can open it."""
    sealed: bytes = pyrage.encrypt(content, [read_recipient(each) for each in recipients])
    return sealed


def unseal(sealed: bytes, identities: Sequence[Identity]) -> bytes:
    """Return what was sealed.

    Raises
    ------
    SealError
        If none of the keys opens it, or it was changed.
    """
    try:
        content: bytes = pyrage.decrypt(sealed, identities)
    except pyrage.DecryptError:
        raise SealError(
            "no key that was given opens this, or it was changed; nothing is lost: "
            "try the key of another recipient, or recovery shares"
        ) from None
    return content
