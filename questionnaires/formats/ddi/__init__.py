"""DDI-Codebook 2.5: an instrument, and a file of answers to it, described for archives.

One XML document in all languages of the instrument, or in one of them. Its variables carry the
words that were asked, every code with its label, the codes that mean no answer, and who was asked.
Numbers of answers are written only when they are given: a small count can point at a person, so
whoever gives them has checked them (docs/guide/paper.md).

The standard: DDI Alliance, DDI-Codebook 2.5 (2012, revised 2014), namespace ``ddi:codebook:2_5``.
"""

from __future__ import annotations

from xml.etree.ElementTree import indent, tostring

from questionnaires.formats.ddi.codebook import codebook
from questionnaires.formats.ddi.described import Described
from questionnaires.formats.errors import FormatError
from questionnaires.model import Instrument

name = "ddi"
suffix = ".xml"


def write(
    instrument: Instrument, language: str | None = None, answers: Described | None = None
) -> bytes:
    """Return the codebook of `instrument` as XML.

    Parameters
    ----------
    instrument : Instrument
        What was asked.
    language : str, optional
        The only language to describe it in; all of its languages if it is not given.
    answers : Described, optional
        A file of answers, to describe with it.

    Returns
    -------
    bytes
        A document in UTF-8 without a time in it: same input, same bytes.

    Raises
    ------
    FormatError
        If the instrument has no such language.
    """
    if language is not None and language not in instrument.texts:
        listed = ", ".join(instrument.languages)
        raise FormatError(f"{instrument.name} has no language '{language}'; choose from: {listed}")
    languages = (language,) if language else instrument.languages
    root = codebook(instrument, [instrument.texts[code] for code in languages], answers)
    indent(root)
    written = tostring(root, encoding="utf-8", xml_declaration=True)
    return bytes(written) + b"\n"


__all__ = ["Described", "name", "suffix", "write"]
