"""A round on paper: the form of its instrument, and the slips of its codes."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from questionnaires import Instrument, worded
from questionnaires.formats.paper import Facts, Slips, write, write_slips
from survey.errors import SurveyError
from survey.models import Wave
from survey.operations.round_files import read_round


def print_form(
    instrument: Instrument,
    language: str | None,
    form: str | None,
    round_file: Path | None = None,
    address: str = "",
) -> bytes:
    """Return the PDF of one form of `instrument`, with the facts of a round if its file is given.

    Raises
    ------
    SurveyError
        If the file describes a round of another instrument.
    FormatError
        If the instrument has no such language or form.
    """
    if round_file is None:
        return write(instrument, language, form, Facts(link=address))
    asked, plan, localities = read_round(round_file)
    if asked.sha256 != instrument.sha256:
        raise SurveyError(
            f"{round_file.name} is a round of '{asked.name}', not of '{instrument.name}'; "
            f"export '{asked.name}', or give the file of another round"
        )
    spoken = language or plan.languages[0]
    told = plan.facts.get(spoken) or plan.facts[plan.languages[0]]
    areas = {each.parent for each in localities}
    facts = Facts(
        link=address,
        organisation=told.get("organisation", ""),
        contact=told.get("contact", ""),
        help=told.get("help", ()),
        keep_until=plan.keep_until,
        places=[
            (each.code, each.names.get(spoken) or next(iter(each.names.values())))
            for each in localities
            if each.code not in areas
        ],
    )
    return write(worded(asked, plan.variant), spoken, form or plan.form, facts)


def print_pack(wave: Wave, codes: Sequence[str], address: str, kind: str) -> bytes:
    """Return a pack of codes as ``pdf``, slips to cut out, or as ``csv`` to print otherwise.

    `address` is where the installation is reached, as ``https://survey.example.org``.
    """
    landing = f"{address.rstrip('/')}/s/{wave.link}"
    if kind == "pdf":
        titles = [(code, str(wave.fact(code, "title"))) for code in wave.languages]
        return write_slips(Slips(titles, landing, codes))
    stream = io.StringIO()
    table = csv.writer(stream, lineterminator="\n")
    table.writerow(["code", "address"])
    table.writerows([code, f"{landing}/c/{code}"] for code in codes)
    return stream.getvalue().encode()
