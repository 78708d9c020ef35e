"""The forms that staff fill in are those that were designed, and they ask for no person's name."""

from __future__ import annotations

import csv
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from questionnaires import Instrument, Item, check_answers, item_type, read_instrument, screens
from questionnaires.logic import broken_constraints, complete_answers, shown
from questionnaires.model import Audience, Role, Rule, Unit
from questionnaires.read import LIBRARY

UNITS = {
    "key_informant": Unit.PERSON,
    "focus_group": Unit.GROUP,
    "observation": Unit.PLACE,
    "stakeholder_map": Unit.ORGANISATION,
    "service_map": Unit.SERVICE,
    "reintegration_governance": Unit.PERSON,
}

#: What each form asks, by design: the field, its type, and its codes or how it is bounded.
with (Path(__file__).parent / "staff.csv").open(encoding="utf-8", newline="") as _stream:
    DESIGN = list(csv.DictReader(_stream))

#: The needs that every part of the community profile shares, in their order.
NEEDS = (
    *("water", "food", "home", "health", "stress", "school", "work", "power"),
    *("roads", "phone", "safety", "legal", "papers", "care", "waste"),
)

SCALES = {
    "CLOSE5": "Very far · Rather far · In between · Rather close · Very close",
    "USE5": "Not useful · A little useful · Somewhat useful · Quite useful · Very useful",
    "CHG5": "Much worse · Worse · No change · Better · Much better",
    "INT5": "Not at all · A little · Somewhat · A lot · Very much",
    "CAP5": "None · Far too little · Too little · Nearly enough · Enough",
    "STR3": "Loose · Regular · Close",
    "QUAL5": "Very poor · Poor · Fair · Good · Very good",
    "RISK3": "None seen · Some · High",
    "MAT5": (
        "Does not exist · Talked about or on paper only · In place in part, or depends on a few "
        "persons · Works in most cases · Works, is reviewed, and includes those it affects"
    ),
    "LAD5": "Is absent · Is told · Is asked · Works with us · Decides with us",
    "SURE": "Fairly sure · It is a guess · I only heard it",
}


@pytest.fixture(scope="module")
def forms() -> dict[str, Instrument]:
    return {name: read(name) for name in UNITS}


@cache
def read(name: str) -> Instrument:
    return read_instrument(name)


@cache
def table(name: str) -> dict[str, Any]:
    """Return the structure of an instrument as its file has it."""
    return tomllib.loads((LIBRARY / name / "instrument.toml").read_text(encoding="utf-8"))


def row(name: str, item: str) -> dict[str, Any]:
    """Return the table of an item as its file has it."""
    rows: list[dict[str, Any]] = table(name)["item"]
    return next(each for each in rows if each["name"] == item)


def codes(rows: list[dict[str, Any]]) -> list[str]:
    return [each["code"] for each in rows]


def offered(name: str, item: str) -> list[str]:
    """Return the codes that an item of a file offers: its own, or those of its scale."""
    each = row(name, item)
    scales = {scale["name"]: list(scale["codes"]) for scale in table(name).get("scale", [])}
    return scales[each["scale"]] if "scale" in each else codes(each.get("choice", []))


def asked(name: str, **answers: str) -> frozenset[str]:
    """Return what is asked of somebody with these answers."""
    return shown(read(name), "full", answers)


def sections_asked(name: str, **answers: str) -> set[str]:
    """Return the sections that hold something to ask; what is only stored stands in none."""
    return {read(name).item(item).section for item in asked(name, **answers)} - {""}


def broken(name: str, **answers: str) -> list[str]:
    """Return the items whose answers break their constraint."""
    return list(broken_constraints(read(name), "full", answers))


def english(name: str) -> dict[str, str]:
    return dict(read(name).texts["en"].words)


# Every form


@pytest.mark.parametrize("name", UNITS)
def test_staff_fill_it_in_and_a_record_describes_what_was_designed(
    forms: dict[str, Instrument], name: str
) -> None:
    assert (forms[name].audience, forms[name].unit) == (Audience.STAFF, UNITS[name])


@pytest.mark.parametrize("name", UNITS)
def test_it_tells_staff_what_never_to_write_and_asks_for_no_consent(name: str) -> None:
    words = english(name)
    assert not [key for key in words if key.startswith("consent.")]
    assert re.search(r"(?i)\b(never|no)\b", words["record.care"])
    assert re.search(r"(?i)\b(only|never) ", words["record.about"])


