"""What can go wrong where people meet the system.

SurveyError
├── ConfigurationError      the installation is not set up
├── WaveUnknownError        404  no round has this link
├── WaveNotOpenError        403  the round opens later
├── WaveClosedError         410  the round is over
├── NonceSpentError         409  another body came under a nonce that is spent
├── CodeError               422  a code opens nothing: unknown, used, or of another round
├── TamperedError           422  a signed field was changed
├── BadEncodingError        400  the body is not clean UTF-8, or holds too many fields
├── ForeignPageError        403  a page of another site sent it
├── RefusedError                 an act of staff is refused, in words that can be translated
├── FullError               429  as many complaints came today as a day may bring
├── BusyError               503  too many passwords are being checked at once
├── StorageError            503  the database does not take the answers now
├── ParcelError             422  what a phone sent is no sealed response of its round
├── SealError                    a key, a share or sealed content cannot be used
├── BackupError                  a backup cannot be made, or not be read
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


class CodeError(SurveyError):
    """A code opens nothing; nobody is told whether it ever did."""


class TamperedError(SurveyError):
    """A signed field was changed on its way."""


class BadEncodingError(SurveyError):
    """The body is not clean UTF-8 form content, or holds too many fields."""


class ForeignPageError(SurveyError):
    """A page of another site sent this in a person's name."""


class RefusedError(SurveyError):
    """An act of staff is refused; pages of the desk say why in the reader's language.

    Attributes
    ----------
    words : str
        The message, with ``%(name)s`` for each value; its text is in English.
    values : dict of str to object
        What stands in these places.
    """

    def __init__(self, words: str, **values: object) -> None:
        super().__init__(words % values)
        self.words = words
        self.values = values


class BusyError(SurveyError):
    """Too many passwords are being checked at once; try again in a moment."""


class StorageError(SurveyError):
    """The database does not take the answers now; they are not lost if they are sent again."""


class ParcelError(SurveyError):
    """What a phone sent is no sealed response of its round; the message says what to mend."""


class SealError(SurveyError):
    """A key, a recovery share or sealed content cannot be used; the message says what to do."""


class BackupError(SurveyError):
    """A backup cannot be made or read; the message says why and what to do."""


class ReleaseError(SurveyError):
    """A release was refused; the message says why and what to do."""


class FullError(SurveyError):
    """As many complaints came to a round today as a day may bring; the page says what to do."""
