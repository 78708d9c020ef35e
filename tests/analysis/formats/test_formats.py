"""One table, read from every format, is the same table; what is broken says how to mend it."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import openpyxl
import pyarrow as pa
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from analysis import FormatError, Frame
from analysis.columns import Column, columns_of_rows, stacked
from analysis.formats import read_columns, read_table, rows_of, suffixes
from questionnaires import Instrument
from tests.analysis.formats.writers import DATE, DATETIME, TIME, Table, write_dta, write_sav

TABLE: Table = {"T1": [1.0, 2.0, None], "PLACE": ["007", "", "Velmora"], "WEIGHT": [1.25, 2.0, 3.5]}
TEXT = {"T1": ["1", "2", ""], "PLACE": ["007", "", "Velmora"], "WEIGHT": ["1.25", "2", "3.5"]}


def write_text(path: Path, delimiter: str) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=delimiter)
        writer.writerow(TEXT)
        writer.writerows(zip(*TEXT.values(), strict=True))


def write_xlsx(path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(list(TABLE))
    for row in zip(*TABLE.values(), strict=True):
        book.worksheets[0].append(list(row))
    book.save(path)


WRITERS: dict[str, Callable[[Path], None]] = {
    ".csv": lambda path: write_text(path, ","),
    ".tsv": lambda path: write_text(path, "\t"),
    ".xlsx": write_xlsx,
    ".parquet": lambda path: parquet.write_table(pa.table(TABLE), path),
    ".sav": lambda path: write_sav(path, TABLE, {}),
    ".zsav": lambda path: write_sav(path, TABLE, {}),
    ".dta": lambda path: write_dta(path, TABLE),
}


def texts(columns: dict[str, Column]) -> dict[str, list[str]]:
    return {name: column.texts() for name, column in columns.items()}


def test_every_format_has_a_writer_here() -> None:
    assert suffixes() == tuple(sorted(WRITERS))


@pytest.mark.parametrize("ending", WRITERS)
def test_every_format_reads_the_same_table(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"answers{ending}"
    WRITERS[ending](path)
    assert texts(dict(read_table(path))) == TEXT
    assert texts(dict(read_columns(path, ["WEIGHT", "T1", "none"]))) == {
        "WEIGHT": TEXT["WEIGHT"],
        "T1": TEXT["T1"],
    }


#: Lines that are cut short are tested below; whole lines that are missing cannot be seen.
LINES = (".csv", ".tsv")


@pytest.mark.parametrize("ending", [each for each in WRITERS if each not in LINES])
def test_a_file_cut_short_is_one_clear_line(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"answers{ending}"
    WRITERS[ending](path)
    whole = path.read_bytes()
    for size in (0, len(whole) // 2, len(whole) - 10):
        path.write_bytes(whole[:size])
        with pytest.raises(FormatError) as caught:
            read_table(path)
        assert str(caught.value).startswith(f"answers{ending}: ")
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("ending", LINES)
def test_an_empty_file_is_one_clear_line(tmp_path: Path, ending: str) -> None:
    (tmp_path / f"answers{ending}").touch()
    with pytest.raises(FormatError, match="the first row is empty; it must name the columns"):
        read_table(tmp_path / f"answers{ending}")


@pytest.mark.parametrize("ending", WRITERS)
def test_a_file_that_is_not_there_is_one_clear_line(tmp_path: Path, ending: str) -> None:
    with pytest.raises(FormatError, match=r"none\S+: cannot be read \(No such file"):
        read_table(tmp_path / f"none{ending}")


def test_codes_declared_missing_stay_apart_until_they_are_measured(tmp_path: Path) -> None:
    write_sav(tmp_path / "a.sav", {"T1": [1.0, 9.0, 8.0]}, {"T1": [8.0, 9.0]})
    column = read_table(tmp_path / "a.sav")["T1"]
    assert column.texts() == ["1", "9", "8"]
    assert column.declared == {"8", "9"}
    assert column.without(frozenset()).texts() == ["1", "", ""]
    write_dta(tmp_path / "a.dta", {"T1": [1.0, float("inf"), None]})
    column = read_table(tmp_path / "a.dta")["T1"]
    assert column.texts() == ["1", "a", ""]
    assert column.without(frozenset()).texts() == ["1", "", ""]


def seconds(day: datetime) -> float:
    """Return a moment as SPSS counts."""
    return (day - datetime(1582, 10, 14)).total_seconds()  # noqa: DTZ001  SPSS knows no zones


def test_days_and_times_declared_missing_stay_apart(tmp_path: Path) -> None:
    days = [seconds(datetime(2020, 1, day, hour)) for day, hour in ((1, 0), (2, 0), (3, 7))]  # noqa: DTZ001
    table: Table = {"D": days, "M": days, "T": [0.0, 60.0, 3600.0]}
    shown = {"D": DATE, "M": DATETIME, "T": TIME}
    write_sav(tmp_path / "a.sav", table, {"D": days[2:], "M": days[1:], "T": [60.0]}, shown)
    columns = read_table(tmp_path / "a.sav")
    assert columns["D"].texts() == ["2020-01-01", "2020-01-02", "2020-01-03"]
    assert columns["M"].texts() == ["2020-01-01", "2020-01-02", "2020-01-03T07:00:00"]
    assert columns["T"].texts() == ["00:00:00", "00:01:00", "01:00:00"]
    assert columns["D"].declared == {"2020-01-03"}
    assert columns["M"].declared == {"2020-01-02", "2020-01-03T07:00:00"}
    assert columns["T"].declared == {"00:01:00"}


def test_a_day_that_no_calendar_has_is_told(tmp_path: Path) -> None:
    write_sav(tmp_path / "a.sav", {"D": [1e300]}, {}, {"D": DATE})
    with pytest.raises(FormatError, match=r"a.sav: holds a day, .* that no calendar has; mend it"):
        read_table(tmp_path / "a.sav")


def test_days_and_truths_are_the_same_text_from_every_format(tmp_path: Path) -> None:
    moments = [datetime(2020, 1, 1), datetime(2020, 1, 2, 7, 30)]  # noqa: DTZ001
    expected = {
        "M": ["2020-01-01", "2020-01-02T07:30:00"],
        "D": ["2020-01-01", "2020-01-02"],
        "B": ["TRUE", "FALSE"],
    }
    days, truths = [each.date() for each in moments], [True, False]
    parquet.write_table(pa.table({"M": moments, "D": days, "B": truths}), tmp_path / "a.parquet")
    book = openpyxl.Workbook()
    for row in zip(*(["M", *moments], ["D", *days], ["B", *truths]), strict=True):
        book.worksheets[0].append(row)
    book.save(tmp_path / "a.xlsx")
    write_sav(
        tmp_path / "a.sav",
        {name: [seconds(each) for each in moments] for name in "MD"},
        {},
        {"M": DATETIME, "D": DATE},
    )
    assert texts(dict(read_table(tmp_path / "a.parquet"))) == expected
    assert texts(dict(read_table(tmp_path / "a.xlsx"))) == expected
    assert texts(dict(read_columns(tmp_path / "a.sav", ["M", "D"]))) == {
        name: expected[name] for name in "MD"
    }


def test_moments_of_nanoseconds_are_read_to_the_microsecond(tmp_path: Path) -> None:
    second = 10**9
    moments = pa.array([0, 86_400 * second + 1_500, None], pa.timestamp("ns"))
    times = pa.array([0, second + 1, None], pa.time64("ns"))
    parquet.write_table(pa.table({"M": moments, "T": times}), tmp_path / "a.parquet")
    assert texts(dict(read_table(tmp_path / "a.parquet"))) == {
        "M": ["1970-01-01", "1970-01-02T00:00:00.000001", ""],
        "T": ["00:00:00", "00:00:01", ""],
    }


def test_a_moment_that_no_calendar_has_is_told(tmp_path: Path) -> None:
    table = pa.table({"M": pa.array([2**60], pa.timestamp("us"))})
    parquet.write_table(table, tmp_path / "a.parquet")
    with pytest.raises(FormatError, match=r"a\.parquet: column M is broken, or holds what no text"):
        read_table(tmp_path / "a.parquet")


def test_a_byte_that_is_turned_is_one_clear_line(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    labels = [f"code {number % 40}" for number in range(400)]
    numbers = [number % 7 / 2 if number % 5 else None for number in range(400)]
    parquet.write_table(pa.table({"a": labels, "b": numbers}), path, compression="none")
    whole = path.read_bytes()
    for place in range(0, len(whole), 5):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        with suppress(FormatError):  # a byte of a text may be any other
            for column in read_table(path).values():
                column.texts()
                column.numbers()


def test_scores_are_read_from_spss_with_its_missing_codes(
    tmp_path: Path, cohesion_instrument: Instrument
) -> None:
    write_sav(tmp_path / "a.sav", {"T1": [1.0, 9.0], "T2": ["dk", "3"]}, {"T1": [9.0]})
    frame = Frame.read(tmp_path / "a.sav", cohesion_instrument)
    assert frame.codes("T1").tolist() == ["1", "skip"]
    assert frame.codes("T2").tolist() == ["dk", "3"]


@pytest.mark.parametrize("mark", ["/", "-", "."])
def test_items_are_found_in_groups(
    tmp_path: Path, cohesion_instrument: Instrument, mark: str
) -> None:
    path = tmp_path / "kobo.csv"
    head = ["start", f"trust{mark}T1", f"a{mark}b{mark}T2", f"end{mark}Q2"]
    split = [f"end{mark}Q2/{code}" for code in ("trust", "belonging")]
    path.write_text(",".join([*head, *split]) + "\nnow,5,4,trust belonging,1,1\n")
    frame = Frame.read(path, cohesion_instrument)
    found = [frame.codes(name)[0] for name in ("T1", "T2", "Q2", "start")]
    assert found == ["5", "4", "belonging trust", "now"]
    assert f"trust{mark}T1" not in frame.text


def test_split_answers_are_put_together(tmp_path: Path) -> None:
    path = tmp_path / "kobo.csv"
    path.write_text("g/need/work,g/need/water,g/need/none\n1,1,0\n0,TRUE,\nn/a,,\n1.0,no,0\n")
    assert read_columns(path, ["need"])["need"].texts() == ["water work", "water", "", "work"]
    assert read_columns(path, ["g/need/work"])["g/need/work"].texts() == ["1", "0", "n/a", "1.0"]


def test_asked_without_a_choice_is_not_unasked(tmp_path: Path) -> None:
    path = tmp_path / "kobo.csv"
    path.write_text("y,need/water,need/work\n1,0,0\n2,,\n3,,0\n4,1,0\n")
    chosen = ["nothing chosen", "", "nothing chosen", "water"]
    assert read_columns(path, ["need"])["need"].texts() == chosen
    assert read_table(path, ["need"])["need"].texts() == ["", "", "", "water"]


def test_orders_of_the_same_codes_are_one_answer_where_the_codes_are_known(tmp_path: Path) -> None:
    path = tmp_path / "kobo.csv"
    path.write_text("g/need,g/need/water,g/need/food\nwater food,1,1\nfood water,1,1\n,0,0\n")
    assert read_columns(path, ["need"])["need"].texts() == ["food water", "food water", ""]
    path.write_text("need,need/water,need/food\nwater food,1,1\nsomething else,,\n")
    assert read_columns(path, ["need"])["need"].texts() == ["water food", "something else"]
    path.write_text("rank\nwater food\nfood water\n")
    assert read_columns(path, ["rank"])["rank"].texts() == ["water food", "food water"]


@pytest.mark.parametrize(
    "text", ["kids.x,kids.y\n1,0\n2,1\n", "kids.x\n3\n", "kids.wage,kids.rent\n500,300\n"]
)
def test_columns_that_are_no_marks_are_no_answers(tmp_path: Path, text: str) -> None:
    path = tmp_path / "merged.csv"
    path.write_text(text)
    assert read_columns(path, ["kids"]) == {}
    with pytest.raises(FormatError, match=r"kids may be in kids\.\w+.*; call the right column"):
        read_table(path, ["kids"])
    path.write_text("kids,kids.x\n7,1\n")
    assert read_columns(path, ["kids"])["kids"].texts() == ["7"]


def test_one_column_of_marks_is_a_question_with_one_code(tmp_path: Path) -> None:
    path = tmp_path / "kobo.csv"
    path.write_text("v1.x\n1\n0\n")
    assert read_columns(path, ["v1"])["v1"].texts() == ["x", "nothing chosen"]


def test_a_split_question_in_two_groups_is_asked_back(tmp_path: Path) -> None:
    (tmp_path / "kobo.csv").write_text("a/need/x,b/need/x\n1,0\n")
    with pytest.raises(FormatError, match="need may be column a/need or b/need; use the whole"):
        read_columns(tmp_path / "kobo.csv", ["need"])


def test_a_name_in_two_groups_is_asked_back(tmp_path: Path) -> None:
    (tmp_path / "kobo.csv").write_text("a/T1,b/T1\n1,2\n")
    with pytest.raises(FormatError, match="T1 may be column a/T1 or b/T1; use the whole name"):
        read_columns(tmp_path / "kobo.csv", ["T1"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\n1,2\n\n3,4\n", "row 3 has 0 cells"),
        ('a,b\n1,"2\n3,4\n', "mend the quotes"),
        ("a,b\n1,2\n3", "row 3 has 1 cells"),
        ("a,b\n1,2\n3,4,5\n", "row 3 has 3 cells"),
    ],
)
def test_rows_of_another_length_are_named(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(FormatError, match=said):
        read_columns(tmp_path / "a.csv", ["a"])


@pytest.mark.parametrize("end", [",\n", ",\r\n,,,\r\n", '"",""\n', "   \n", " , \n\n", "\n\n"])
def test_empty_rows_at_the_end_are_nobody(tmp_path: Path, end: str) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,\n,\n3,4\n" + end, newline="")
    assert read_columns(tmp_path / "a.csv", ["a"])["a"].texts() == ["1", "", "3"]
    assert rows_of(tmp_path / "a.csv") == 3


def test_empty_rows_between_others_and_cells_of_quotes_stay(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('a,b\n,\n1,"\n,"\n,""""\n')
    assert read_columns(tmp_path / "a.csv", ["b"])["b"].texts() == ["", "\n,", '"']
    (tmp_path / "a.csv").write_text("a,b\n,\n,\n")
    assert rows_of(tmp_path / "a.csv") == 0


