"""What can go wrong where people meet the system.

SurveyError
├── ConfigurationError      the installation is not set up
├── WaveUnknownError        404  no round has this link
├── WaveNotOpenError        403  the round opens later
├── WaveClosedError         410  the round is over
├── NonceSpentError         409  another body came under a nonce that is spent
├── TamperedError           422  a signed field was changed
├── BadEncodingError        400  the body is not clean UTF-8, or holds too many fields
├── StorageError            503  the database does not take the answers now
└── ReleaseError                 a release would show too much, or nothing

The doors (`respond/`, `cli/`) translate them; messages never hold an answer.
"""

from __future__ import annotations


class SurveyError(Exception):
    """Base of all errors of this room."""


class ConfigurationError(SurveyError):
    """The installation is not set up; the message says what to do."""


class WaveUnknownError(SurveyError):
    """No round has this link."""


class WaveNotOpenError(SurveyError):
    """The round opens later."""


class WaveClosedError(SurveyError):
    """The round is over."""


class NonceSpentError(SurveyError):
    """These answers differ from those that were received under the same nonce."""


class TamperedError(SurveyError):
    """A signed field was changed on its way."""


class BadEncodingError(SurveyError):
    """The body is not clean UTF-8 form content, or holds too many fields."""


class StorageError(SurveyError):
    """The database does not take the answers now; they are not lost if they are sent again."""


class ReleaseError(SurveyError):
    """A release was refused; the message says why and what to do."""
