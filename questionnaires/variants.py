"""Other wordings of one instrument, as for towns where the line runs between other people."""

from __future__ import annotations

import json

from questionnaires.build import build_instrument
from questionnaires.errors import InstrumentError, Problem
from questionnaires.ledger import STRUCTURE
from questionnaires.model import Instrument
from questionnaires.text import merge


def worded(instrument: Instrument, variant: str) -> Instrument:
    """Return `instrument` in the wording of `variant`, which replaces whole sentences.

    The result is an instrument like any other, with one wording and without variants, so what a
    wave freezes is exactly what people read. Empty is the plain wording.

    Raises
    ------
    InstrumentError
        If the instrument has no such variant.
    """
    if variant not in {"", *instrument.variants}:
        listed = ", ".join(instrument.variants) or "none is defined"
        remedy = f"there is no variant '{variant}'; choose from: {listed}"
        raise InstrumentError([Problem(STRUCTURE, "", "unknown-variant", remedy)])
    if not instrument.variants:
        return instrument
    document = json.loads(instrument.canonical)
    del document["instrument"]["variant"]
    if variant:
        document["instrument"]["wording"] = variant
    for language, words in document["text"].items():
        others = words.pop("variant", {})
        document["text"][language] = merge(words, others.get(variant, {}))
    return build_instrument(document)