@pytest.mark.parametrize("each", DESIGN, ids=lambda each: f"{each['form']}.{each['item']}")
def test_a_field_is_there_as_designed(each: dict[str, str]) -> None:
    found = row(each["form"], each["item"])
    assert found["type"] == each["type"]
    assert found.get("group", "") == each["group"]
    if each["codes"]:
        assert offered(each["form"], each["item"]) == each["codes"].split()
    if each["rows"]:
        assert codes(found["row"]) == each["rows"].split()


@pytest.mark.parametrize("name", UNITS)
def test_the_design_knows_every_field(name: str) -> None:
    designed = [each["item"] for each in DESIGN if each["form"] == name]
    assert [each["name"] for each in table(name)["item"]] == designed


@pytest.mark.parametrize("name", UNITS)
def test_what_is_off_says_why(name: str) -> None:
    parts = [
        part
        for item in table(name)["item"]
        for part in (item, *item.get("choice", []), *item.get("row", []))
    ]
    off = [part for part in parts if not part.get("enabled", True)]
    assert all(len(part["reason"]) > 20 for part in off)


@pytest.mark.parametrize("name", UNITS)
def test_it_says_where_its_ideas_are_from(name: str) -> None:
    sources = (LIBRARY / name / "SOURCES.md").read_text(encoding="utf-8")
    for part in ("original to this project", "Nothing here has been tested", "drawn from"):
        assert part in sources
    assert "## Notes for translators" in sources


@pytest.mark.parametrize("name", UNITS)
def test_no_language_is_more_than_a_draft(forms: dict[str, Instrument], name: str) -> None:
    assert forms[name].languages[0] == "en"
    assert {text.status for text in forms[name].texts.values()} == {"draft"}


@pytest.mark.parametrize(
    ("name", "scale"), [(n, s["name"]) for n in UNITS for s in table(n).get("scale", [])]
)
def test_every_point_of_a_scale_has_a_label_of_its_own(name: str, scale: str) -> None:
    words = english(name)
    points = next(each["codes"] for each in table(name)["scale"] if each["name"] == scale)
    labels = [words[f"scale.{scale}.{code}"] for code in points]
    assert " · ".join(labels) == SCALES[scale]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("name", UNITS)
def test_nothing_but_a_place_is_required(name: str) -> None:
    required = [each["type"] for each in table(name)["item"] if each.get("required")]
    assert set(required) <= {"place"}


# Wording


def questions(name: str) -> dict[str, str]:
    kinds = ("item.", "row.", "scale.", "choice.", "section.", "group.", "hint.")
    return {key: words for key, words in english(name).items() if key.startswith(kinds)}


@pytest.mark.parametrize("name", UNITS)
def test_no_question_is_longer_than_24_words(name: str) -> None:
    asked = {key: words for key, words in questions(name).items() if key.startswith("item.")}
    counted = {key: len(re.findall(r"[\w'’-]+", words)) for key, words in asked.items()}
    assert {key: count for key, count in counted.items() if count > 24} == {}


@pytest.mark.parametrize("name", UNITS)
def test_every_question_is_a_question(name: str) -> None:
    asked = {key: words for key, words in questions(name).items() if key.startswith("item.")}
    assert [key for key, words in asked.items() if not words.endswith("?")] == []


@pytest.mark.parametrize("name", UNITS)
def test_no_scale_asks_to_agree_and_no_question_speaks_of_the_community(name: str) -> None:
    words = questions(name)
    told = re.compile(r"agree|communit", re.IGNORECASE)
    assert [key for key in words if told.search(words[key])] == []


@pytest.mark.parametrize("name", UNITS)
def test_no_name_is_ever_put_into_a_sentence(forms: dict[str, Instrument], name: str) -> None:
    for text in forms[name].texts.values():
        assert [key for key, words in text.words.items() if re.search(r"[{}%$]", words)] == []


@pytest.mark.parametrize("name", UNITS)
def test_nobody_is_asked_for_the_name_of_a_person(name: str) -> None:
    asked = {key: words for key, words in questions(name).items() if key.startswith("item.")}
    about = re.compile(r"\b(name|names|address|phone number|birth|ID)\b")
    assert [key for key, words in asked.items() if about.search(words)] == []
    called = [key for key, words in asked.items() if "called" in words]
    assert set(called) <= {"item.organisation", "item.service"}


