"""From what a form says to its pages: the template, the fonts and the code to scan."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from questionnaires.formats.errors import FormatError

if TYPE_CHECKING:
    from typst import Fonts

_HERE = Path(__file__).parent


def typeset(content: Mapping[str, Any]) -> bytes:
    """Return the PDF/UA-1 document of a form.

    Raises
    ------
    FormatError
        If it cannot be set, as when the fonts are missing.
    """
    link = content["opening"]["link"]
    return set_pages("form.typ", "form", {**content, "qr": qr_code(link) if link else ""})


def set_pages(template: str, name: str, content: Mapping[str, Any]) -> bytes:
    """Return the PDF/UA-1 document that a template of this folder makes of `content`.

    Parameters
    ----------
    template : str
        The file of the template.
    name : str
        Under which it reads `content`, as JSON.
    content : mapping of str to object
        Everything that it says.

    Raises
    ------
    FormatError
        If it cannot be set, as when the fonts are missing.
    """
    # Loaded here: typst is large, and the process that serves participants never prints.
    from typst import TypstError, compile_with_warnings  # noqa: PLC0415

    try:
        pages, warnings = compile_with_warnings(
            _HERE / template,
            font_paths=fonts(),
            format="pdf",
            sys_inputs={name: json.dumps(content, ensure_ascii=False)},
            pdf_standards="ua-1",
        )
    except TypstError as error:
        raise FormatError(f"the form cannot be set: {error}; check the words of it") from error
    if warnings:
        raise FormatError(f"the form cannot be set as it should be: {warnings[0]}")
    return bytes(pages or b"")


@cache
def fonts() -> Fonts:
    """Return the only fonts that are set on paper, so that it looks the same on every machine.

    DejaVu Sans has Latin, Cyrillic and Arabic letters alike, and comes with matplotlib, which is
    looked up and never loaded.
    """
    from typst import Fonts  # noqa: PLC0415 - see above

    found = find_spec("matplotlib")
    if found is None or not found.origin:
        raise FormatError("the fonts of printed pages come with matplotlib; install it")
    folder = Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"
    return Fonts(include_system_fonts=False, font_paths=[folder])


def qr_code(link: str) -> str:
    """Return `link` as a code to scan, drawn in SVG."""
    import segno  # noqa: PLC0415 - only forms with a link need it

    drawn = BytesIO()
    segno.make(link, error="m", micro=False).save(drawn, kind="svg", border=0, xmldecl=False)
    return drawn.getvalue().decode()
