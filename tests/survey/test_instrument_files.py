"""Questionnaires of one's own: imported, copied, adapted, exported, asked and scored."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from questionnaires import library_names, read_instrument
from questionnaires.formats import xlsform
from survey.errors import SurveyError
from survey.operations.questionnaires import find_instrument
from survey.operations.round_files import read_round
from tests.questionnaires.formats.forms import changed, sheets, workbook
from tests.questionnaires.formats.printed import printed, unspaced
from tests.survey.test_cli import ROUND, Run, instance, run

__all__ = ["instance", "run"]  # fixtures


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a form that somebody wrote elsewhere."""
    path = tmp_path / "home.xlsx"
    path.write_bytes(workbook(sheets()))
    return path


def test_a_form_is_imported_listed_and_checked(run: Run, file: Path, instance: Path) -> None:
    imported = run("instrument", "import", file)
    assert imported.code == 0
    assert "5 questions in 2 languages" in imported.out
    assert "note: the words before the first question" in imported.err
    assert "at_home 3: long; en (draft), sq (draft)" in run("instrument", "list").out
    assert run("instrument", "check", "at_home").code == 0
    assert (instance / "questionnaires" / "at_home" / "text" / "sq.toml").exists()
    assert len([*(instance / "questionnaires").iterdir()]) == 1


def test_an_import_never_writes_over_anything(run: Run, file: Path, tmp_path: Path) -> None:
    assert run("instrument", "import", file).code == 0
    again = run("instrument", "import", file)
    assert (again.code, again.out) == (1, "")
    assert "is there already" in again.err
    assert run("instrument", "import", file, "--name", "second").code == 0
    assert find_instrument("second").name == "second"
    there = run("instrument", "import", file, "-o", tmp_path)
    assert (there.code, "is there already" in there.err) == (1, True)


def test_an_import_can_be_written_to_another_folder(run: Run, file: Path, tmp_path: Path) -> None:
    assert run("instrument", "import", file, "-o", tmp_path / "new" / "mine").code == 0
    assert read_instrument(tmp_path / "new" / "mine").name == "at_home"


def test_every_mistake_of_a_form_is_a_line_and_nothing_is_written(
    run: Run, tmp_path: Path, instance: Path
) -> None:
    cells = {"survey 9 type": "geopoint", "survey 3 type": "select_one nothing"}
    path = tmp_path / "broken.xlsx"
    path.write_bytes(workbook(changed(cells)))
    ended = run("instrument", "import", path)
    assert (ended.code, ended.out) == (1, "")
    first, second = ended.err.splitlines()
    assert first.startswith("survey row 3:lives: unknown-list: there is no list 'nothing'")
    assert second.startswith("survey row 9:story: not-supported: type 'geopoint' is not supported")
    assert not (instance / "questionnaires").exists()


