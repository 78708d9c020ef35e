"""What a questionnaire measures is decided in the workshop: dimensions, groups, calculations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from analysis import score
from questionnaires import read_instrument
from questionnaires.formats import xlsform
from survey.app import create_app
from survey.config import Settings
from survey.db import Database
from survey.models import InstrumentDraft, Role
from survey.operations.batches import seal_inbox
from survey.operations.opening import read_responses
from survey.operations.questionnaires import find_instrument
from survey.operations.release_material import frame_of
from survey.operations.waves import fielded_instrument, open_wave
from survey.operations.workshop.documents import built
from survey.operations.workshop.measures import marked_items, scorables
from tests.conftest import answers, localities, plan, record
from tests.databases import migrated
from tests.survey.staff import Colleague, employ
from tests.survey.workbench import Worker

TONGUES = read_instrument("social_cohesion").languages
WORDS = {
    f"{language}:dimension/HOPE/{part}": words
    for language in TONGUES
    for part, words in (("name", "Hope"), ("meaning", "How far people expect good."))
}


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Worker, Database]]:
    """A colleague in the workshop, and the database of the installation."""
    folder = tmp_path_factory.mktemp("measures")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SIXFOLD_INSTANCE", str(folder))
        settings = Settings(folder, f"sqlite:///{folder / 'sixfold.sqlite3'}", "s" * 48)
        database = migrated(settings.database_url)
        employ(database, "ana@example.org", Role.OWNER, "Valley")
        app = create_app(settings)
        browser = Colleague(app)
        assert browser.sign_in("ana@example.org").status_code == 303
        yield Worker(browser), database
        app.extensions["sixfold"].database.dispose()
        database.dispose()


Bench = tuple[Worker, Database]


def parts_of(bench: Bench) -> dict[str, Any]:
    ana, database = bench
    with database.reading() as session:
        number = int(ana.draft.rpartition("/")[2])
        return dict(session.get_one(InstrumentDraft, number).document)


def test_forms_of_measures_sent_back_unchanged_change_nothing(bench: Bench) -> None:
    ana, _database = bench
    for name, source, paths in (
        ("same_scores", "social_cohesion", ("TR", "TRH", "AT_dist", "CE", "CE_freq", "RA")),
        ("same_lines", "reintegration_governance", None),
        ("same_turns", "focus_group", None),
    ):
        ana.begin(name, source)
        before = parts_of(bench)
        instrument = read_instrument(source)
        for each in paths or [each.name for each in instrument.dimensions]:
            assert ana.edit(f"dimension/{each}", {}) == 303
        for group in instrument.groups:
            assert ana.edit(f"group/{group.name}", {}) == 303
        for calculation in instrument.calculations:
            assert ana.edit(f"calculation/{calculation.name}", {}) == 303
        assert parts_of(bench) == before


def test_a_dimension_of_two_questions_is_published_answered_and_scored(bench: Bench) -> None:
    ana, database = bench
    ana.begin("our_hope")
    reply = ana.browser.post(f"{ana.draft}/add/dimension", name="HOPE")
    assert reply.location == f"{ana.draft}/dimension/HOPE"
    page = ana.browser.get(f"{ana.draft}/dimension/HOPE").text
    assert "mark at least one item with this dimension" in page  # the check stands beside it
    assert "dimension.HOPE.name" in page
    typed = {"counts:T1": "counts", "counts:B1": "turned", "minimum": "1"}
    assert ana.edit("dimension/HOPE", {**WORDS, **typed}) == 303
    home = ana.browser.get(ana.draft).text
    assert "Nothing has to be mended" in home
    compared = ana.browser.get(f"{ana.draft}/compare?old=origin&new=now").text
    assert "<code>dimension HOPE</code>" in compared
    assert "<ins>How far people expect good.</ins>" in compared
    assert ana.send("publish", ana.form("publish", 'id="publish"'), sure="yes") == 200

    ours = find_instrument("our_hope@1.0")
    assert ours.dimension("TRH").items == read_instrument("social_cohesion").dimension("TRH").items
    assert ours.item("B1").reverse
    written = xlsform.write_apart(ours.document)
    back = xlsform.read(written).document
    assert back["instrument"]["dimension"] == ours.document["instrument"]["dimension"]
    assert back["text"]["ar"]["dimension"]["HOPE"]["name"] == "Hope"
    with database.writing() as session:
        wave = open_wave(session, ours, plan(), localities())
    for said in ({"T1": "5", "B1": "1"}, {"T1": "3", "B1": "1"}, {"T1": "1"}, {}):
        record(database, wave, answers(ours, **said))
    with database.writing() as session:
        seal_inbox(session, wave, everything=True)
        session.commit()
        frame = frame_of(fielded_instrument(wave), read_responses(session, wave).responses)
    found = score(frame, "long")["HOPE"]
    assert sorted(found[~np.isnan(found)]) == [0.0, 75.0, 100.0]
    assert np.isnan(found).sum() == 1


def test_a_dimension_goes_with_its_marks_and_comes_back(bench: Bench) -> None:
    ana, _database = bench
    ana.begin("going")
    before = parts_of(bench)
    assert ana.browser.post(f"{ana.draft}/dimension/TRH/remove").status_code == 422
    assert "another dimension is built from this one" in ana.browser.reply.text
    assert ana.browser.post(f"{ana.draft}/dimension/RA/remove").status_code == 303
    after = built(parts_of(bench))
    assert "RA" not in {each.name for each in after.dimensions}
    assert not any("RA" in (item.dimension, *item.facets) for item in after.items)
    assert "Acceptance of returning families" not in str(parts_of(bench)["text/en"])
    assert ana.browser.post(f"{ana.draft}/restore", version="1").status_code == 303
    assert parts_of(bench) == before


def test_a_question_counts_for_two_and_leaves_one_without_leaving_the_other(bench: Bench) -> None:
    ana, _database = bench
    ana.begin("twice")
    ana.browser.post(f"{ana.draft}/add/dimension", name="NEAR")
    assert ana.edit("dimension/NEAR", {"counts:T1": "counts", "role": "facet"}) == 303
    (row,) = [each for each in parts_of(bench)["instrument"]["item"] if each["name"] == "T1"]
    assert (row["dimension"], row["facets"]) == ("TRH", ["NEAR"])
    assert ana.edit("dimension/TRH", {"counts:T1": ""}) == 303
    (row,) = [each for each in parts_of(bench)["instrument"]["item"] if each["name"] == "T1"]
    assert (row.get("dimension"), row["facets"]) == (None, ["NEAR"])


def test_lines_of_a_grid_that_share_a_mark_lose_it_one_by_one() -> None:
    lines = [{"code": "a"}, {"code": "b", "facets": ["Y"]}, {"code": "c", "dimension": "Z"}]
    grid = {"name": "G", "section": "s", "type": "grid", "scale": "S", "dimension": "X"}
    items = [{**grid, "reverse": True, "row": lines}]
    held = {each.key: each.marks for each in scorables({"instrument": {"item": items}})}
    assert held == {"G_a": ("X",), "G_b": ("X", "Y"), "G_c": ("Z",)}
    (left,) = marked_items(items, "X", {"counts:G_a": "", "counts:G_b": "turned"})
    assert "dimension" not in left
    assert left["row"] == [
        {"code": "a", "reverse": True},
        {"code": "b", "facets": ["Y"], "dimension": "X", "reverse": True},
        {"code": "c", "dimension": "Z", "reverse": True},
    ]
    assert marked_items(items, "X", {"counts:G_b": "turned"}) == items


def test_a_number_that_cannot_be_read_is_named_and_what_was_typed_stays(bench: Bench) -> None:
    ana, _database = bench
    ana.begin("unread")
    assert ana.edit("dimension/BE", {"minimum": "few", "en:dimension/BE/name": "At home"}) == 422
    page = ana.browser.reply.text
    assert 'href="#minimum"' in page
    assert "At home" in page


def test_questions_are_asked_in_turns_and_a_calculation_steers_another(bench: Bench) -> None:
    ana, _database = bench
    ana.begin("turns")
    ana.browser.post(f"{ana.draft}/add/group", name="child", section="place")
    ana.browser.post(f"{ana.draft}/add/item", name="school", section="place", type="single")
    typed = {"group": "child", "codes": "yes\nno"}
    assert ana.edit("item/school", typed) == 303
    told = {f"{each}:item/school": "Does this child go to school?" for each in TONGUES}
    told |= {f"{each}:choice/school/{code}": code for each in TONGUES for code in ("yes", "no")}
    told |= {f"{each}:domain/school": "School" for each in TONGUES}
    assert ana.edit("item/school", told) == 303
    words = {f"{each}:group/child/title": "A child" for each in TONGUES}
    words |= {f"{each}:group/child/another": "Another child?" for each in TONGUES}
    assert ana.edit("group/child", {**words, "maximum": "2"}) == 303
    ana.browser.post(f"{ana.draft}/add/calculation", name="goes")
    typed = {"expression": "if(${school_1} = 'yes', 1, 0)"}
    assert ana.edit("calculation/goes", typed) == 303
    assert ana.edit("item/T1", {"ask_if": "${goes} = 1"}) == 303
    ours = built(parts_of(bench))
    assert [each.name for each in ours.items if each.group] == [
        "school_1",
        "child_1_more",
        "school_2",
    ]
    page = ana.browser.get(ana.draft).text
    assert '<code>school</code> <bdi dir="auto">School</bdi>' in page  # results can be shown by it
    assert ana.browser.post(f"{ana.draft}/group/child/remove").status_code == 422
    assert ana.browser.post(f"{ana.draft}/calculation/goes/remove").status_code == 303
    assert "To be mended" in ana.browser.get(ana.draft).text