def test_a_byte_that_is_no_text_is_named_in_any_column(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"a,b\n1,\xe9\n")
    with pytest.raises(FormatError, match="byte 6 is not UTF-8"):
        read_table(tmp_path / "a.csv")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", 'y;"Age, years"\n1;2\n'),
        ("a.csv", '"y";"Age, in years, now"\n1;2\n'),
        ("a.csv", '"y";"Age, ""old"", or not, now"\n1;2\n'),
        ("a.tsv", "y\tAge, in years, now; or not; or so\n1\t2\n"),
        ("a.csv", "sep=;\ny;w\n1;2\n"),
        ("a.csv", "\ufeffsep=|\r\ny|Age, years\r\n1|2\r\n"),
        ("a.tsv", '"sep=;"\ny;w\n1;2\n'),
    ],
)
def test_what_separates_is_not_guessed_from_words(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8", newline="")
    first, second = read_table(tmp_path / name).items()
    assert (first[0], first[1].texts(), second[1].texts()) == ("y", ["1"], ["2"])


def test_rows_are_counted_below_the_line_that_says_what_separates(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("sep=;\ny;w\n1;2\n3\n")
    with pytest.raises(FormatError, match="row 3 has 1 cells where the header has 2"):
        read_table(tmp_path / "a.csv")


def test_lines_may_end_as_on_old_computers(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b'a,"b\rc"\r1,\xc3\xa9\r,\r"3\r4",5\r,\r\r')
    columns = read_table(tmp_path / "a.csv")
    assert texts(dict(columns)) == {"a": ["1", "", "3\r4"], "b\rc": ["é", "", "5"]}
    (tmp_path / "a.csv").write_bytes(b"a,b\r1,2\r\r3,4\r")
    with pytest.raises(FormatError, match="row 3 has 0 cells"):
        read_table(tmp_path / "a.csv")


def write_rows(path: Path, rows: list[list[str | None]]) -> None:
    if path.suffix == ".xlsx":
        book = openpyxl.Workbook()
        for row in rows:
            book.worksheets[0].append(row)
        book.save(path)
    else:
        path.write_text("\n".join(",".join(cell or "" for cell in row) for row in rows))


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_a_column_without_name_and_answers_is_none(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a{ending}"
    write_rows(path, [["y", None, "w", None], ["1", None, "2", None]])
    assert texts(dict(read_table(path))) == {"y": ["1"], "w": ["2"]}
    write_rows(path, [["y", None, "w"], ["1", "8", "2"]])
    with pytest.raises(FormatError, match=f"a{ending}: column 2 has no name; give it one") as found:
        read_columns(path, ["y"])
    assert "8" not in str(found.value)


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_numbers_of_rows_without_a_name_are_no_column(tmp_path: Path, ending: str) -> None:
    write_rows(tmp_path / f"a{ending}", [[None, "y"], ["1", "5"], ["2", "6"]])
    assert texts(dict(read_table(tmp_path / f"a{ending}"))) == {"y": ["5", "6"]}


def test_a_formula_without_a_value_is_named(tmp_path: Path) -> None:
    write_rows(tmp_path / "a.xlsx", [["y", "w", "v"], ["1", "=1+1", "2"], ["1", None, "=A2"]])
    with pytest.raises(FormatError, match=r"a\.xlsx: the formula in cell B2 has no value; open"):
        read_columns(tmp_path / "a.xlsx", ["y", "w"])
    assert read_columns(tmp_path / "a.xlsx", ["y"])["y"].texts() == ["1", "1"]


def test_formulas_with_a_value_are_read(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["y", "w"])
        sheet.write_formula(1, 0, "=1+1", None, 2)
        sheet.write_formula(1, 1, '=IF(A2=3,A2,"")', None, "nothing")
        sheet.write_formula(2, 0, "=A2", None, 2)
    emptied(tmp_path / "a.xlsx", b"<v>nothing</v>")
    columns = read_table(tmp_path / "a.xlsx")
    assert texts(dict(columns)) == {"y": ["2", "2"], "w": ["", ""]}


def emptied(path: Path, value: bytes) -> None:
    """Make a value of a workbook the empty text, as spreadsheet programs write it."""
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    with zipfile.ZipFile(path, "w") as book:
        for name, part in parts.items():
            book.writestr(name, part.replace(value, b"<v></v>"))


def test_a_header_of_commas_names_no_column(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(",,\n1,2,3\n")
    with pytest.raises(FormatError, match="the first row is empty; it must name the columns"):
        read_table(tmp_path / "a.csv")


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=5)


@given(rows=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5))
def test_any_text_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    path = tmp_path_factory.mktemp("text") / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, quoting=csv.QUOTE_ALL)
        writer.writerow(["a", "b"])
        writer.writerows(rows)
    last = max((number for number, row in enumerate(rows, 1) if any(row)), default=0)
    columns = read_table(path)
    assert list(zip(columns["a"].texts(), columns["b"].texts(), strict=True)) == rows[:last]


def test_numbers_are_numbers_and_words_are_none() -> None:
    column = Column.of(["1", "-2.5", "1e3", "", "nan", "inf", "1_0", "x", "٣"])
    found = column.numbers().tolist()
    assert found[:3] == [1.0, -2.5, 1000.0]
    assert found[3] != found[3]
    assert found[4:] == [float("inf")] * 5


@given(st.lists(st.tuples(st.sampled_from("ab1"), st.text(max_size=2), st.just("x"))))
def test_columns_of_rows_are_those_of_each_column(rows: list[tuple[str, str, str]]) -> None:
    found = columns_of_rows(rows, 3)
    assert len(found) == 3
    for number, column in enumerate(found):
        alone = Column.of(row[number] for row in rows)
        assert column.labels == alone.labels
        assert column.codes.tolist() == alone.codes.tolist()


def test_stacked_columns_keep_their_rows_and_what_is_missing() -> None:
    first = Column.of(["8", "1"], frozenset({"8"}))
    both = stacked([first, Column.of(["1", "2"])])
    assert both.texts() == ["8", "1", "1", "2"]
    assert both.declared == {"8"}
    assert both.normal.without(frozenset({"2"})).texts() == ["", "1", "1", ""]


def test_what_one_file_declares_missing_stays_a_code_of_another() -> None:
    first = Column.of(["9", "8", "1"], frozenset({"8", "9"}))
    both = stacked([first, Column.of(["9.0", "1"]), Column.of(["8"], frozenset({"8"}))])
    assert both.texts() == ["", "8", "1", "9.0", "1", "8"]
    assert both.declared == {"8"}
    assert both.normal.without(frozenset()).texts() == ["", "", "1", "9", "1", ""]
