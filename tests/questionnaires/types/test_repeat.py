"""Items asked in turns, for each person of a household or as long as there is another."""

from __future__ import annotations

from questionnaires import screens
from questionnaires.logic import shown
from tests.questionnaires.types.asking import every_type, item, label, read, send, text


def test_each_turn_has_items_of_its_own() -> None:
    names = [each.name for each in every_type().items if each.group == "person"]
    assert names == ["age_1", "studies_1", "age_2", "studies_2", "age_3", "studies_3"]
    assert (item("age_2").instance, item("age_2").words) == (2, "age")


def test_a_condition_means_the_same_turn() -> None:
    assert item("studies_2").ask_if == "(number(${size}) >= 2) and (${age_2} < 30)"


def test_as_many_turns_are_asked_as_the_number_says() -> None:
    for size, turns in (("0", 0), ("1", 1), ("2", 2), ("9", 3), ("dk", 0)):
        asked = shown(every_type(), "long", {"lives": "P1", "size": size})
        assert sum(name.startswith("age_") for name in asked) == turns


def test_another_turn_is_asked_when_its_box_is_ticked() -> None:
    answers = {"lives": "P1", "idea_1_more": "yes"}
    asked = shown(every_type(), "long", answers)
    assert {"step_1", "step_2", "idea_2_more"} <= asked
    assert "step_3" not in asked
    assert "step_2" not in shown(every_type(), "long", {"lives": "P1", "idea_1_more": "skip"})


def test_the_last_turn_asks_for_no_other() -> None:
    assert "idea_3_more" not in {each.name for each in every_type().items}


def test_the_box_for_another_turn_is_a_tick_or_nothing() -> None:
    more = item("idea_1_more")
    assert [choice.value for choice in send(more)["idea_1_more"].choices] == ["yes"]
    assert read(more, idea_1_more="yes") == "yes"
    assert read(more) == "skip"
    assert label(more, "yes") == "✓"


def test_a_screen_holds_one_turn() -> None:
    for screen in screens(every_type(), "long"):
        assert len({(each.group, each.instance) for each in screen}) == 1


def test_the_number_of_a_turn_is_never_part_of_a_sentence() -> None:
    assert text()["item.age"] == send(item("age_2"))["age_2"].label.text
