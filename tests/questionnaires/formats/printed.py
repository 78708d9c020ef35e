"""What a reader finds in a PDF that typst wrote: its letters, in the order they are drawn."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

_STREAM = re.compile(rb"\n(\d+) 0 obj\n(?:(?!endobj).)*?stream\r?\n(.*?)\nendstream", re.DOTALL)
_PAGE = re.compile(rb"<</Type/Page/Resources (\d+) 0 R.*?/Contents (\d+) 0 R")
_FONTS = re.compile(rb"\n(\d+) 0 obj\n(?:(?!endobj).)*?/Font<<(.*?)>>", re.DOTALL)
_FONT = re.compile(rb"/(f\d+) (\d+) 0 R")
_UNICODE = re.compile(rb"\n(\d+) 0 obj\n(?:(?!endobj).)*?/ToUnicode (\d+) 0 R", re.DOTALL)
_PAIR = re.compile(rb"<([0-9A-F]{4})> <([0-9A-F]+)>")
#: A string may hold brackets that are not escaped, as long as they close again.
_INNER = rb"(?:\\.|[^\\()])*"
for _ in range(4):
    _INNER = rb"(?:\\.|[^\\()]|\(" + _INNER + rb"\))*"
_STRING = re.compile(rb"\((" + _INNER + rb")\)", re.DOTALL)
_SHOWN = re.compile(
    rb"/(f\d+) [\d.]+ Tf|(\(" + _INNER + rb"\)|\[(?:\(" + _INNER + rb"\)|[^\]()])*\])\s*T[jJ]",
    re.DOTALL,
)
_AT_LEFT = re.compile(rb"q 1 0 0 -1 48\.18\d* [\d.]+ cm[^\n]*\nBT")
_ESCAPED = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
_NAMED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def printed(pdf: bytes) -> str:
    """Return every letter of `pdf` in the order it is drawn, without spaces."""
    streams = {int(number): _content(raw) for number, raw in _STREAM.findall(pdf)}
    letters = {
        font: {code: _letters(meant) for code, meant in _PAIR.findall(streams[int(table)])}
        for font, table in _UNICODE.findall(pdf)
    }
    fonts = {
        resources: {name: letters[number] for name, number in _FONT.findall(found)}
        for resources, found in _FONTS.findall(pdf)
    }
    pages = [(streams[int(content)], fonts[known]) for known, content in _PAGE.findall(pdf)]
    return unspaced("".join(letter for page in pages for letter in _drawn(*page)))


def at_left_edge(pdf: bytes) -> int:
    """Return how many pieces of text begin at the left edge of the page, 17 mm from its end."""
    pages = [_content(raw) for _, raw in _STREAM.findall(pdf)]
    return sum(len(_AT_LEFT.findall(page)) for page in pages)


def unspaced(words: str) -> str:
    """Return `words` as `printed` gives them."""
    return "".join(words.split())


def _content(raw: bytes) -> bytes:
    try:
        return zlib.decompress(raw)
    except zlib.error:
        return raw


def _letters(code: bytes) -> str:
    return bytes.fromhex(code.decode()).decode("utf-16-be")


def _drawn(page: bytes, fonts: dict[bytes, dict[bytes, str]]) -> Iterator[str]:
    known: dict[bytes, str] = {}
    for font, shown in _SHOWN.findall(page):
        known = fonts[font] if font else known
        for string in _STRING.findall(shown):
            glyphs = _ESCAPED.sub(_unescaped, string)
            for place in range(0, len(glyphs), 2):
                yield known[glyphs[place : place + 2].hex().upper().encode()]


def _unescaped(found: re.Match[bytes]) -> bytes:
    code = found[1]
    return bytes([int(code, 8)]) if len(code) == 3 else _NAMED.get(code, code)
