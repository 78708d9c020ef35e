"""One account of each role for the demo, with passwords made for this instance alone."""

from __future__ import annotations

import secrets
import time
from pathlib import Path

from survey.db import Database
from survey.models import Role
from survey.operations.members import add_staff
from survey.operations.passwords import Passwords
from survey.operations.staff import change_password, make_staff, use_link


def make_demo_accounts(database: Database, folder: Path) -> list[dict[str, str]]:
    """Make the accounts through the same links as everybody's; return how to sign in.

    They ask for no second factor, so that a visitor of the demo can look around: nobody in it is
    real. The caller keeps the passwords in a file of the instance that only its owner can read.
    """
    made = []
    for role in Role:
        email, password = f"{role}@demo.example", secrets.token_urlsafe(12)
        hashed, now = Passwords(folder).hashed(password), int(time.time())
        with database.writing() as session:
            staff = make_staff(session, email, factor_required=False)
            _project, token = add_staff(session, email, role, None, now)
            if token is not None:
                use_link(session, token, hashed, now)
            else:  # an interrupted demo has made the account before
                change_password(session, staff.id, hashed)
        made.append({"role": str(role), "email": email, "password": password})
    return made
