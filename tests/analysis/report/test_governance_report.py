"""The report of an assessment: nine sections, and what too few raters leave of them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from analysis import Frame, Row
from analysis.disclosure import (
    COMMUNITY,
    PROGRAMME,
    DesignType,
    Edition,
    Facts,
    Release,
    outline_of,
)
from analysis.disclosure.bodies import publishable
from analysis.governance import profile_of_bodies
from analysis.report.blocks import Heading, Note, Points, Sentence, Table
from analysis.report.charts import draw_figures
from analysis.report.compose import compose
from analysis.report.publication import Publication
from analysis.report.renderers import render, renderer_names
from questionnaires import read_instrument
from questionnaires.governance import months_between

GOLDEN = Path(__file__).parents[2] / "golden"
INSTRUMENT = read_instrument("reintegration_governance")
#: Made from the same answers by a script that does not use our code.
WANTED: dict[str, Any] = json.loads((GOLDEN / "governance.json").read_text())


def release_of(frame: Frame, months: int = 20, early: str = "") -> Release:
    facts = Facts(
        title={"en": "How it is governed", "ar": "كيف يُدار"},
        instrument=INSTRUMENT.name,
        instrument_version="1.1",
        instrument_sha256="a" * 64,
        data_sha256="b" * 64,
        code_version="0.1.0",
        made_on=date(2026, 4, 20),
        signed_by="M. Example",
        signed_role="researcher",
        fieldwork_from=date(2026, 3, 1),
        fieldwork_to=date(2026, 3, 28),
        design=DesignType.CONVENIENCE,
        languages=("en", "ar"),
        wave="governance",
        form="full",
    )
    empty = (Edition(PROGRAMME, None, ()), Edition(COMMUNITY, None, ()))
    outline = outline_of(INSTRUMENT, (), {}, facts.languages)
    assessed = publishable(profile_of_bodies(frame), months, early)
    return Release(facts, outline, *empty, assessment=assessed)


def raters(bodies: Sequence[str], **changes: str) -> Frame:
    rated = {f"G1_{row}": "2" for row in ("responsible", "measures", "rights", "local")}
    rows = [{"body": body, "months": "20"} | rated | changes for body in bodies]
    stored = [Row(each, 1_000_000, "", None, "en", "") for each in rows]
    return Frame.from_answers(INSTRUMENT, stored)


@pytest.fixture(scope="module")
def made() -> Release:
    return release_of(Frame.read(GOLDEN / "governance.csv", INSTRUMENT))


def rows_of(release: Release, language: str = "en") -> dict[str, list[str]]:
    tables = [b for b in compose(release, language, "programme").blocks if isinstance(b, Table)]
    return {row.label: [entry.text for entry in row.entries] for row in tables[0].groups[0].rows}


def told(release: Release) -> str:
    blocks = compose(release, "en", "programme").blocks
    lines = [b.text for b in blocks if isinstance(b, Heading | Note | Sentence)]
    return " ".join([*lines, *(item for b in blocks if isinstance(b, Points) for item in b.items)])


@pytest.mark.parametrize("name", WANTED)
def test_sections_are_those_of_the_independent_script(made: Release, name: str) -> None:
    assert made.assessment is not None
    (section,) = (each for each in made.assessment.sections if each.name == name)
    want = WANTED[name]
    if section.score is None:
        assert section.raters < 3
        return
    assert section.score == pytest.approx(want["score"], abs=0.5)
    assert section.highest is not None
    assert section.lowest is not None
    assert section.highest - section.lowest == pytest.approx(want["spread"], abs=1)
    assert section.evidence == pytest.approx(100 * want["evidence"], abs=0.5)


def test_the_lowest_section_is_the_headline_and_there_is_no_total(made: Release) -> None:
    assert made.assessment is not None
    shown = {each.name: each.score for each in made.assessment.sections if each.score is not None}
    assert {"G1", "G2"} <= shown.keys()
    assert "G7" not in shown  # one rater: its score is the lowest, and their own
    assert [each.name for each in made.assessment.headline] == ["G2"]
    assert min(shown.values()) == shown["G2"]
    assert "Coordination: " in told(made)
    assert "a withheld one may be lower" in told(made)
    assert len(rows_of(made)) == 9
    assert "There is no total" in told(made)


def test_one_rater_is_named_as_one_and_no_number_of_theirs_is_shown() -> None:
    frame = raters(["cso"])
    release = release_of(frame)
    assert rows_of(release)["Law and plan"] == ["one rater", *["withheld"] * 4]
    assert rows_of(release)["Coordination"] == ["no rater", *["–"] * 4]
    said = told(release)
    assert "none can be called the lowest" in said
    assert "rated by nobody" in said
    assert '"score"' not in release.to_json()
    other = raters(["cso"], G1_responsible="4", G1_rights="0")
    assert release_of(other).to_json() == release.to_json()


def test_two_raters_and_raters_of_one_kind_are_withheld_and_the_third_body_shows_them() -> None:
    assert rows_of(release_of(raters(["cso", "police"])))["Law and plan"][0] == "2"
    assert rows_of(release_of(raters(["cso", "police"])))["Law and plan"][1] == "withheld"
    alike = release_of(raters(["cso"] * 3))
    assert rows_of(alike)["Law and plan"][1] == "withheld"
    assert "All raters are of one kind of body" in told(alike)
    mixed = release_of(raters(["cso", "cso", "police"]))
    assert rows_of(mixed)["Law and plan"] == ["3", "50", "50", "50", "0%"]


def test_an_assessment_without_any_rater_says_so_of_every_section() -> None:
    rows = rows_of(release_of(raters([])))
    assert {entries[0] for entries in rows.values()} == {"no rater"}


def test_the_reason_of_an_early_assessment_is_printed() -> None:
    early = told(release_of(raters(["cso"]), 9, "The mandate ends in May."))
    assert "This assessment is early" in early
    assert "The mandate ends in May." in early
    assert "This assessment is early" not in told(release_of(raters(["cso"])))


@pytest.mark.parametrize("name", renderer_names())
def test_every_format_has_the_nine_sections(made: Release, name: str) -> None:
    figures = draw_figures(made, "ar")
    written = render(Publication(made, "ar", figures), name)
    if name == "csv":
        lines = list(csv.DictReader(io.StringIO(written.decode("utf-8-sig"))))
        by_measure = {line["measure"]: line for line in lines}
        assert len(lines) == 18
        assert made.assessment is not None
        first = made.assessment.sections[0]
        assert by_measure["G1"]["mean"] == str(first.score)
        assert by_measure["G1.evidence"]["share"] == str(first.evidence)
    if name == "json":
        assert Release.from_json(written.decode()) == made
    assert len(written) > 500


def test_months_are_whole_ones() -> None:
    assert months_between(date(2025, 1, 31), date(2026, 5, 30)) == 15
    assert months_between(date(2025, 1, 31), date(2026, 5, 31)) == 16
    assert months_between(date(2026, 5, 1), date(2026, 4, 30)) == -1
