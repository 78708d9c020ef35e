"""Records come from a file that is looked at first, and leave in the layout in which they come."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from datetime import date
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from questionnaires import read_instrument
from survey.app import create_app
from survey.cells import plain, unescaped
from survey.config import Settings
from survey.db import Database
from survey.desk.record_files import LARGEST
from survey.errors import RefusedError
from survey.models import AuditEntry, Project, Role
from survey.operations.audit import Action
from survey.operations.records import RecordView, list_records
from survey.operations.records.export import write_records
from survey.operations.records.import_files import RecordsFile, read_records_file, text_of
from survey.operations.records.instruments import identity_of
from tests.databases import migrated
from tests.survey.recorded import give_places
from tests.survey.staff import Colleague, employ

HOME = "/desk/projects/1/records/stakeholder_map"
MAP = read_instrument("stakeholder_map")
TALK = read_instrument("focus_group")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Database]]:
    folder = tmp_path_factory.mktemp("record_files")
    settings = Settings(folder, f"sqlite:///{folder / 'sixfold.sqlite3'}", "s" * 48)
    database = migrated(settings.database_url)
    employ(database, "ana@example.org", Role.OWNER, "Valley")
    with database.writing() as session:
        give_places(session, session.get_one(Project, 1))
        session.commit()
    app = create_app(settings)
    yield app, database
    app.extensions["sixfold"].database.dispose()
    database.dispose()


@pytest.fixture(scope="module")
def ana(site: tuple[Flask, Database]) -> Colleague:
    found = Colleague(site[0])
    assert found.sign_in("ana@example.org").status_code == 303
    return found


def send(person: Colleague, path: str, typed: Mapping[str, Any]) -> tuple[int, str]:
    """Send a form with files; return the status and the page."""
    boundary, body = encode_multipart({"csrf_token": person.token(), **typed})
    reply = person.client.post(
        path,
        data=body,
        content_type=f"multipart/form-data; boundary={boundary}",
        base_url=person.base,
        headers={"Referer": f"{person.base}/desk/"},
    )
    return reply.status_code, reply.text


def look(person: Colleague, content: bytes, name: str = "map.csv") -> tuple[int, str]:
    return send(person, f"{HOME}/files", {"file": FileStorage(BytesIO(content), name)})


def stored(site: tuple[Flask, Database]) -> list[RecordView]:
    with site[1].reading() as session:
        return list_records(session, 1, "stakeholder_map")


def read(content: str, instrument: Any = MAP, known: tuple[str, ...] = ()) -> RecordsFile:
    return read_records_file(instrument, content, ["L1", "L2"], known, 1)


HEADER = "organisation,topic,rater,covers_1,covers_2,influence,needs,note\n"
GOOD = "Centre,cohesion,field,L1,L2,4,training money,x\n"


def test_wrong_rows_are_named_and_nothing_is_stored_before_somebody_says_so(
    site: tuple[Flask, Database], ana: Colleague
) -> None:
    content = HEADER + GOOD + "School,weather,field,L9,,high,,\nCourt,justice,,,,2,,\n" + GOOD
    status, page = look(ana, content.encode())
    assert status == 200
    assert "Nothing is stored yet." in page
    for row, column in ((3, "topic"), (3, "covers_1"), (3, "influence"), (5, "–")):
        assert f"<tr><td>{row}</td><td><bdi>{column}</bdi>" in page
    assert "the record of row 2" in page
    assert "weather" not in page.partition("<textarea")[0]  # what stands in a cell
    assert stored(site) == []
    assert send(ana, f"{HOME}/files/keep", {"content": content})[0] == 303
    assert {each.said("organisation") for each in stored(site)} == {"Centre", "Court"}
    assert "is there already" in look(ana, (HEADER + GOOD).encode())[1]
    status, page = send(ana, f"{HOME}/files/keep", {"content": HEADER + GOOD})
    assert (status, len(stored(site))) == (422, 2)
    assert "no row of the file can be used" in page


def test_a_row_with_more_cells_than_the_header_is_named() -> None:
    found = read(HEADER + GOOD.replace(",x\n", ",far, and late\n"))
    assert found.documents == []
    assert [(each.row, each.column) for each in found.problems] == [(2, "note")]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_leaves_as_a_file_comes_in_again(
    site: tuple[Flask, Database], ana: Colleague, kind: str
) -> None:
    reply = ana.post(f"{HOME}/files/fetch", format=kind)
    assert reply.status_code == 200
    assert f'filename="stakeholder_map.{kind}"' in reply.headers["Content-Disposition"]
    assert not list(site[0].extensions["sixfold"].settings.instance.glob(".records-*"))
    table = list(csv.DictReader(StringIO(text_of(reply.data))))
    assert [row["needs"] for row in table if row["organisation"] == "Centre"] == ["training money"]
    again = read(text_of(reply.data))
    assert again.problems == []
    answers = [
        {name: each for part in document.values() for name, each in part.items()}
        for document in again.documents
    ]
    kept = [
        {name: each for name, each in record.answers.items() if each != "not_shown"}
        for record in stored(site)
    ]
    assert answers == kept
    with site[1].reading() as session:
        acts = session.scalars(select(AuditEntry.action).where(AuditEntry.project_id == 1)).all()
    assert {Action.RECORDS_IMPORTED, Action.RECORDS_EXPORTED} <= set(acts)


def test_turns_and_votes_of_a_group_come_from_columns() -> None:
    found = read(
        "place,informed,women_18_29,resource_1,resource_3,voters,needs_vote,may_quote\n"
        "L1,yes,6,school,park,6,water:50 food:10,no\n"
        "L1,yes,6,school,,6,water:70,no\n"
        "L1,no,6,school,,,,\n"
        ",yes,,,,,,\n"
        "L1,yes,4,,,5,,\n",
        TALK,
    )
    (document,) = found.documents
    assert document["vote"] == {"voters": "6", "needs_vote": "water:50 food:10"}
    turns = {name: each for name, each in document["resources"].items() if "more" in name}
    assert turns == {"resource_1_more": "yes", "resource_2_more": "yes", "resource_3_more": "skip"}
    assert [(each.row, each.column) for each in found.problems] == [
        (3, "needs_vote"),
        (4, "resource_1"),
        (5, "place"),
        (6, "voters"),
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [("", "no rows"), ("a,b\n1,2\n", "no column of the file")],
    ids=["empty", "foreign"],
)
def test_a_file_that_is_none_says_how_to_mend_it(content: str, said: str) -> None:
    with pytest.raises(RefusedError, match=said):
        read(content)


def test_a_damaged_workbook_and_a_long_file_are_refused(ana: Colleague) -> None:
    with pytest.raises(RefusedError, match="damaged, or no workbook"):
        text_of(b"PK\x03\x04 and nothing more")
    with pytest.raises(RefusedError, match="cannot be read as a table"):
        text_of(b"\xff\xfe\x00")
    assert "choose a file first" in send(ana, f"{HOME}/files", {})[1]
    assert look(ana, b"a" * (LARGEST + 1))[0] == 413


@pytest.mark.parametrize(
    ("row", "said"),
    [(["=1+1", "cohesion"], "row 2, column 1 is a formula"), (["a"] * 401, "row 2 has more than")],
    ids=["formula", "columns"],
)
def test_a_workbook_of_which_something_would_be_lost_is_refused(row: list[str], said: str) -> None:
    book, stream = openpyxl.Workbook(), BytesIO()
    for cells in (["organisation", "topic"], row):
        book.active.append(cells)
    book.save(stream)
    with pytest.raises(RefusedError, match=said):
        text_of(stream.getvalue())


@pytest.mark.parametrize("words", ["=1", "＝1", "＋1", "－1 or so", "＠home", "\tso", "'so", "so"])
def test_what_we_put_before_a_formula_is_taken_off_again(words: str) -> None:
    assert unescaped(str(plain(words))) == words


def test_words_that_look_like_a_formula_stay_words(tmp_path: Any) -> None:
    answers = {"organisation": "=1+1", "topic": "cohesion"}
    view = RecordView(
        1, 1, "stakeholder_map", answers, "", None, date(2026, 3, 1), date(2026, 3, 1), None, ()
    )
    written = write_records(MAP, [view], "en", "csv", tmp_path).decode()
    assert "'=1+1" in written
    (document,) = read(written).documents
    assert document["organisation"]["organisation"] == "=1+1"
    book = openpyxl.load_workbook(BytesIO(write_records(MAP, [view], "en", "xlsx", tmp_path)))
    assert {cell.data_type for row in book["answers"].iter_rows() for cell in row} <= {"s", "n"}
    assert list(tmp_path.iterdir()) == []


def test_alike_means_the_same_organisation_topic_and_rater() -> None:
    said = {"organisation": "Youth Centre", "topic": "cohesion", "rater": "field"}
    first = identity_of("stakeholder_map", said, 1)
    assert first == identity_of("stakeholder_map", said | {"organisation": " youth  CENTRE"}, 1)
    others = [said | {"topic": "justice"}, said | {"rater": "partner"}]
    assert first not in {identity_of("stakeholder_map", each, 1) for each in others}
    assert first != identity_of("stakeholder_map", said, 2)
    assert identity_of("stakeholder_map", said | {"topic": "skip"}, 1) is None
    assert identity_of("observation", {"place": "L1"}, 1) is None
