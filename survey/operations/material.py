"""The material of a round in each of its languages: poster, paper form, set-up sheets, as PDF."""

from __future__ import annotations

import io
import json
import zipfile
from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from questionnaires.formats.errors import FormatError
from questionnaires.formats.limited import run_limited
from questionnaires.model import Audience
from survey.errors import RefusedError
from survey.messages import _
from survey.models import Place, Wave
from survey.models.wave import Door
from survey.operations.waves import fielded_instrument

POSTER, FORM, KIOSK, INTERVIEWS = "poster", "form", "kiosk", "interviews"
#: Where the papers are set: in a process of its own, since typst is large.
_PRESS = "questionnaires.formats.paper.parcel:set_papers"
#: Seconds for one paper, and memory for the fonts and the threads of typst.
_SECONDS, _MEGABYTES = 20, 4096


@dataclass(frozen=True)
class Paper:
    """One file of the material: what it is, in which language, and under which name."""

    kind: str
    language: str

    @property
    def name(self) -> str:
        """The name of its file."""
        return f"{self.kind}-{self.language}.pdf"


@dataclass(frozen=True)
class Addresses:
    """Where the installation is reached, and where interviews begin.

    `root` is as ``https://survey.example.org``; `interviews` the page of the desk.
    """

    root: str
    interviews: str


def papers_of(wave: Wave) -> list[Paper]:
    """Return the material that fits the doors of a round, language by language."""
    doors = set(wave.doors)
    is_staff = fielded_instrument(wave).audience is Audience.STAFF
    fitting = {
        POSTER: bool(doors & {Door.OPEN, Door.CODES}) and not is_staff,
        FORM: True,
        KIOSK: Door.KIOSK in doors,
        INTERVIEWS: Door.ENUMERATOR in doors,
    }
    kinds = [kind for kind, fits in fitting.items() if fits]
    return [Paper(kind, language) for language in wave.languages for kind in kinds]


def print_papers(
    wave: Wave,
    papers: Sequence[Paper],
    places: Sequence[Place],
    addresses: Addresses,
    *,
    clusters: bool,
) -> dict[str, bytes]:
    """Return the PDFs of some papers by the names of their files.

    Parameters
    ----------
    wave : Wave
        Of which round.
    papers : sequence of Paper
        Which of `papers_of`.
    places : sequence of Place
        The localities to choose from on the form.
    addresses : Addresses
        What the codes to scan open.
    clusters : bool
        Whether interviews belong to drawn clusters.

    Raises
    ------
    RefusedError
        If they cannot be set.
    """
    asked = {
        "instrument": fielded_instrument(wave).canonical,
        "form": wave.form,
        "papers": [
            {
                "name": paper.name,
                "kind": paper.kind,
                "language": paper.language,
                "facts": _form_facts(wave, paper.language, places, addresses)
                if paper.kind == FORM
                else _notice(wave, paper, addresses, clusters=clusters),
            }
            for paper in papers
        ],
    }
    try:
        made = run_limited(
            _PRESS,
            json.dumps(asked, ensure_ascii=False).encode(),
            seconds=_SECONDS + 3 * len(papers),
            megabytes=_MEGABYTES,
        )
    except FormatError:
        raise RefusedError(
            _("The papers cannot be set now. Try one of them alone, or ask whoever runs the server")
        ) from None
    return {name: b64decode(pages) for name, pages in made.items()}


def packed(files: Mapping[str, bytes]) -> bytes:
    """Return files as one ZIP, in which no time tells when it was made."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _form_facts(
    wave: Wave, language: str, places: Sequence[Place], addresses: Addresses
) -> dict[str, Any]:
    is_open = Door.OPEN in wave.doors
    return {
        "link": _start(wave, addresses) if is_open else "",
        "organisation": wave.fact(language, "organisation"),
        "contact": wave.fact(language, "contact"),
        "help": wave.fact(language, "help"),
        "keep_until": wave.keep_until.isoformat(),
        "places": [(place.code, place.name(language)) for place in places],
    }


def _notice(wave: Wave, paper: Paper, addresses: Addresses, *, clusters: bool) -> dict[str, Any]:
    start = _start(wave, addresses)
    works_offline = bool(wave.recipients) and Door.CODES not in wave.doors
    return {
        "title": wave.fact(paper.language, "title"),
        "address": {KIOSK: f"{start}/kiosk", INTERVIEWS: addresses.interviews}.get(
            paper.kind, start
        ),
        "offline": f"{start}/field/" if works_offline else "",
        "organisation": wave.fact(paper.language, "organisation"),
        "contact": wave.fact(paper.language, "contact"),
        "help": wave.fact(paper.language, "help"),
        "closes_on": wave.closes_on.isoformat(),
        "needs_code": Door.CODES in wave.doors and paper.kind != INTERVIEWS,
        "clusters": clusters,
    }


def _start(wave: Wave, addresses: Addresses) -> str:
    return f"{addresses.root.rstrip('/')}/s/{wave.link}"
