"""Questions that protect by design: a list that is counted, two statements that are compared."""

from __future__ import annotations

from dataclasses import replace

import pytest

from questionnaires import arranged, item_type
from tests.questionnaires.types.asking import (
    every_type,
    item,
    label,
    read,
    refusal,
    send,
    takes,
    text,
)

LIST = item("did")
PAIR = item("paid")
CONTROL, TREATMENT = {"did_arm": "control"}, {"did_arm": "treatment"}


def test_only_the_treatment_arm_is_shown_the_sensitive_statement() -> None:
    sensitive = text()["choice.did.paid"]
    shown = {
        arm: send(arranged(LIST, {"did_arm": arm}))["did"].statements
        for arm in ("control", "treatment")
    }
    assert sensitive in shown["treatment"]
    assert sensitive not in shown["control"]
    assert len(shown["treatment"]) == len(shown["control"]) + 1 == 4


def test_somebody_without_an_arm_is_not_shown_it_either() -> None:
    assert arranged(LIST, {}) == arranged(LIST, CONTROL)


@pytest.mark.parametrize("count", ["0", "3"])
def test_a_count_is_read(count: str) -> None:
    assert read(arranged(LIST, CONTROL), did=count) == count


def test_a_control_cannot_count_what_it_was_not_shown() -> None:
    assert refusal(arranged(LIST, CONTROL), did="4") == text()["answer.unknown"]
    assert read(arranged(LIST, TREATMENT), did="4") == "4"
    agrees = item_type("list_experiment").agrees
    assert not agrees(LIST, "4", CONTROL)
    assert agrees(LIST, "4", TREATMENT)


@pytest.mark.parametrize("answer", ["5", "-1", "market", "٣", "paid"])
def test_a_count_is_a_number_and_never_a_statement(answer: str) -> None:
    assert not takes(LIST, answer)
    assert refusal(LIST, did=answer)


def test_a_count_measures_itself() -> None:
    assert item_type("list_experiment").measure(LIST, "2") == 2
    assert label(LIST, "2") == "2"


def test_the_arm_is_kept_beside_the_answer_and_asked_of_nobody() -> None:
    arm = item("did_arm")
    assert arm.codes == ("control", "treatment")
    assert not item_type(arm.type).is_asked
    with pytest.raises(TypeError):
        send(arm)


def test_a_crosswise_question_shows_two_statements_and_two_answers() -> None:
    field = send(PAIR)["paid"]
    assert list(field.statements) == [text()["row.paid.known"], text()["row.paid.sensitive"]]
    assert [choice.value for choice in field.choices] == ["same", "different", "dk", "pnta"]
    assert read(PAIR, paid="same") == "same"
    assert refusal(PAIR, paid="yes") == text()["answer.unknown"]


def test_neither_answer_to_a_crosswise_question_names_a_statement() -> None:
    codes = {choice.code for choice in PAIR.choices}
    assert codes == {"same", "different"}
    assert every_type().item("paid").options.known == 0.25


def test_an_exclusive_choice_stays_last_in_every_order() -> None:
    asked = replace(item("heard"))
    order = {"heard_order": "radio meeting poster none"}
    assert arranged(asked, order).codes == ("radio", "meeting", "poster", "none")
    assert arranged(asked, {"heard_order": "none radio meeting poster"}).codes == asked.codes
