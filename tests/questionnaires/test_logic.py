"""The expression language: read, written again, and evaluated the same here and in a browser."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from questionnaires.logic import LogicError, evaluate, is_true, javascript, parse, render
from questionnaires.logic.functions import FUNCTIONS
from questionnaires.logic.javascript import RUNTIME
from questionnaires.logic.tree import (
    RANKS,
    Call,
    Expression,
    Literal,
    Name,
    Negative,
    Operation,
    Own,
    depends_on,
    spread,
)
from questionnaires.logic.values import to_text

#: A slow machine is no failure.
relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
NAMES = ["D1", "age", "needs", "total_2"]
ANSWERS = {"D1": "woman", "age": "34", "needs": "water food"}

texts = st.text(st.characters(exclude_characters="'\"$", exclude_categories=["Cs"]), max_size=6)
literals = st.one_of(
    texts.map(Literal),
    st.sampled_from(["", "0", "1", "5", "-2", " 7 ", "1e3", "woman", "water food"]).map(Literal),
    st.integers(0, 999_999).map(lambda number: Literal(float(number))),
    st.decimals(0, 999, places=3).map(lambda number: Literal(float(number))),
)
leaves = literals | st.sampled_from(NAMES).map(Name) | st.just(Own())


def calls(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    return st.sampled_from(sorted(FUNCTIONS)).flatmap(
        lambda name: st.lists(
            inner, min_size=FUNCTIONS[name][0], max_size=min(FUNCTIONS[name][1], 4)
        ).map(lambda arguments: Call(name, tuple(arguments)))
    )


def larger(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    return st.one_of(
        st.builds(Operation, st.sampled_from(sorted(RANKS)), inner, inner),
        inner.map(Negative),
        calls(inner),
    )


trees: st.SearchStrategy[Expression] = st.recursive(leaves, larger, max_leaves=8)
given_answers = st.dictionaries(
    st.sampled_from(NAMES),
    texts | st.integers(-99, 10**6).map(str) | st.sampled_from(["water food", "woman", "0"]),
)


# Reading and writing


@relaxed
@given(tree=trees)
def test_what_is_written_is_read_as_the_same_tree(tree: Expression) -> None:
    assert parse(render(tree)) == tree


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("${a}='x' or ${b}='y' and ${c}='z'", "${a} = 'x' or ${b} = 'y' and ${c} = 'z'"),
        ("(${a}='x' or ${b}='y') and ${c}='z'", "(${a} = 'x' or ${b} = 'y') and ${c} = 'z'"),
        ("1-(2-3)", "1 - (2 - 3)"),
        ("(1-2)-3", "1 - 2 - 3"),
        ("-(1+2)*3", "-(1 + 2) * 3"),
        ("(1 + 2) * 3 div 4 mod 5", "(1 + 2) * 3 div 4 mod 5"),
        ('not( selected( ${n} , "it\'s" ) )', 'not(selected(${n}, "it\'s"))'),
        (".5 + 7.50", "0.5 + 7.5"),
        (".<=10\n", ". <= 10"),
    ],
)
def test_an_expression_is_written_with_no_more_brackets_than_it_needs(
    text: str, plain: str
) -> None:
    assert render(parse(text)) == plain


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "it is empty"),
        ("${a} == 'x'", "'==' at character 6 is not understood; write = once"),
        ("${a} <> 'x'", "'<>' at character 6 is not understood; write !="),
        ("${a} && ${b}", "write 'and'"),
        ("${a} AND ${b}", "and, in small letters"),
        ("${a} = ‘x’", "write straight quotes"),
        ("${a} = 'x", "close the quotes"),
        ("${a b} = 'x'", "between ${ and }"),
        ("$a = 'x'", "as ${name}"),
        ("D1 = 'x'", "write ${D1} for an item, or 'D1' for a code"),
        ("not ${a}", "write not(…)"),
        ("((1 = 1)", "the end where a closing bracket should stand"),
        ("1 = 1)", "')' at character 6 where an operator"),
        ("1 = ", "the end where a value should stand"),
        ("= 1", "'=' at character 1 where a value"),
        ("if(1 = 1, 2)", "if() at character 1 takes 3 values, not 2"),
        ("min()", "min() at character 1 takes 1 to 100 values, not 0"),
        ("${a} = '${b}'", "names stand outside quotes"),
        ("1234567890123456 = 1", "more than 15 digits"),
        ("${a} ; ${b}", "';' at character 6"),
        ("today() > '2026'", "a time can point at a person"),
        ("regex(., '[0-9]+')", "there is no function regex()"),
        ("sqrt(4)", "choose from: not, selected"),
    ],
)
def test_a_mistake_is_named_with_its_place_and_its_remedy(text: str, said: str) -> None:
    with pytest.raises(LogicError) as caught:
        parse(text)
    assert said in caught.value.remedy


@pytest.mark.parametrize(
    "text",
    [
        "(" * 200_000 + "1" + ")" * 200_000,
        "-" * 200_000 + "1",
        "not(" * 2_000 + "1" + ")" * 2_000,
        "1" + " + 1" * 200_000,
        "1" + " + 1" * 2_000,
        "(" * 300,
        "-" * 300 + "1",
        "if(" * 90,
        "${a} = '" + "a" * 20_000 + "'",
    ],
)
def test_an_endless_expression_is_refused(text: str) -> None:
    with pytest.raises(LogicError) as caught:
        parse(text)
    assert caught.value.code in {"too-long", "too-deep"}


def test_the_longest_expression_can_be_used() -> None:
    chain = "${age} = 1" + " or ${age} = 34" * 98
    nested = "(" * 40 + chain + ")" * 40
    tree = parse(chain)
    assert is_true(tree, ANSWERS)
    assert parse(render(tree)) == tree
    assert javascript(tree)
    with pytest.raises(LogicError):
        parse(nested)


@relaxed
@given(text=st.text(st.sampled_from("${}()'\"=!<>+-*.,ad1 orndivmotif"), max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        tree = parse(text)
    except LogicError:
        return
    assert parse(render(tree)) == tree


# Values


DOCUMENTED = [
    ("${D1} = 'woman'", True),
    ("${D1} != 'man'", True),
    ("${missing} = ''", True),
    ("${missing} != 'man'", True),
    ("${age} >= 18 and ${age} < 35", True),
    ("${age} = 34.0", True),
    ("${age} = '34.0'", False),
    ("${missing} < 5", False),
    ("${missing} >= 5", False),
    ("${missing} = 0", False),
    ("${missing} != 0", True),
    ("${D1} > 1", False),
    ("selected(${needs}, 'food')", True),
    ("selected(${needs}, 'foo')", False),
    ("selected(${missing}, '')", False),
    ("count-selected(${needs})", 2.0),
    ("count-selected(${missing})", 0.0),
    ("not(${age} > 40)", True),
    ("if(${age} < 30, 'young', 'old')", "old"),
    ("coalesce(${missing}, ${D1})", "woman"),
    ("string-length(${D1})", 5.0),
    ("1 + 2 * 3", 7.0),
    ("7 div 2", 3.5),
    ("-7 mod 3", -1.0),
    ("1 div 0 = 1 div 0", False),
    ("int(7.9)", 7.0),
    ("int(-7.9)", -7.0),
    ("round(2.5)", 3.0),
    ("round(-2.5)", -2.0),
    ("round(0.49999999999999)", 0.0),
    ("min(${age}, 40, ${missing})", 34.0),
    ("max(${age}, 40)", 40.0),
    ("sum(${age}, ${missing}, 6)", 40.0),
    ("count(${age}, ${missing}, ${D1})", 2.0),
    ("number('12') + 1", 13.0),
    ("${age} * 1 = '34'", True),
]


@pytest.mark.parametrize(("text", "value"), DOCUMENTED)
def test_an_expression_has_the_documented_value(text: str, value: object) -> None:
    assert evaluate(parse(text), ANSWERS) == value


@pytest.mark.parametrize(
    "text", ["1 div 0", "5 mod 0", "number('')", "number('1e3')", "sum(${missing})", "-${D1}"]
)
def test_what_cannot_be_known_is_no_number_and_never_true(text: str) -> None:
    value = evaluate(parse(text), ANSWERS)
    assert isinstance(value, float)
    assert math.isnan(value)
    assert not is_true(parse(text), ANSWERS)
    assert to_text(value) == ""


def test_the_answer_of_a_constraint_is_a_dot() -> None:
    assert is_true(parse(". >= 0 and . <= 10"), {}, "10")
    assert not is_true(parse(". >= 0 and . <= 10"), {}, "11")


@relaxed
@given(tree=trees, answers=given_answers, own=texts)
def test_every_tree_has_a_value(tree: Expression, answers: dict[str, str], own: str) -> None:
    assert isinstance(evaluate(tree, answers, own), str | float | bool)


# The browser


def run_in_node(trees: list[Expression], answers: list[Mapping[str, str]], own: str) -> list[str]:
    """Return what Node makes of each tree, with its kind, as ``string:…``."""
    node = shutil.which("node")
    assert node, "install Node.js (apt install nodejs): it runs what browsers run"
    given = json.dumps([dict(each) for each in answers])
    bodies = ",\n".join(f"(a, own) => {javascript(tree)}" for tree in trees)
    program = (
        f"{RUNTIME}\nconst fs = [{bodies}]; const own = {json.dumps(own)};\n"
        f"const out = {given}.map((a, i) => {{ const v = fs[i](a, own);"
        " return `${typeof v}:${text(v)}`; });\nconsole.log(JSON.stringify(out));"
    )
    ran = subprocess.run([node, "-"], input=program, capture_output=True, text=True, check=True)
    found: list[str] = json.loads(ran.stdout)
    return found


def described(tree: Expression, answers: Mapping[str, str], own: str) -> str:
    value = evaluate(tree, answers, own)
    kind = {str: "string", float: "number", bool: "boolean"}[type(value)]
    return f"{kind}:{to_text(value)}"


def test_a_browser_finds_the_documented_values() -> None:
    trees = [parse(text) for text, _ in DOCUMENTED]
    here = [described(tree, ANSWERS, "") for tree in trees]
    assert run_in_node(trees, [ANSWERS] * len(trees), "") == here


@settings(relaxed, max_examples=10)
@given(cases=st.lists(st.tuples(trees, given_answers), min_size=30, max_size=30), own=texts)
def test_a_browser_finds_the_same_value(
    cases: list[tuple[Expression, dict[str, str]]], own: str
) -> None:
    trees = [tree for tree, _ in cases]
    here = [described(tree, answers, own) for tree, answers in cases]
    assert run_in_node(trees, [answers for _, answers in cases], own) == here


@settings(relaxed, max_examples=10)
@given(numbers=st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=200))
def test_a_browser_writes_numbers_alike(numbers: list[float]) -> None:
    trees: list[Expression] = [Literal(number) for number in [0.0, 1e-7, 1e21, 1.5e300, *numbers]]
    here = [described(tree, {}, "") for tree in trees]
    assert run_in_node(trees, [{}] * len(trees), "") == here


# Names


def test_the_names_of_an_expression_are_listed() -> None:
    tree = parse("if(selected(${needs}, 'x'), -${age}, . + 1) > ${age}")
    assert depends_on(tree) == {"needs", "age"}


def test_a_sum_over_a_group_adds_up_all_turns() -> None:
    tree = spread(parse("sum(${age}) > 3 and ${age} = 1"), {"age": ("age_1", "age_2")})
    assert render(tree) == "sum(${age_1}, ${age_2}) > 3 and ${age} = 1"
