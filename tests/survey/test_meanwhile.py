"""People answer while staff publish, export and delete: long work leaves the database to them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from analysis.report.charts import draw_figures
from questionnaires import Instrument
from survey.db import Database
from survey.errors import ReleaseError
from survey.models import Release, Wave
from survey.operations import release_making
from survey.operations.placing import Receipt
from survey.operations.releases import publish
from tests.conftest import answers, record
from tests.survey.test_releases import answer, sign

pytestmark = pytest.mark.both_databases


def test_a_release_that_takes_long_delays_nobody_who_answers(
    database: Database, wave: Wave, cohesion: Instrument, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(database, wave, cohesion, {"P1": 40})
    receipts = []
    draw = draw_figures

    def draw_while_somebody_answers(*given: Any) -> dict[str, str]:
        receipts.append(record(database, wave, answers(cohesion)))
        return draw(*given)

    monkeypatch.setattr(release_making, "draw_figures", draw_while_somebody_answers)
    with database.writing() as session:
        stored = publish(session, session.merge(wave), sign())
    assert receipts == [Receipt.STORED] * len(wave.languages)
    assert stored.through_batch == 2


def test_of_two_releases_at_once_the_second_is_checked_against_the_first(
    database: Database, wave: Wave, cohesion: Instrument, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(database, wave, cohesion, {"P1": 40})
    draw = draw_figures

    def draw_while_somebody_publishes(*given: Any) -> dict[str, str]:
        monkeypatch.setattr(release_making, "draw_figures", draw)
        with database.writing() as session:
            publish(session, session.merge(wave), sign("B. Reviewer"))
        return draw(*given)

    monkeypatch.setattr(release_making, "draw_figures", draw_while_somebody_publishes)
    with database.writing() as session, pytest.raises(ReleaseError, match="meanwhile"):
        publish(session, session.merge(wave), sign())
    with database.reading() as session:
        assert len(session.scalars(select(Release)).all()) == 1
