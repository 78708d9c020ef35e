"""Passkeys: what the browser is asked to sign, and whether it did.

The challenge waits in the session, on the server. The browser's answer comes back in a hidden
field of an ordinary form, so that no page of ours needs to open a connection by script.
"""

from __future__ import annotations

import json

from flask import request, session
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    UserVerificationRequirement,
)

from survey.account.accounts import ISSUER, Account
from survey.models import Passkey

_CHALLENGE = "passkey_challenge"
#: What the library lets out of an answer that no browser sends: odd CBOR, and lists too deep.
_ODD = (WebAuthnException, ValueError, LookupError, TypeError, AttributeError, RecursionError)


def registration_request(account: Account, known: list[Passkey]) -> str:
    """Return what an authenticator is asked in order to make a new passkey, as JSON."""
    options = generate_registration_options(
        rp_id=_host(),
        rp_name=ISSUER,
        user_name=account.email,
        user_id=str(account.id).encode(),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=each.id) for each in known],
        authenticator_selection=AuthenticatorSelectionCriteria(
            user_verification=UserVerificationRequirement.PREFERRED
        ),
    )
    session[_CHALLENGE] = bytes_to_base64url(options.challenge)
    return str(options_to_json(options))


def registered(account: Account, answer: str, name: str) -> Passkey | None:
    """Return the passkey that `answer` makes, if it answers our question."""
    challenge = session.pop(_CHALLENGE, "")
    try:
        verified = verify_registration_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=_host(),
            expected_origin=_origin(),
        )
    except _ODD:
        return None
    return Passkey(
        id=verified.credential_id,
        staff_id=account.id,
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
        name=name[:40] or "passkey",
    )


def signing_request(known: list[Passkey]) -> str:
    """Return what an authenticator is asked in order to prove itself, as JSON."""
    options = generate_authentication_options(
        rp_id=_host(),
        allow_credentials=[PublicKeyCredentialDescriptor(id=each.id) for each in known],
    )
    session[_CHALLENGE] = bytes_to_base64url(options.challenge)
    return str(options_to_json(options))


def signed_by(known: list[Passkey], answer: str) -> tuple[Passkey, int] | None:
    """Return the passkey that signed, and how often it has signed now; nothing if none did."""
    challenge = session.pop(_CHALLENGE, "")
    try:
        named = base64url_to_bytes(json.loads(answer)["id"])
        passkey = next(each for each in known if each.id == named)
        verified = verify_authentication_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=_host(),
            expected_origin=_origin(),
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
        )
    except (*_ODD, StopIteration):
        return None
    return passkey, verified.new_sign_count


def _host() -> str:
    return request.host.rpartition(":")[0] or request.host


def _origin() -> str:
    return request.host_url.rstrip("/")
