"""Pages that are the same for everybody but for one hidden field: made once, filled per visit.

Most of the work of sending a page is compressing it. What comes before the field and after it is
compressed once, into blocks that know nothing of each other; with those of the field between them
they are one gzip stream.
"""

from __future__ import annotations

import zlib
from struct import pack

from flask import Response

#: Where the hidden field goes; templates write it.
HOLE = "<!--state-->"

_LEVEL = 6
_RAW = -15  # deflate without a header
_GZIP = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"


class Shell:
    """A page with a hole for the hidden field."""

    def __init__(self, page: str) -> None:
        before, _, after = page.partition(HOLE)
        self._before, self._after = before.encode(), after.encode()
        self._sum = zlib.crc32(self._before)
        self._start = _deflated(self._before)
        self._end = _deflated(self._after, zlib.Z_FINISH)

    def fill(self, field: str) -> bytes:
        """Return the page with its field."""
        return self._before + field.encode() + self._after

    def fill_packed(self, field: str) -> bytes:
        """Return the page with its field, as a gzip stream."""
        middle = field.encode()
        check = zlib.crc32(self._after, zlib.crc32(middle, self._sum))
        length = len(self._before) + len(middle) + len(self._after)
        ends = pack("<LL", check, length & 0xFFFFFFFF)
        return b"".join((_GZIP, self._start, _deflated(middle), self._end, ends))


class FilledPage(Response):
    """A reply that shows a shell with its field, and can be had packed."""

    def __init__(self, shell: Shell, field: str) -> None:
        super().__init__(shell.fill(field), mimetype="text/html")
        self._shell, self._field = shell, field

    def packed(self) -> bytes:
        """Return the page as a gzip stream."""
        return self._shell.fill_packed(self._field)


def _deflated(part: bytes, flush: int = zlib.Z_FULL_FLUSH) -> bytes:
    """Return blocks that refer to nothing before them, and end on a whole byte."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _RAW)
    return packer.compress(part) + packer.flush(flush)
