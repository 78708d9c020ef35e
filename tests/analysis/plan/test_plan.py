"""What a plan may say, what it is told when it is wrong, and what comes out."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis import Design, Difference, joint, linearise
from analysis.plan import PlanError, render, renderer_names, run_plan
from analysis.weighting import rake
from tests.analysis.formats.writers import write_sav
from tests.analysis.plan.conftest import Refused, Run
from tests.analysis.plan.plans import cohesion, table

SMALL = """id,N,n2,g,w,a,b,wave
1,4,3,x,1.5,1,2,1
2,4,3,x,2,2,1,1
3,4,3,y,1,3,5,2
4,4,3,na,1,8,4,2
5,4,3,8,3,4,,2
"""


def small(folder: Path, plan: str, text: str = SMALL) -> dict[str, Any]:
    (folder / "small.csv").write_text(text, encoding="utf-8")
    (folder / "small.toml").write_text('data = "small.csv"\n' + plan, encoding="utf-8")
    found: dict[str, Any] = json.loads(render(run_plan(folder / "small.toml"), "json"))
    return found


def rows(found: dict[str, Any]) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = found["tables"][0]["rows"]
    return listed


def test_rows_have_the_keys_of_the_contract(tmp_path: Path) -> None:
    found = small(tmp_path, table("mean", ["a"], ["g"]))
    assert list(found) == ["tables", "tests", "changes", "reliability", "provenance"]
    assert {"plan_sha256", "data_sha256", "version"} <= set(found["provenance"])
    assert list(rows(found)[0]) == [
        "by", "of", "n", "estimate", "standard_error", "df", "low", "high", "deff", "n_effective",
    ]  # fmt: skip


def test_missing_codes_are_for_measures_and_never_for_domains(tmp_path: Path) -> None:
    found = rows(small(tmp_path, "missing = [8.0]\n" + table("mean", ["a"], ["g"])))
    assert [row["by"]["g"] for row in found] == ["8", "na", "x", "y"]
    assert [row["n"] for row in found] == [1, 0, 2, 1]
    assert [row["estimate"] for row in found] == [4.0, None, 1.5, 3.0]
    assert found[0]["standard_error"] is found[0]["low"] is None


def test_a_domain_never_drops_the_design(tmp_path: Path) -> None:
    head = '[design]\nweight = "w"\npsu = ["id"]\n'
    kept = rows(small(tmp_path, "keep = {wave = 1}\n" + head + table("mean", ["b"])))[0]
    split = rows(small(tmp_path, head + table("mean", ["b"], ["wave"])))[0]
    assert {**kept, "by": {}} == {**split, "by": {}}


def test_weights_come_from_the_fpc_where_there_are_none(tmp_path: Path) -> None:
    head = '[design]\npsu = ["g", "id"]\nfpc = ["N", "n2"]\nlonely_psu = "adjust"\n'
    text = SMALL.replace(",4,3,", ",8,4,")
    found = rows(small(tmp_path, head + table("total", ["a"]), text))[0]
    # Four of eight groups, and of four people two in x and one in each of the others.
    assert found["estimate"] == pytest.approx(2 * ((1 + 2) * 2 + (3 + 8 + 4) * 4))


def test_proportions_name_every_category_in_every_domain(tmp_path: Path) -> None:
    found = rows(small(tmp_path, 'missing = ["8"]\n' + table("proportion", ["a"], ["wave"])))
    assert [(row["by"]["wave"], row["category"]) for row in found] == [
        (wave, category) for wave in "12" for category in "1234"
    ]
    assert [row["estimate"] for row in found] == [0.5, 0.5, 0, 0, 0, 0, 0.5, 0.5]


def test_who_chose_nothing_of_a_list_is_in_the_base(tmp_path: Path) -> None:
    text = "needs.water,needs.food\n1,1\n0,0\n,\n0,1\n0,0\n"
    found = rows(small(tmp_path, table("proportion", ["needs"]), text))
    assert [(row["category"], row["estimate"]) for row in found] == [
        ("food", 0.25), ("food water", 0.25), ("nothing chosen", 0.5),
    ]  # fmt: skip
    left = 'missing = ["nothing chosen"]\n' + table("proportion", ["needs"])
    assert [row["estimate"] for row in rows(small(tmp_path, left, text))] == [0.5, 0.5]


def test_columns_that_share_a_beginning_are_not_its_answers(tmp_path: Path) -> None:
    text = "income.wage,income.rent\n500,300\n0,1\n"
    with pytest.raises(PlanError, match=r"small\.csv: has no column income, which tables"):
        small(tmp_path, table("total", ["income"]), text)


def test_a_ratio_has_one_row(tmp_path: Path) -> None:
    found = rows(small(tmp_path, table("ratio", ["a", "b"])))
    assert [(row["of"], row["n"]) for row in found] == [("a/b", 4)]
    assert found[0]["estimate"] == pytest.approx((1 + 2 + 3 + 8) / (2 + 1 + 5 + 4))


def test_half_of_the_items_is_enough_and_scales_turn_round(tmp_path: Path) -> None:
    scale = '[scales.s]\nitems = ["a", "b"]\nreverse = ["b"]\nminimum = 1\nmaximum = 5\n'
    found = rows(small(tmp_path, "missing = [8]\n" + scale + table("total", ["s"], ["id"])))
    assert [row["estimate"] for row in found] == [37.5, 62.5, 25.0, 25.0, 75.0]
    strict = scale + "at_least = 0.51\n" + table("total", ["s"], ["id"])
    found = rows(small(tmp_path, "missing = [8]\n" + strict))
    assert [row["estimate"] for row in found] == [37.5, 62.5, 25.0, None, None]


def test_several_files_are_one(tmp_path: Path) -> None:
    header, *lines = SMALL.splitlines(keepends=True)
    (tmp_path / "one.csv").write_text(header + "".join(lines[:2]))
    (tmp_path / "two.csv").write_text("note," + header + "".join("?," + each for each in lines[2:]))
    plan = table("mean", ["a"], ["g"])
    together = small(tmp_path, plan)
    (tmp_path / "parts.toml").write_text('data = ["one.csv", "two.csv"]\n' + plan)
    apart = json.loads(render(run_plan(tmp_path / "parts.toml"), "json"))
    assert apart["tables"] == together["tables"]
    assert apart["provenance"]["data_sha256"] != together["provenance"]["data_sha256"]


def test_calibration_hits_the_margins_and_tells_how_unequal_weights_are(tmp_path: Path) -> None:
    plan = '[calibrate]\nmethod = "rake"\nmargins = {wave = {"1" = 10, "2" = 30}}\n'
    found = small(tmp_path, plan + '[design]\nweight = "w"\n' + table("proportion", ["wave"]))
    assert [row["estimate"] for row in rows(found)] == pytest.approx([0.25, 0.75])
    assert [row["standard_error"] for row in rows(found)] == pytest.approx([0, 0], abs=1e-12)
    assert found["calibration"]["weight_max"] == pytest.approx(18)
    assert found["calibration"]["deff_weights"] > 1


@pytest.mark.parametrize("distance", ["linear", "logit"])
def test_greg_keeps_weights_within_its_bounds(tmp_path: Path, distance: str) -> None:
    plan = '[calibrate]\nmethod = "greg"\nmargins = {wave = {"1" = 2.5, "2" = 7.5}}\n'
    asked = '[design]\nweight = "w"\n' + table("proportion", ["wave"])
    bounds = f'distance = "{distance}"\nbounds = [0.4, 1.6]\n'
    free, bounded = (small(tmp_path, plan + more + asked) for more in ("", bounds))
    for found in (free, bounded):
        assert [row["estimate"] for row in rows(found)] == pytest.approx([0.25, 0.75])
    with pytest.raises(PlanError, match="calibrate: "):
        small(tmp_path, plan + bounds.replace("1.6", "1.1") + asked)


def test_differences_know_the_margins_as_well() -> None:
    random = np.random.default_rng(0)
    psu = np.repeat(np.arange(20), 10)
    sex, group = random.choice(["m", "w"], 200), random.random(200) < 0.4
    y = random.normal(size=200) + psu / 10
    drawn = Design(random.uniform(1, 2, 200), psu // 5, psu)
    design = rake(drawn, {"sex": (sex, {"m": 150, "w": 150})})
    parts = [linearise("mean", y, design, rows) for rows in (group, ~group)]
    influences = [part.influence for part, _ in parts if part is not None]
    expected = design.variance(influences[1] - influences[0], parts[0][1] | parts[1][1])
    difference: Difference = joint("mean", y, design, [group, ~group]).contrast([-1, 1])
    assert difference.standard_error == pytest.approx(expected**0.5)


def test_raoscott_and_an_unadjusted_change(run: Run) -> None:
    plan = cohesion("BW") + (
        '[[tests]]\nname = "r"\ntest = "raoscott"\nof = "trust_1"\nby = "ethnicity"\n'
        '[[changes]]\nname = "c"\nof = ["trust", "norms"]\nby = ["gender"]\nadjust = "none"\n'
        'between = {column = "wave", from = 1, to = 2}\n'
    )
    found = run(plan)
    assert set(found["tests"][0]) == {"name", "statistic", "df", "p"}
    assert len(found["tests"][0]["df"]) == 2
    changes = found["changes"][0]["rows"]
    assert [(each["by"]["gender"], each["of"]) for each in changes] == [
        (gender, of) for gender in ("man", "other", "woman") for of in ("trust", "norms")
    ]
    assert all(each["p"] == each["p_adjusted"] for each in changes)


@pytest.mark.parametrize("name", renderer_names())
def test_the_same_input_gives_the_same_bytes(folder: Path, name: str) -> None:
    plan = cohesion("A1") + table("mean", ["trust"], ["gender"])
    plan += '[[reliability]]\nname = "r"\nof = ["trust_1", "trust_2"]\n'
    (folder / "plan.toml").write_text(plan)
    made = [render(run_plan(folder / "plan.toml"), name) for _ in range(2)]
    assert made[0] == made[1]
    assert "52.607484590950875" in made[0]
    assert "no disclosure control" in made[0]


def test_csv_is_one_table(folder: Path) -> None:
    (folder / "plan.toml").write_text(cohesion("A1") + table("mean", ["trust"], ["gender"]))
    text = render(run_plan(folder / "plan.toml"), "csv")
    read = list(csv.DictReader(io.StringIO(text)))
    assert [row["by.gender"] for row in read] == ["man", "other", "woman", ""]
    assert read[0]["part"] == "tables"
    assert read[-1]["part"] == "provenance"


def test_no_cell_of_csv_is_a_formula(tmp_path: Path) -> None:
    text = SMALL.replace(",x,", ",=1+1,").replace(",y,", ",-1,").replace(",na,", ",＠SUM,")
    small(tmp_path, table("mean", ["a"], ["g"]), text)
    read = list(csv.DictReader(io.StringIO(render(run_plan(tmp_path / "small.toml"), "csv"))))
    assert [row["by.g"] for row in read[:4]] == ["-1", "8", "'=1+1", "'＠SUM"]


def test_html_is_one_page_that_heads_its_columns_and_escapes_codes(tmp_path: Path) -> None:
    text = SMALL.replace(",x,", ",<b>,")
    small(tmp_path, table("mean", ["a"], ["g"]), text)
    page = render(run_plan(tmp_path / "small.toml"), "html")
    assert "&lt;b&gt;" in page
    assert "<b>" not in page
    assert "<script" not in page
    assert "http" not in page
    assert '<th scope="col">Estimate</th>' in page
    assert '<html lang="en">' in page
    assert "full precision, no disclosure control: for the owner of the data" in page


ASKED = table("mean", ["trust"])
MISTAKES = [
    ('data = "cohesion.csv"\ncolour = 1\n', "colour: unknown key"),
    ('data = "cohesion.csv"\n[desing]\n', "desing: unknown key; did you mean design?"),
    ('data = "none.csv"\n' + table("mean", ["a"]), "none.csv: cannot be read"),
    ('data = "cohesion.csv"\n', "nothing is asked for"),
    ("data = 5\n" + table("mean", ["a"]), "data: list names of columns"),
    ("data = \n", "not TOML"),
    (cohesion("A1") + table("mode", ["trust"]), "tables 1 (asked).statistic: choose one of mean"),
    (cohesion("A1") + table("mean", ["hope"]), "no column hope, which tables (asked) names"),
    (cohesion("A1") + table("mean", []), "tables 1 (asked).of: name at least one column"),
    (cohesion("A1") + table("ratio", ["trust"]), "name two columns for a ratio"),
    (cohesion("A1") + table("mean", ["trust"], more="level = 95"), "level: write a share"),
    (cohesion("A1") + table("mean", ["trust"], more='interval = "u"'), "interval: choose one of"),
    (cohesion("A1") + table("mean", ["trust"], more="at = [0.5]"), "only quantiles have it"),
    (cohesion("A1") + table("quantile", ["trust"], more="at = [2]"), "at: list shares"),
    (cohesion("A1") + table("proportion", ["trust"]), "trust is a scale and has no codes"),
    (cohesion("A1") + table("mean", ["gender"]), "cohesion.csv row 2"),
    (cohesion("A1").replace('"8", "9"', '"8"') + ASKED, "not a number from 1 to 5"),
    (cohesion("A1").replace('wave = "1"', 'wave = "3"') + ASKED, "keep.wave: no row has that code"),
    (cohesion("A1").replace('weight = "w_base"', 'weight = "gender"') + ASKED, "column gender: a "),
    (cohesion("A1").replace('["cluster"]', '["ethnicity"]') + ASKED, "column ethnicity: empty"),
    (cohesion("A1").replace('["cluster"]', '["gender"]') + ASKED, "column gender: empty"),
    (cohesion("A1") + "at_least = 0\n" + ASKED, "at_least: write a share above 0"),
    (cohesion("A1") + 'extra = ["norms_1"]\n' + ASKED, "scales.engagement.extra: unknown key"),
    (
        cohesion("A1").replace('"trust_1"', '"norms"') + ASKED,
        "scales.trust.items: norms is a scale; scales are never averaged",
    ),
    (
        cohesion("A1") + '[calibrate]\nmethod = "rake"\nmargins = {wave = {"1" = 5, "3" = 5}}\n'
        + ASKED,
        "margin wave names category '3'",
    ),
    (
        cohesion("A1") + '[calibrate]\nmethod = "rake"\nbounds = [0.3, 3]\n'
        'margins = {wave = {"1" = 5}}\n' + ASKED,
        "calibrate.bounds: rake has none; leave it out, or choose greg",
    ),
    (
        cohesion("A1") + '[calibrate]\nmethod = "greg"\nbounds = 3\nmargins = {wave = {"1" = 5}}\n'
        + ASKED,
        "calibrate.bounds: give the lowest and the highest ratio",
    ),
    (
        cohesion("A1") + '[calibrate]\nmethod = "greg"\nbounds = [2, 3]\n'
        'margins = {wave = {"1" = 5, "2" = 5}}\n' + ASKED,
        "calibrate: bounds are 2.0 and 3.0",
    ),
    (
        cohesion("A1") + '[calibrate]\nmethod = "greg"\ndistance = "logit"\n'
        'margins = {wave = {"1" = 5, "2" = 5}}\n' + ASKED,
        "give them, as bounds = [0.5, 2]",
    ),
    (
        cohesion("A1") + '[calibrate]\nmethod = "rake"\n'
        'margins = {wave = {"1" = 10, "1.0" = 30, "2" = 5}}\n' + ASKED,
        "calibrate.margins.wave.1.0: it is the same category as 1; name it once",
    ),
    (
        cohesion("A1") + '[calibrate]\nmethod = "rake"\nmargins = {wave = {"1" = 1e300}}\n'
        + ASKED,
        "calibrate.margins.wave.1: write a number above zero, at most 1e+15",
    ),
    (
        cohesion("A1") + '[scales.gender]\nitems = ["trust_1"]\nminimum = 1\nmaximum = 5\n'
        + table("mean", ["trust"], ["gender"]),
        "scales.gender: cohesion.csv has a column of that name; call the scale something else",
    ),
    (cohesion("A1") + table("mean", ["trust"], more=f"level = {9 * 10**400}"), "level: write a"),
    (cohesion("A1") + table("mean", ["trust"], more="level = 0.9999999999999999"), "level: write"),
    (f"data = {'9' * 5000}\n", "digits of one number beyond counting"),
    (f"data = {'[' * 3000}{']' * 3000}\n", "lists inside lists"),
    (
        cohesion("A1") + '[[tests]]\nname = "x"\ntest = "t"\nof = "trust"\nby = "ethnicity"\n',
        "tests (x): t compares two groups and there are 3 (majority, minority_a, minority_b)",
    ),
    (
        cohesion("A1") + '[[changes]]\nname = "x"\nof = ["trust"]\n'
        'between = {column = "wave", from = "1", to = "1"}\n',
        "changes 1 (x).between: from and to are the same",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("plan", "said"), MISTAKES)
def test_a_mistake_is_named_with_its_place(refused: Refused, plan: str, said: str) -> None:
    assert any(said in line for line in refused(plan))


def test_every_problem_of_a_plan_is_told_at_once(refused: Refused) -> None:
    lines = refused('data = "cohesion.csv"\nkeeps = 1\n' + table("mode", [], more="level = 2"))
    assert len(lines) == 4
    assert all(line.startswith("plan.toml: ") for line in lines)


@pytest.mark.parametrize("weight", ["0", "-1", "", "inf", "nan", "1_0", "1e999"])
def test_a_weight_is_a_number_above_zero(tmp_path: Path, weight: str) -> None:
    text = SMALL.replace(",y,1,", f",y,{weight},")
    plan = '[design]\nweight = "w"\n' + table("mean", ["a"])
    with pytest.raises(PlanError, match=r"small\.csv row 4, column w: a weight must be .* above"):
        small(tmp_path, plan, text)


@pytest.mark.parametrize(
    ("key", "says"),
    [("weight", "a weight must be"), ("fpc", "a count of units"), ("strata", "empty"),
     ("psu", "empty")],
)  # fmt: skip
def test_a_code_that_its_file_declares_missing_is_none_of_the_design(
    tmp_path: Path, key: str, says: str
) -> None:
    write_sav(tmp_path / "a.sav", {"D": [1.0, 999.0, 1.0, 2.0], "Y": [1.0, 2.0, 3.0, 4.0]},
              {"D": [999.0]})  # fmt: skip
    plan = f'data = "a.sav"\n[design]\n{key} = "D"\n' + table("mean", ["Y"])
    (tmp_path / "a.toml").write_text(plan)
    with pytest.raises(PlanError, match=rf"^design: a\.sav row 3, column D: {says}.*declare"):
        run_plan(tmp_path / "a.toml")


def test_a_lonely_psu_is_told_with_its_stratum(tmp_path: Path) -> None:
    plan = '[design]\nstrata = ["g"]\n' + table("mean", ["a"])
    with pytest.raises(PlanError, match=r"tables \(asked\): stratum 8 has only one PSU"):
        small(tmp_path, plan)
    mended = plan.replace("[design]", '[design]\nlonely_psu = "adjust"')
    found = small(tmp_path, mended)
    assert rows(found)[0]["standard_error"] > 0
    said = 'strata with one PSU: 8, na, y (lonely_psu = "adjust")'
    assert found["provenance"]["notice"].endswith(f"; {said}")


def test_a_lonely_unit_of_a_later_stage_is_told_with_the_unit_it_lies_in(tmp_path: Path) -> None:
    plan = '[design]\npsu = ["g", "id"]\nfpc = ["N", "n2"]\n' + table("mean", ["a"])
    text = SMALL.replace(",4,3,", ",8,4,")
    with pytest.raises(PlanError, match=r"\(asked\): PSU 8 has only one unit of stage 2, so its"):
        small(tmp_path, plan, text)
    mended = plan.replace("[design]", '[design]\nlonely_psu = "adjust"')
    notice = small(tmp_path, mended, text)["provenance"]["notice"]
    said = 'with one unit of their stage: PSU 8, PSU na, PSU y (lonely_psu = "adjust")'
    assert notice.endswith(f"; {said}")


def test_a_label_that_looks_like_a_row_is_left_as_it_is(tmp_path: Path) -> None:
    plan = '[design]\nstrata = ["g"]\npsu = ["wave"]\n' + table("mean", ["a"])
    said = r"psu 2 lies in strata row 3 and Barrow 2 \(small\.csv row 5\)"
    with pytest.raises(PlanError, match=said):
        small(tmp_path, plan, SMALL.replace(",y,", ",row 3,").replace(",na,", ",Barrow 2,"))


def test_a_code_of_many_digits_is_compared_digit_by_digit(tmp_path: Path) -> None:
    text = SMALL.replace("\n1,", "\n123456789012345678,")
    plan = "keep = {id = 123456789012345678}\n" + table("mean", ["a"])
    assert rows(small(tmp_path, plan, text))[0]["estimate"] == 1


def test_a_psu_in_two_strata_is_one_line_with_its_place_and_both_remedies(tmp_path: Path) -> None:
    plan = '[design]\nstrata = ["g"]\npsu = ["wave"]\nlonely_psu = "adjust"\n'
    asked = table("mean", ["a"])
    with pytest.raises(PlanError) as caught:
        small(tmp_path, plan + asked)
    assert str(caught.value).splitlines() == [
        "design: psu 2 lies in strata y and na (small.csv row 5); give each PSU one "
        "stratum, or nest = true if the same label means two PSUs"
    ]
    assert rows(small(tmp_path, plan + "nest = true\n" + asked))[0]["n"] == 5