@pytest.mark.parametrize("name", ["key_informant", "observation", "reintegration_governance"])
def test_a_form_about_people_or_places_has_no_text_box(name: str) -> None:
    assert [each["name"] for each in table(name)["item"] if each["type"] == "text"] == []


@pytest.mark.parametrize("name", UNITS)
def test_no_date_is_finer_than_a_month(name: str) -> None:
    dates = [each for each in table(name)["item"] if each["type"] == "date"]
    assert {each["precision"] for each in dates} <= {"month", "year"}


# Key informants


def test_informants_are_counted_by_place_and_kind_of_role(forms: dict[str, Instrument]) -> None:
    form = forms["key_informant"]
    assert form.item("place").required
    assert len(form.item("role").codes) >= 10
    assert form.item("role").sensitive


def test_every_answer_of_an_informant_says_how_sure_it_is(forms: dict[str, Instrument]) -> None:
    form = forms["key_informant"]
    put = [item for item in form.items if item_type(item.type).is_asked]
    told = [item for item in put if item.section not in {"start", "say_first"}]
    answers = [item for item in told if "_sure" not in item.name]
    names = {item.name for item in told}
    for item in answers:
        companion = f"{item.source}_sure_{item.row}" if item.row else f"{item.name}_sure"
        assert companion in names
        assert form.item(companion).codes == ("sure", "guess", "heard")
    assert len(told) == 2 * len(answers)


def test_the_companion_of_a_row_is_asked_when_the_row_has_an_answer(
    forms: dict[str, Instrument],
) -> None:
    companions = [item for item in forms["key_informant"].items if item.source.endswith("_sure")]
    assert len(companions) == 20
    for item in companions:
        answer = f"{item.source.removesuffix('_sure')}_{item.row}"
        assert item.ask_if == f"(${{{answer}}} != '')"


def test_groups_are_present_or_absent_and_never_counted() -> None:
    assert offered("key_informant", "groups") == ["present", "absent"]
    assert "number" not in {each["type"] for each in table("key_informant")["item"]}


def test_informants_mark_four_drivers_and_five_gaps_at_most() -> None:
    four, five = "unfair insult belong money", "water food home health work"
    assert broken("key_informant", informed="yes", drivers=four, gaps=five) == []
    assert broken("key_informant", informed="yes", drivers=f"{four} friends") == ["drivers"]
    assert broken("key_informant", informed="yes", gaps=f"{five} papers") == ["gaps"]


def test_where_people_came_from_is_not_asked_when_nobody_came() -> None:
    assert "arrivals_from" not in asked("key_informant", informed="yes", arrivals="none")
    assert "arrivals_from" in asked("key_informant", informed="yes", arrivals="under20")


def test_what_pushes_people_is_asked_in_general_and_at_most_four_are_marked() -> None:
    words = english("key_informant")
    drivers = row("key_informant", "drivers")
    assert words["item.drivers"].startswith("Thinking of places like this in general")
    assert drivers["random"]
    assert drivers["sensitive"]


# What the parts of the community profile share


@pytest.mark.parametrize(
    ("form", "item"), [("key_informant", "gaps"), ("focus_group", "needs_vote")]
)
def test_the_needs_are_those_of_residents_in_the_same_order(form: str, item: str) -> None:
    assert offered(form, item) == [*NEEDS]
    profile = table("community_profile")["item"]
    assert [*NEEDS] in [codes(each["row"]) for each in profile if each["type"] == "grid"]


@pytest.mark.parametrize(("item", "profile"), [("drivers", "drivers"), ("calms", "turn_to")])
def test_informants_choose_from_what_residents_choose_from(item: str, profile: str) -> None:
    assert offered("key_informant", item) == offered("community_profile", profile)


def test_a_map_of_a_group_holds_the_assets_that_residents_are_asked_for() -> None:
    assets = codes(row("community_profile", "assets")["row"])
    assert offered("focus_group", "resource") == [*assets, "other"]


# Group record


def test_the_exercises_stand_in_their_order() -> None:
    sections = [each["name"] for each in table("focus_group")["section"]]
    assert sections[:2] == ["start", "say_first"]
    assert sections[2:8] == ["resources", "timeline", "vote", "causes", "circles", "ideas"]
    assert sections[8:] == ["voices", "quotations", "harm"]