@pytest.mark.parametrize("content", [b"", b"type,name\ntext,story\n"])
def test_what_is_no_spreadsheet_is_one_line(run: Run, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "form.xlsx"
    path.write_bytes(content)
    ended = run("instrument", "import", path)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.splitlines() == [
        f"{path}: it is no XLSX file, or it is damaged; save it again as .xlsx"
    ]


def test_a_missing_file_is_exit_1(run: Run, tmp_path: Path) -> None:
    ended = run("instrument", "import", tmp_path / "none.xlsx")
    assert (ended.code, len(ended.err.splitlines())) == (1, 1)


def test_an_export_comes_back_under_another_name(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    assert run("instrument", "export", "observation", "--to", "xlsform", "-o", path).code == 0
    taken = run("instrument", "import", path)
    assert (taken.code, "the library has a questionnaire" in taken.err) == (1, True)
    assert run("instrument", "import", path, "--name", "walk").code == 0
    walk, library = find_instrument("walk"), read_instrument("observation")
    assert (walk.items, walk.texts) == (library.items, library.texts)


def test_one_language_is_exported_alone(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    words = ("instrument", "export", "observation", "--to", "xlsform", "-o", path)
    assert run(*words, "--language", "sq").code == 0
    document = xlsform.read(path.read_bytes()).document
    assert list(document["text"]) == ["sq"]
    unknown = run(*words, "--language", "xx")
    assert (unknown.code, "observation has no 'xx'" in unknown.err) == (1, True)


def test_an_unknown_format_is_exit_2(run: Run) -> None:
    words = ("instrument", "export", "observation", "--to", "papyrus", "-o", "x")
    assert run(*words).code == 2


@pytest.mark.parametrize("source", library_names())
def test_every_instrument_of_the_library_can_be_copied(run: Run, source: str) -> None:
    assert run("instrument", "new", "mine", "--from", source).code == 0
    mine, library = find_instrument("mine"), read_instrument(source)
    assert mine.name == "mine"
    assert (mine.items, mine.texts) == (library.items, library.texts)


def test_a_copy_never_takes_a_name_that_is_taken(run: Run, instance: Path) -> None:
    assert run("instrument", "new", "mine", "--from", "observation").code == 0
    for name in ("mine", "observation", "../mine", "", "a b"):
        ended = run("instrument", "new", name, "--from", "social_cohesion")
        assert (ended.code, ended.out, len(ended.err.splitlines())) == (1, "", 1)
    assert [each.name for each in (instance / "questionnaires").iterdir()] == ["mine"]


def test_a_copy_of_nothing_is_named(run: Run, instance: Path) -> None:
    ended = run("instrument", "new", "mine", "--from", "nothing")
    assert (ended.code, "'nothing' has no file" in ended.err) == (1, True)
    assert not (instance / "questionnaires" / "mine").exists()


def test_the_name_of_a_library_instrument_cannot_be_shadowed(run: Run, instance: Path) -> None:
    run("instrument", "new", "mine", "--from", "observation")
    (instance / "questionnaires" / "mine").rename(instance / "questionnaires" / "observation")
    with pytest.raises(SurveyError, match="the library has a questionnaire of this name"):
        find_instrument("observation")


def test_a_round_can_ask_a_questionnaire_of_ones_own(run: Run, tmp_path: Path) -> None:
    run("instrument", "new", "mine", "--from", "social_cohesion")
    path = tmp_path / "round.toml"
    path.write_text(ROUND.replace("social_cohesion", "mine"), encoding="utf-8")
    assert read_round(path)[0].name == "mine"
    assert run("init").code == 0
    assert run("round", "open", path).code == 0


def test_an_adapted_instrument_is_scored_by_its_marks_without_code(
    run: Run, tmp_path: Path, instance: Path
) -> None:
    run("instrument", "new", "mine", "--from", "social_cohesion")
    structure = instance / "questionnaires" / "mine" / "instrument.toml"
    library = read_instrument("social_cohesion")
    marked = library.dimension("BE").items
    answers = tmp_path / "answers.csv"
    codes = ["5"] + ["1"] * (len(marked) - 1)
    answers.write_text(f"{','.join(marked)}\n{','.join(codes)}\n", encoding="utf-8")
    before = _score(run, answers, "BE")
    written = structure.read_text(encoding="utf-8")
    start = written.index(f'name = "{marked[0]}"')
    line = written.index('dimension = "BE"', start)
    taken = written[:line] + written[line:].replace('dimension = "BE"\n', "", 1)
    structure.write_text(taken, encoding="utf-8")
    assert find_instrument("mine").dimension("BE").items == marked[1:]
    assert _score(run, answers, "BE") != before


def _score(run: Run, answers: Path, name: str) -> str:
    printed = run("score", answers, "--instrument", "mine")
    assert printed.code == 0, printed.err
    return next(csv.DictReader(io.StringIO(printed.out)))[name]


def test_an_imported_form_is_scored_by_the_marks_of_its_sheet(run: Run, tmp_path: Path) -> None:
    path, answers = tmp_path / "out.xlsx", tmp_path / "answers.csv"
    run("instrument", "export", "social_cohesion", "--to", "xlsform", "-o", path)
    run("instrument", "import", path, "--name", "mine")
    marked = read_instrument("social_cohesion").dimension("BE").items
    answers.write_text(f"{','.join(marked)}\n{','.join(['5'] * len(marked))}\n", encoding="utf-8")
    own = _score(run, answers, "BE")
    printed = run("score", answers, "--instrument", "social_cohesion")
    assert next(csv.DictReader(io.StringIO(printed.out)))["BE"] == own


def test_a_paper_form_says_which_round_it_is_of(run: Run, tmp_path: Path) -> None:
    (tmp_path / "round.toml").write_text(ROUND, encoding="utf-8")
    words = ("instrument", "export", "social_cohesion", "--to", "paper", "--form", "short")
    path = tmp_path / "form.pdf"
    asked = ("--round", tmp_path / "round.toml", "--address", "https://example.org/s/spring")
    assert run(*words, *asked, "-o", path).code == 0
    told = printed(path.read_bytes())
    assert unspaced("https://example.org/s/spring") in told
    assert unspaced("A team") in told
    plain = tmp_path / "plain.pdf"
    assert run(*words, "-o", plain).code == 0
    assert unspaced("A team") not in printed(plain.read_bytes())


def test_a_round_of_another_instrument_is_not_printed(run: Run, tmp_path: Path) -> None:
    (tmp_path / "round.toml").write_text(ROUND, encoding="utf-8")
    words = ("instrument", "export", "observation", "--to", "paper", "-o", tmp_path / "form.pdf")
    refused = run(*words, "--round", tmp_path / "round.toml")
    assert (refused.code, refused.out) == (1, "")
    assert "round.toml is a round of 'social_cohesion', not of 'observation'" in refused.err
    assert not (tmp_path / "form.pdf").exists()


def test_what_is_for_paper_is_refused_elsewhere(run: Run, tmp_path: Path) -> None:
    words = ("instrument", "export", "observation", "--to", "ddi", "--form", "full")
    assert "are for paper" in run(*words, "-o", tmp_path / "x.xml").err
