"""Hash or check one password, in a process that ends with it: ``python -m`` runs this file.

It reads one list from its input, ``["hash", PASSWORD]`` or ``["check", PASSWORD, STORED]``, and
writes the hash, or whether they fit with the new hash if the stored one is of another cost.
"""

from __future__ import annotations

import json
import sys

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

#: 64 MiB, three passes, four lanes; the same as `survey.operations.passwords.COST`.
HASHER = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4, type=Type.ID)


def hashed(password: str) -> str:
    """Return the hash that is stored."""
    return HASHER.hash(password)


def checked(password: str, stored: str) -> tuple[bool, str | None]:
    """Tell whether `password` fits, and give its hash at today's cost if that is another."""
    try:
        HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False, None
    return True, hashed(password) if HASHER.check_needs_rehash(stored) else None


if __name__ == "__main__":
    _work, *_given = json.load(sys.stdin)
    _done = hashed(*_given) if _work == "hash" else checked(*_given)
    json.dump(_done, sys.stdout)
