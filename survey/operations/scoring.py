"""Score the answers of a file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from analysis import AnalysisError, Frame, needs_scores, vote_shares
from analysis import score as score_frame
from analysis.stages import FloatArray
from survey.errors import SurveyError
from survey.operations.questionnaires import find_instrument


def score_file(
    file: Path, instrument: str, form: str = ""
) -> tuple[list[str], Iterable[tuple[str, list[float]]]]:
    """Return the header and, for each row of `file` in its order, its id and its scores.

    The columns are the dimensions of the instrument, then ``<grid>_<sector>``, ``<grid>_worst``
    and ``<ranking>_<sector>`` where it asks about sectors, then ``<vote>_<choice>`` of each vote.
    `form` is the fullest one unless told.

    Raises
    ------
    SurveyError
        If the instrument has no such form or nothing to score, or with one line for each problem
        of the file.
    """
    known = find_instrument(instrument)
    form = form or known.forms[0]
    if form not in known.forms:
        offered = ", ".join(known.forms)
        raise SurveyError(f"{known.name} has no form '{form}'; choose from: {offered}")
    try:
        frame = Frame.read(file, known)
        scores = _scores(frame, form)
    except AnalysisError as error:
        raise SurveyError(str(error)) from None
    if not scores:
        raise SurveyError(
            f"{known.name} has no scores: its answers are counted, not measured; "
            "use 'sixfold analyse' for shares"
        )
    names = frame.text["id"].tolist() if "id" in frame.text else range(1, len(frame) + 1)
    rows = zip(*(column.tolist() for column in scores.values()), strict=True)
    return ["id", *scores], [(str(name), list(row)) for name, row in zip(names, rows, strict=True)]


def _scores(frame: Frame, form: str) -> dict[str, FloatArray]:
    """Return every score of every row, by name of its column."""
    found = {**score_frame(frame, form), **needs_scores(frame, form)}
    items = frame.instrument.asked(form) if frame.instrument else ()
    for item in items:
        if item.type == "votes":
            shares = vote_shares(frame, item.name)
            found |= {f"{item.name}_{code}": column for code, column in shares.items()}
    return found