@pytest.mark.parametrize("name", ["key_informant", "focus_group"])
def test_what_is_read_out_says_what_a_person_must_know(name: str) -> None:
    told = english(name)["section.say_first.intro"]
    for part in ("choose", "at any time", "Nothing is lost", "no name", "cannot find", "complain"):
        assert part in told
    assert "help" in told
    assert "18 or older" in told


@pytest.mark.parametrize("name", ["key_informant", "focus_group"])
def test_without_a_yes_nothing_is_asked_but_what_protects(name: str) -> None:
    conditions = {each["name"]: each.get("ask_if", "") for each in table(name)["section"]}
    free = {section for section, condition in conditions.items() if not condition}
    assert free == {"start", "say_first"} | ({"harm"} if name == "focus_group" else set())
    assert sections_asked(name, informed="no") == free
    assert sections_asked(name, informed="yes") == conditions.keys() - {"quotations"}


def test_each_voter_has_ten_tokens() -> None:
    vote = row("focus_group", "needs_vote")
    assert (vote["tokens"], vote["voters"]) == (10, "voters")


def test_no_more_people_vote_than_are_present() -> None:
    said = {"informed": "yes", "women_18_29": "4", "men_60": "3"}
    assert broken("focus_group", **said, voters="7") == []
    assert broken("focus_group", **said, voters="8") == ["voters"]
    assert broken("focus_group", informed="yes", voters="8") == []


def test_those_present_are_counted_by_sex_and_age_and_nobody_below_18() -> None:
    form = table("focus_group")
    counted = [
        each["name"]
        for each in form["item"]
        if each["type"] == "number" and each["section"] == "start" and each.get("enabled", True)
    ]
    assert counted == [
        *(f"{s}_{a}" for s in ("women", "men") for a in ("18_29", "30_59", "60")),
        "other_way",
    ]
    total = next(each for each in form["calculation"] if each["name"] == "present")
    assert re.findall(r"\$\{(\w+)\}", total["expression"]) == counted
    assert row("focus_group", "minors")["enabled"] is False
    assert "guardian" in row("focus_group", "minors")["reason"]


def test_nobody_writes_who_led_the_group() -> None:
    assert row("focus_group", "facilitator")["enabled"] is False


def test_a_quotation_needs_the_yes_of_the_group() -> None:
    assert "quote_1" in asked("focus_group", informed="yes", may_quote="yes")
    assert not {
        item
        for may_quote in ("no", "dk", "pnta")
        for item in asked("focus_group", informed="yes", may_quote=may_quote)
        if item.startswith("quot")
    }


def test_what_put_somebody_at_risk_is_not_written_down_again() -> None:
    kinds = {each["type"] for each in table("focus_group")["item"] if each["section"] == "harm"}
    assert kinds == {"single", "multiple"}


# Observation


def test_a_walk_has_fifteen_checks_and_no_score(forms: dict[str, Instrument]) -> None:
    checks = [item for item in forms["observation"].items if item.row]
    assert len(checks) == 15
    assert {item.codes for item in checks} == {("yes", "part", "no")}
    assert forms["observation"].dimensions == ()


def test_no_question_takes_a_picture() -> None:
    assert {each["type"] for each in table("observation")["item"]} <= {
        "place",
        "date",
        "single",
        "grid",
    }
    assert "**Photos.**" in (LIBRARY / "observation" / "SOURCES.md").read_text(encoding="utf-8")


# Stakeholder map


def test_ratings_of_an_organisation_run_from_1_to_5(forms: dict[str, Instrument]) -> None:
    form = forms["stakeholder_map"]
    rated = ["influence", "interest", "willingness"]
    rated += [item.name for item in form.items if item.source in {"capacity", "trusted_by"}]
    assert len(rated) == 12
    assert {form.item(name).codes for name in rated} == {("1", "2", "3", "4", "5")}


def test_capacity_is_the_only_mean_of_the_map(forms: dict[str, Instrument]) -> None:
    dimensions = forms["stakeholder_map"].dimensions
    assert [(each.name, each.rule, each.items) for each in dimensions] == [
        (
            "capacity",
            Rule.MEAN,
            ("capacity_staff", "capacity_skills", "capacity_money", "capacity_reach"),
        )
    ]


@pytest.mark.parametrize("name", ["position", "contact_risk", "contact_risk_line", "relation"])
def test_what_could_do_harm_in_the_wrong_hands_is_marked(name: str) -> None:
    assert row("stakeholder_map", name)["sensitive"]


