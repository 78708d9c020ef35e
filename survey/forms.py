"""Read the body of a participant's page strictly, before anything else looks at it.

Werkzeug's own limits bind only multipart bodies, and it replaces bytes that are not UTF-8.
"""

from __future__ import annotations

import re
from io import BytesIO
from urllib.parse import parse_qs

from flask import Request, request
from werkzeug.exceptions import RequestEntityTooLarge

from survey.errors import BadEncodingError

BODY_LIMIT = 256_000
_FIELD_LIMIT = 2_000
#: Control characters but line ends, lone surrogates, and marks that override the direction of text.
UNCLEAN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")

Fields = dict[str, list[str]]


def read_body(sent: Request) -> bytes:
    """Return a body; one without a declared length is read just far enough to measure it.

    Raises
    ------
    BadEncodingError
        If it breaks off, or its pieces are none.
    RequestEntityTooLarge
        If it is longer than the limit.
    """
    if sent.content_length is not None:
        return sent.get_data()
    try:
        body: bytes = sent.environ["wsgi.input"].read(BODY_LIMIT + 1)
    except Exception:  # a server has errors of its own for pieces that are none
        sent.environ["wsgi.input"] = BytesIO()
        raise BadEncodingError from None
    sent.environ["wsgi.input"] = BytesIO(body)  # whoever tells of an error reads it again
    if len(body) > BODY_LIMIT:
        raise RequestEntityTooLarge
    return body


def read_fields(sent: Request) -> Fields:
    """Return every value of the form that was sent, by field name.

    Raises
    ------
    BadEncodingError
        If the body is not clean UTF-8 form content, or holds too many fields.
    RequestEntityTooLarge
        If the body is longer than the limit.
    """
    return fields_of(read_body(sent))


def fields_of(body: bytes) -> Fields:
    """Return every value of the form in `body`, by field name.

    Raises
    ------
    BadEncodingError
        If it is not clean UTF-8 form content, or holds too many fields.
    """
    try:
        fields = parse_qs(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(body),
            encoding="utf-8",
            errors="strict",
            max_num_fields=_FIELD_LIMIT,
        )
    except ValueError:
        raise BadEncodingError from None
    for name, values in fields.items():
        if any(map(UNCLEAN.search, (name, *values))):
            raise BadEncodingError
    return fields


def refuse_unclean() -> None:
    """Refuse a form of staff whose fields are not clean text; views read `request.form` later.

    Raises
    ------
    BadEncodingError
        If it is not clean UTF-8, or holds too many fields.
    """
    if request.method != "POST":
        return
    if request.mimetype == "application/x-www-form-urlencoded":
        read_fields(request)
    elif any(map(UNCLEAN.search, (*request.form.keys(), *request.form.values()))):
        raise BadEncodingError
