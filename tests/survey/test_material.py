"""Material of a round: what fits its doors, in each language, set apart from the server."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from questionnaires import Instrument, read_instrument
from survey.app import create_app
from survey.config import Settings
from survey.db import Database
from survey.errors import RefusedError
from survey.models import Inbox, Role, RoundDraft, Wave
from survey.models.wave import Door
from survey.operations import material
from survey.operations.clusters import drawn_clusters
from survey.operations.drafts import make_draft
from survey.operations.members import place_round
from survey.operations.waves import open_wave
from tests.conftest import localities, plan
from tests.databases import migrated
from tests.questionnaires.formats.printed import printed, unspaced
from tests.survey.participant import Participant
from tests.survey.staff import Colleague, employ

ANA = "ana@example.org"
PAGE = "/desk/rounds/round-one/material"
INTERVIEW = "/desk/rounds/round-one/interview"
DOORS = (Door.OPEN, Door.KIOSK, Door.ENUMERATOR)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Colleague, Database, Flask]]:
    """The desk of Ana, with a round whose clusters were drawn."""
    folder = tmp_path_factory.mktemp("material")
    settings = Settings(folder, f"sqlite:///{folder / 'sixfold.sqlite3'}", "s" * 48)
    database = migrated(settings.database_url)
    employ(database, ANA, Role.OWNER, "Valley")
    with database.writing() as session:
        wave = open_wave(
            session, read_instrument("social_cohesion"), plan(doors=DOORS, form="short"),
            localities(),
        )  # fmt: skip
        place_round(session, wave, None)
        draft = make_draft(session, 1, "Spring")
        draft.wave_id = wave.id
        draft.document = {"draw": {"clusters": [{"cluster": "C2"}, {"cluster": "C1"}]}}
        session.commit()
    app = create_app(settings)
    ana = Colleague(app)
    ana.sign_in(ANA)
    yield ana, database, app
    app.extensions["sixfold"].database.dispose()
    database.dispose()


def wave(cohesion: Instrument, *doors: Door) -> Wave:
    return Wave(
        link="round-one", form="short", languages=["en", "ar"], doors=list(doors),
        facts=plan().facts, recipients=["age1"], keep_until=plan().keep_until,
        closes_on=plan().closes_on, instrument_sha256=cohesion.sha256,
        instrument_json=cohesion.canonical,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("doors", "kinds"),
    [
        ((Door.OPEN,), ["poster", "form"]),
        ((Door.CODES, Door.KIOSK), ["poster", "form", "kiosk"]),
        ((Door.ENUMERATOR,), ["form", "interviews"]),
        ((Door.PAPER,), ["form"]),
    ],
    ids=["open", "codes", "interviews", "paper"],
)
def test_there_is_what_fits_the_doors(
    cohesion: Instrument, doors: tuple[Door, ...], kinds: list[str]
) -> None:
    found = material.papers_of(wave(cohesion, *doors))
    assert [each.kind for each in found if each.language == "ar"] == kinds
    assert len(found) == 2 * len(kinds)


def test_sheets_say_where_to_go_and_are_the_same_each_time(cohesion: Instrument) -> None:
    papers = [material.Paper("poster", "ar"), material.Paper("interviews", "en")]
    addresses = material.Addresses("https://survey.example.org/", "https://survey.example.org/desk")
    asked = wave(cohesion, *DOORS)
    one, two = (
        material.print_papers(asked, papers, [], addresses, clusters=True) for _ in range(2)
    )
    assert one == two
    poster, sheet = (one[each.name] for each in papers)
    for each in (poster, sheet):
        assert each.startswith(b"%PDF-")
        assert b"pdfuaid" in each  # it says that it is PDF/UA
    said = printed(sheet)
    for part in ("Round (en)", "Cluster of today", "Office 12 (en)", "/s/round-one/field/"):
        assert unspaced(part) in said, part
    assert "survey.example.org" in printed(poster)


def test_a_paper_that_cannot_be_set_is_refused_in_words(
    cohesion: Instrument, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(material, "_MEGABYTES", 40)
    addresses = material.Addresses("https://survey.example.org", "")
    with pytest.raises(RefusedError, match="cannot be set now"):
        material.print_papers(
            wave(cohesion, Door.OPEN), [material.Paper("poster", "en")], [], addresses,
            clusters=False,
        )  # fmt: skip


def test_the_desk_hands_out_one_paper_or_all_of_them(
    site: tuple[Colleague, Database, Flask],
) -> None:
    ana = site[0]
    page = ana.get(PAGE).text
    assert f'href="{PAGE}"' in ana.get("/desk/rounds/round-one").text
    assert f"{PAGE}/kiosk-ar.pdf" in page
    reply = ana.get(f"{PAGE}/kiosk-en.pdf")
    assert reply.mimetype == "application/pdf"
    assert reply.headers["Content-Disposition"] == 'attachment; filename="kiosk-en.pdf"'
    assert "/s/round-one/kiosk" in printed(reply.data).replace("\u200b", "")
    assert ana.get(f"{PAGE}/poster-fr.pdf").status_code == 422
    pack = zipfile.ZipFile(io.BytesIO(ana.get(f"{PAGE}/all.zip").data))
    kinds = ("poster", "form", "kiosk", "interviews")
    assert pack.namelist() == [f"{kind}-{code}.pdf" for code in ("en", "ar") for kind in kinds]
    assert {each.date_time for each in pack.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_an_interview_carries_the_cluster_that_was_drawn(
    site: tuple[Colleague, Database, Flask],
) -> None:
    ana, database, app = site
    with database.reading() as session:
        waves = session.scalars(select(Wave)).one()
        assert drawn_clusters(session, waves) == ["C1", "C2"]
        assert session.scalars(select(RoundDraft)).one().wave_id == waves.id
    assert "/i/" not in ana.get(INTERVIEW).text
    assert "/i/" not in ana.get(f"{INTERVIEW}?cluster=C3").text  # nobody drew it
    for asked in ("C2", ""):
        page = ana.get(f"{INTERVIEW}?cluster={asked}").text
        begin = page.split('button main" href="')[1].split('"')[0]
        person = Participant(app.test_client(), begin)
        person.address = "/s/round-one/en"
        person.send(action="language:en")
        assert person.finish({"D1": "P1", "T1": "5"}).page.is_received
    with database.reading() as session:
        assert sorted(session.scalars(select(Inbox.psu)), key=str) == ["C2", None]
