"""The Washington Group Short Set: who has a disability, by the cut-off of its authors.

Its wording must be used as it stands, under its own terms, so no instrument of the library holds
it. The rule needs no words: it works on the codes that a team's own module stores.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import ArrayLike

from analysis.errors import EstimateError
from analysis.stages import FloatArray
from questionnaires import Nonanswer

#: Seeing, hearing, walking, remembering, self-care, communicating.
DOMAINS = 6


def disability(
    answers: Sequence[ArrayLike], *, lesser: Collection[str], severe: Collection[str]
) -> FloatArray:
    """Tell who has a disability: a lot of difficulty, or no ability at all, in any domain.

    Parameters
    ----------
    answers : sequence of six array_like of str, each of shape (n,)
        The answers to each domain, as they are stored.
    lesser : collection of str
        The codes of "no difficulty" and "some difficulty".
    severe : collection of str
        The codes of "a lot of difficulty" and "cannot do at all".

    Returns
    -------
    FloatArray, shape (n,)
        1 with a disability; 0 without; NaN where no domain is severe and any has no answer.

    Raises
    ------
    EstimateError
        If there are not six domains, they differ in length, codes stand for both, or an answer
        is neither a code nor a nonanswer. The message never repeats the answer.

    References
    ----------
    Washington Group on Disability Statistics, *Analytic guidelines: short set*: the recommended
    cut-off for international comparison.
    """
    table = [[str(each) for each in np.asarray(column).tolist()] for column in answers]
    if len(table) != DOMAINS or len({len(column) for column in table}) != 1:
        raise EstimateError(f"give {DOMAINS} domains of the same people, one column each")
    if set(lesser) & set(severe):
        raise EstimateError("a code stands for lesser and for severe difficulty; keep it in one")
    columns = np.array([[_code(each, lesser, severe) for each in column] for column in table])
    unknown = np.argwhere(columns == _UNKNOWN)
    if unknown.size:
        domain, row = unknown[0]
        raise EstimateError(
            f"domain {domain + 1}, row {row}: neither a code of the scale nor a nonanswer; "
            "name the code among 'lesser' or 'severe', or leave the cell empty"
        )
    missing = np.where((columns == _MISSING).any(axis=0), np.nan, 0.0)
    return np.where((columns == _SEVERE).any(axis=0), 1.0, missing)


_LESSER, _SEVERE, _MISSING, _UNKNOWN = range(4)


def _code(answer: str, lesser: Collection[str], severe: Collection[str]) -> int:
    if answer in severe:
        return _SEVERE
    if answer in lesser:
        return _LESSER
    return _MISSING if answer in ("", *Nonanswer) else _UNKNOWN
