"""Stories are quoted where their writer and a reader of the team say yes, and nowhere else."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from analysis.disclosure import Release as Published
from analysis.report.compose import compose
from analysis.report.publication import Publication
from analysis.report.renderers import render
from questionnaires import Instrument, read_instrument
from questionnaires.logic import complete_answers
from questionnaires.read import LIBRARY
from survey.config import Settings
from survey.db import Database
from survey.errors import SealError, SurveyError
from survey.models import Release, Wave
from survey.operations.release_making import Options
from survey.operations.release_material import SignOff
from survey.operations.releases import publish
from survey.operations.stories import GAP, quotable, read_ticks, write_stories
from survey.operations.waves import close_wave
from survey.site import today
from tests.conftest import answers, sqlite_url
from tests.databases import migrated
from tests.survey.sealed import FIRST, STRANGER, sealing_wave, send

AGREED = "My cousin Arben got work, and so did I."
OTHER = "=We eat better now."
SILENT = "Nobody may quote this."


def telling(folder: Path) -> Instrument:
    """Return the questionnaire with the story and the consent to quote it switched on."""
    own = shutil.copytree(LIBRARY / "beneficiary_monitoring", folder / "own")
    structure = own / "instrument.toml"
    head, _, rest = structure.read_text().partition('name = "BM19"\n')
    story, mark, after = rest.partition("# Reintegration: economic and social")
    kept = [line for line in story.splitlines() if not line.startswith(("enabled", "reason"))]
    structure.write_text(f'{head}name = "BM19"\n' + "\n".join(kept) + f"\n{mark}{after}")
    return read_instrument(own)


@dataclass
class Told:
    """A round in which thirty people answered, three of them with a story."""

    database: Database
    folder: Path
    link: str = "round-one"

    def stories(self) -> dict[str, str]:
        with self.database.reading() as session:
            return quotable(session, self.wave(), [FIRST])

    def wave(self) -> Wave:
        with self.database.reading() as session:
            return session.scalars(select(Wave).where(Wave.link == self.link)).one()

    def written(self, name: str) -> Path:
        file = self.folder / name
        with self.database.reading() as session:
            assert write_stories(session, self.wave(), file, [FIRST]) == 2
        return file

    def ticked(self, name: str, **words: str) -> Path:
        """Write the file anew with yes beside every story whose beginning is a key of `words`."""
        file = self.written(name)
        with file.open(encoding="utf-8-sig", newline="") as stream:
            lines = list(csv.DictReader(stream))
        for line in lines:
            for start, said in words.items():
                if start in line["story"]:
                    line |= {"quote": "yes", "story": said or line["story"]}
        with file.open("w", encoding="utf-8-sig", newline="") as stream:
            table = csv.DictWriter(stream, lines[0].keys())
            table.writeheader()
            table.writerows(lines)
        return file

    def read(self, file: Path) -> tuple[str, ...]:
        with self.database.reading() as session:
            return read_ticks(session, self.wave(), file, [FIRST])


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    folder = tmp_path_factory.mktemp("stories")
    instrument = telling(folder)
    settings = Settings(folder, sqlite_url(folder), "s" * 48)
    database = migrated(settings.database_url)
    wave = sealing_wave(database, instrument, protection="open", breakdowns=(), languages=("en",))
    said = [(AGREED, "yes"), (OTHER, "yes"), (SILENT, "no")]
    for number in range(30):
        story, consent = said[number] if number < len(said) else ("skip", "skip")
        given = {"D1": f"P{1 + number % 3}", "BM2": "4-6", "BM15": "yes" if number < 6 else "no"}
        given |= {f"BM{item}": str(1 + number % 5) for item in range(4, 13)}
        whole = answers(instrument, **given, BM19=story, BM19_quote=consent)
        send(database, wave, complete_answers(instrument, "long", whole))
    with database.writing() as session:
        close_wave(session, session.get_one(Wave, wave.id))
    yield Told(database, folder)
    database.dispose()


def test_only_what_its_writer_allows_is_offered_and_only_with_a_key(told: Told) -> None:
    assert set(told.stories().values()) == {AGREED, OTHER}
    assert list(told.stories()) == sorted(told.stories())  # in no order of arrival
    with told.database.reading() as session:
        for keys in ([], [STRANGER]):
            with pytest.raises(SealError):
                quotable(session, told.wave(), keys)
    told.written("one.csv")
    with pytest.raises(SealError, match="is there already"):
        told.written("one.csv")


def test_what_nobody_ticks_is_not_quoted_and_words_can_be_taken_out(told: Told) -> None:
    assert told.read(told.written("none.csv")) == ()
    cut = AGREED.replace("cousin Arben", GAP)
    assert told.read(told.ticked("cut.csv", cousin=cut)) == (cut,)
    both = told.read(told.ticked("both.csv", cousin="", eat=""))
    assert set(both) == {AGREED, OTHER}  # and no apostrophe before the sign of a formula


@pytest.mark.parametrize(
    "words",
    ["I got rich.", "My cousin Arben got work, and so did I. Thanks!", GAP, SILENT],
    ids=["invented", "more", "nothing", "unallowed"],
)
def test_words_that_the_writer_did_not_write_are_refused(told: Told, words: str) -> None:
    file = told.ticked(f"wrong-{len(words)}.csv", cousin=words)
    with pytest.raises(SurveyError, match="is not as its writer allowed"):
        told.read(file)


def test_a_release_quotes_what_was_ticked_for_programme_teams_alone(told: Told) -> None:
    cut = AGREED.replace("cousin Arben", GAP)
    chosen = told.read(told.ticked("release.csv", cousin=cut))
    with told.database.writing() as session:
        wave = session.scalars(select(Wave)).one()
        sign_off = SignOff("A. Reviewer", "researcher", today())
        made: Release = publish(session, wave, sign_off, [FIRST], Options(stories=chosen))
    release = Published.from_json(made.document)
    assert release.stories == (cut,)
    page = render(Publication(release, "en", {}), "html").decode()
    assert cut in page
    public = repr(compose(release, "en", "community").blocks)
    assert cut not in public
    for hidden in ("Arben", OTHER[1:], SILENT):
        assert hidden not in made.document
    # What is not quoted stays sealed, in every byte of the database.
    stored = b"".join(path.read_bytes() for path in told.folder.glob("sixfold.sqlite3*"))
    assert b"Arben" not in stored
    assert SILENT.encode() not in stored