# Service map


@pytest.mark.parametrize("kind", ["gbv", "probation_exit", "legal"])
def test_some_services_are_never_public(kind: str) -> None:
    assert broken("service_map", service_type=kind, publish="public") == ["publish"]
    assert broken("service_map", service_type=kind, publish="partners") == []


def test_a_service_of_no_kind_is_not_public() -> None:
    assert broken("service_map", publish="public") == ["publish"]
    assert broken("service_map", service_type="dk", publish="public") == ["publish"]


@pytest.mark.parametrize("kind", ["jobs", "housing", "health", "information"])
def test_other_services_may_be_public(kind: str) -> None:
    assert broken("service_map", service_type=kind, publish="public") == []


@pytest.mark.parametrize("place", ["going", "seen", "records"])
def test_a_risk_asks_what_lowers_it(place: str) -> None:
    assert "mitigation" in asked("service_map", **{f"risk_{place}": "1"})
    assert "mitigation" not in asked("service_map", **{f"risk_{place}": "0"})


def test_publishing_begins_closed() -> None:
    assert offered("service_map", "publish")[0] == "internal"


def test_the_rating_of_users_needs_ten_of_them() -> None:
    assert row("service_map", "quality_users_n")["minimum"] == 10


# Reintegration governance

STATEMENTS = {"G1": 4, "G2": 4, "G3": 12, "G4": 4, "G5": 4, "G6": 4, "G7": 4, "G8": 5, "G9": 4}


def test_nine_sections_have_a_score_each_and_there_is_no_total(
    forms: dict[str, Instrument],
) -> None:
    dimensions = forms["reintegration_governance"].dimensions
    assert {each.name: len(each.items) for each in dimensions} == STATEMENTS
    assert {(each.rule, each.role) for each in dimensions} == {(Rule.MEAN, Role.DIMENSION)}


def test_every_rating_says_what_it_rests_on(forms: dict[str, Instrument]) -> None:
    form = forms["reintegration_governance"]
    rated = [item for item in form.items if item.dimension]
    assert len(rated) == sum(STATEMENTS.values())
    for item in rated:
        evidence = form.item(f"{item.source}_evidence_{item.row}")
        assert evidence.codes == ("opinion", "seen", "document")
        assert evidence.ask_if == f"(${{{item.name}}} != '')"


def test_participation_is_a_ladder_and_the_rest_is_maturity(forms: dict[str, Instrument]) -> None:
    form = forms["reintegration_governance"]
    scales = {item.source: item.scale for item in form.items if item.dimension}
    assert scales == {name: "LAD5" if name == "G3" else "MAT5" for name in STATEMENTS}


@pytest.mark.parametrize(("months", "is_early"), [("0", True), ("15", True), ("16", False)])
def test_an_early_assessment_is_warned_of_and_not_refused(months: str, is_early: bool) -> None:
    assert ("early" in asked("reintegration_governance", months=months)) is is_early
    assert broken("reintegration_governance", months=months) == []
    assert "16 to 18 months" in english("reintegration_governance")["hint.early"]


def test_nobody_is_called_early_who_did_not_say_when_it_began() -> None:
    assert "early" not in asked("reintegration_governance", months="dk")


# Whole records


def answer(item: Item) -> str:
    """Return an answer to an item: its first choice, or something that fits."""
    fixed = {"place": "P1", "text": "A line", "votes": "water:5", "informed": "yes"}
    if item.name in fixed or item.type in fixed:
        return fixed.get(item.name) or fixed[item.type]
    if item.type == "number":
        return str(max(3, int(item.options.minimum or 0)))
    if item.type == "date":
        return "2026-05" if item.options.precision == "month" else "1999"
    return item.codes[-1] if item.codes else "skip"


@pytest.mark.parametrize("name", UNITS)
def test_a_whole_record_is_one_that_can_be_stored(name: str) -> None:
    form = read(name)
    answers: dict[str, str] = {}
    for screen in screens(form, "full"):
        now = shown(form, "full", answers)
        answers |= {item.name: answer(item) for item in screen if item.name in now}
    orders = {item.name: " ".join(item.codes) for item in form.items if item.type == "order"}
    whole = complete_answers(form, "full", answers | orders)
    check_answers(form, "full", whole, ["P1"])
    given = {item for item, said in whole.items() if said not in {"skip", "not_shown"}}
    assert len(given) > len(whole) / 2
