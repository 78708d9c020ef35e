"""Read the body of a participant's page strictly, before anything else looks at it.

Werkzeug's own limits bind only multipart bodies, and it replaces bytes that are not UTF-8.
"""

from __future__ import annotations

import unicodedata
from urllib.parse import parse_qs

from flask import Request

from survey.errors import BadEncodingError

BODY_LIMIT = 256_000
_FIELD_LIMIT = 2_000
_VALUE_LIMIT = 5_000 * 4
_LINE_ENDS = frozenset("\r\n\t")
#: Control characters, lone surrogates and the marks that override the direction of text.
_UNCLEAN = frozenset({"Cc", "Cs"})
_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

Fields = dict[str, list[str]]


def read_fields(request: Request) -> Fields:
    """Return every value of the form that was sent, by field name.

    Raises
    ------
    BadEncodingError
        If the body is not clean UTF-8 form content, or holds too many fields.
    RequestEntityTooLarge
        If the body is longer than the limit.
    """
    body = request.get_data()
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
    if not all(is_clean(text) for name in fields for text in (name, *fields[name])):
        raise BadEncodingError
    return fields


def is_clean(text: str) -> bool:
    """Tell whether `text` is free of control characters and direction overrides."""
    return not any(
        character in _OVERRIDES
        or (unicodedata.category(character) in _UNCLEAN and character not in _LINE_ENDS)
        for character in text
    )
