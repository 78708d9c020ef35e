"""A frame keeps answers as codes, tells why each is missing, and says what does not fit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analysis import FormatError, Frame, FrameError, Row
from analysis.frame import NONANSWER_CODES
from questionnaires import Instrument, read_instrument


def row(answers: dict[str, str], weight: int = 1_500_000, psu: str | None = "p1") -> Row:
    return Row(answers, weight, "s1", psu, "en", "self-web")


def written(folder: Path, text: str, name: str = "answers.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_codes_come_back_as_they_were(cohesion_instrument: Instrument) -> None:
    answers = [
        {"D1": "TV01", "D2": "man", "T1": "5", "Q2": "trust belonging"},
        {"D1": "TV02", "D2": "pnta", "T1": "dk", "Q2": "skip"},
    ]
    frame = Frame.from_answers(cohesion_instrument, [row(each) for each in answers])
    for name in answers[0]:
        assert frame.codes(name).tolist() == [each[name] for each in answers]
    assert frame.codes("T2").tolist() == ["not_shown", "not_shown"]
    assert frame.locality.tolist() == ["TV01", "TV02"]
    assert frame.weight.tolist() == [1_500_000, 1_500_000]
    assert frame.codes("stratum").tolist() == ["s1", "s1"]


def test_every_reason_for_no_answer_stays_apart(cohesion_instrument: Instrument) -> None:
    reasons = list(NONANSWER_CODES)
    frame = Frame.from_answers(cohesion_instrument, [row({"T1": each}) for each in reasons])
    assert frame.answers("T1").tolist() == list(NONANSWER_CODES.values())
    assert frame.codes("T1").tolist() == reasons
    assert len(set(frame.answers("T1").tolist())) == 6
    assert frame.answers("T1").max() < 0


def test_one_byte_holds_an_answer(cohesion_instrument: Instrument) -> None:
    frame = Frame.from_answers(cohesion_instrument, [row({})] * 3)
    assert frame.matrix.dtype == np.int8
    assert frame.matrix.shape == (len(frame.items), 3) == (len(frame.items), len(frame))


def test_a_respondent_without_psu_has_an_empty_one(cohesion_instrument: Instrument) -> None:
    frame = Frame.from_answers(cohesion_instrument, [row({}, psu=None), row({})])
    assert frame.psu.tolist() == ["", "p1"]


def test_an_unknown_column_is_a_key_error(cohesion_instrument: Instrument) -> None:
    frame = Frame.from_answers(cohesion_instrument, [row({})])
    with pytest.raises(KeyError):
        frame.codes("T99")


def test_stored_answers_that_do_not_fit_are_named_but_never_repeated(
    cohesion_instrument: Instrument,
) -> None:
    rows = [row({"T1": "3"}), row({"T1": "secret", "Q2": "none gossip"}, weight=0)]
    with pytest.raises(FrameError) as caught:
        Frame.from_answers(cohesion_instrument, rows)
    assert [(each.row, each.column) for each in caught.value.problems] == [
        (2, "Q2"),
        (2, "T1"),
        (2, "weight"),
    ]
    assert "secret" not in str(caught.value)
    assert "gossip" not in str(caught.value)


def test_numbers_of_a_spreadsheet_are_the_codes_they_stand_for(
    tmp_path: Path, cohesion_instrument: Instrument
) -> None:
    path = written(tmp_path, "D1,T1,T2,T3,note\n007,5,5.0, 5 ,8.0\n062,5.00,dk,,x\n")
    frame = Frame.read(path, cohesion_instrument)
    assert [frame.codes(name)[0] for name in ("T1", "T2", "T3")] == ["5", "5", "5"]
    assert frame.codes("T3")[1] == "skip"
    assert frame.codes("D1").tolist() == ["007", "062"]
    assert frame.codes("note").tolist() == ["8", "x"]
    assert set(frame.codes("B1")) == {"not_shown"}


def test_design_columns_of_a_file_are_read(tmp_path: Path, cohesion_instrument: Instrument) -> None:
    path = written(tmp_path, "weight,stratum,psu,language,mode,T1\n1.862,1,1-1,en,paper,3\n")
    frame = Frame.read(path, cohesion_instrument)
    assert frame.weight.tolist() == [1_862_000]
    design = (frame.stratum[0], frame.psu[0], frame.language[0], frame.mode[0])
    assert design == ("1", "1-1", "en", "paper")


def test_without_weights_everybody_counts_once(tmp_path: Path) -> None:
    assert Frame.read(written(tmp_path, "T1\n3\n4\n")).weight.tolist() == [1_000_000, 1_000_000]


@pytest.mark.parametrize("mark", [";", "\t", ","])
def test_semicolons_and_tabs_separate_as_well(tmp_path: Path, mark: str) -> None:
    path = written(tmp_path, f"\ufeffid{mark}place\n1{mark}Velmora\n\n")
    assert Frame.read(path).codes("place").tolist() == ["Velmora"]


def test_every_cell_that_does_not_fit_is_told_at_once(
    tmp_path: Path, cohesion_instrument: Instrument
) -> None:
    path = written(tmp_path, "T1,weight\n" + "9,1\n" * 23 + "3,heavy\n")
    with pytest.raises(FrameError) as caught:
        Frame.read(path, cohesion_instrument)
    lines = str(caught.value).splitlines()
    assert len(caught.value.problems) == 24
    assert len(lines) == 21
    assert lines[0].startswith("row 2, column T1: not a code of this item; use one of 1 2 3 4 5")
    assert lines[-1] == "and 4 more"
    assert caught.value.problems[-1].row == 25
    assert caught.value.problems[-1].column == "weight"


@pytest.mark.parametrize("weight", ["0", "-1", "", "nan", "inf", "1e400", "1,5"])
def test_a_weight_is_a_number_above_zero(tmp_path: Path, weight: str) -> None:
    with pytest.raises(FrameError, match=r"row 2, column weight: .* above zero"):
        Frame.read(written(tmp_path, f'T1,weight\n3,"{weight}"\n'))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the first row is empty; it must name the columns"),
        ("a,a\n1,2\n", "column a stands twice"),
        ("a,b\n1,2\n1,2,3\n", "row 3 has 3 cells where the header has 2"),
        ('a,b\n1,"2\n', "mend the quotes"),
    ],
)
def test_a_broken_file_says_how_to_mend_it(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        Frame.read(written(tmp_path, text))


def test_a_file_of_an_unknown_format_or_place_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"unknown format; save it as one of .*\.csv"):
        Frame.read(written(tmp_path, "x", "answers.docx"))
    with pytest.raises(FormatError, match=r"none\.csv: cannot be read"):
        Frame.read(tmp_path / "none.csv")
    bad = tmp_path / "latin.csv"
    bad.write_bytes("a\n\xe9\n".encode("latin-1"))
    with pytest.raises(FormatError, match="byte 2 is not UTF-8"):
        Frame.read(bad)


def test_a_file_with_a_header_only_has_no_rows(
    tmp_path: Path, cohesion_instrument: Instrument
) -> None:
    frame = Frame.read(written(tmp_path, "id,T1\n"), cohesion_instrument)
    assert len(frame) == 0
    assert frame.codes("T1").tolist() == []


# Answers that are no single code


EVERY_TYPE = Path(__file__).parents[1] / "questionnaires" / "every_type"


def test_answers_of_every_type_come_back_as_they_were() -> None:
    given = {
        "lives": "N1", "home": "na", "heard": "radio meeting", "needs_water": "3",
        "first": "work water", "weighs_1": "water work", "size": "4", "since": "2019-05",
        "did": "2", "did_arm": "control", "paid": "same", "story": "It rained",
        "tokens": "water:12 school:3", "heard_order": "radio meeting poster none",
    }  # fmt: skip
    frame = Frame.from_answers(read_instrument(EVERY_TYPE), [row(given), row({"lives": "N1"})])
    assert {name: str(frame.codes(name)[0]) for name in given} == given
    assert {str(frame.codes(name)[1]) for name in given} == {"N1", "not_shown"}
    assert {"did_arm", "paid", "needs_water"} <= set(frame.items)
    assert {"size", "first", "tokens", "did", "since", "story"} <= set(frame.text)


def test_numbers_and_counts_measure_themselves() -> None:
    rows = [row({"size": "4", "did": "2", "needs_water": "1"}), row({"size": "dk", "did": "pnta"})]
    frame = Frame.from_answers(read_instrument(EVERY_TYPE), rows)
    measured = [frame.measured(name).tolist() for name in ("size", "did", "needs_water")]
    assert [column[0] for column in measured] == [4, 2, 25]
    assert all(np.isnan(column[1]) for column in measured)


def test_a_broken_ranking_is_invalid_as_a_whole() -> None:
    rows = [row({"first": "water water"}), row({"first": "water work"})]
    frame = Frame.from_answers(read_instrument(EVERY_TYPE), rows)
    assert frame.codes("first").tolist() == ["invalid", "water work"]


@pytest.mark.parametrize(
    ("name", "answer"),
    [("size", "many"), ("tokens", "gossip:2"), ("did", "9"), ("since", "May"), ("paid", "yes")],
)
def test_an_answer_in_another_shape_does_not_fit(name: str, answer: str) -> None:
    with pytest.raises(FrameError) as caught:
        Frame.from_answers(read_instrument(EVERY_TYPE), [row({name: answer})])
    assert answer not in str(caught.value)
