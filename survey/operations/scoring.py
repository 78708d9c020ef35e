"""Score the answers of a file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from analysis import AnalysisError, Frame
from analysis import score as score_frame
from questionnaires import read_instrument
from survey.errors import SurveyError


def score_file(
    file: Path, instrument: str, form: str
) -> tuple[list[str], Iterable[tuple[str, list[float]]]]:
    """Return the header and, for each row of `file` in its order, its id and its scores.

    Raises
    ------
    SurveyError
        If the instrument has no such form, or with one line for each problem of the file.
    """
    known = read_instrument(instrument)
    if form not in known.forms:
        offered = ", ".join(known.forms)
        raise SurveyError(f"{known.name} has no form '{form}'; choose from: {offered}")
    try:
        frame = Frame.read(file, known)
    except AnalysisError as error:
        raise SurveyError(str(error)) from None
    scores = score_frame(frame, form)
    columns = [scores[dimension.name].tolist() for dimension in known.dimensions]
    names = frame.text["id"].tolist() if "id" in frame.text else range(1, len(frame.weight) + 1)
    header = ["id", *(dimension.name for dimension in known.dimensions)]
    return header, [
        (str(name), list(row)) for name, row in zip(names, zip(*columns, strict=True), strict=True)
    ]
