"""Reading a page without its form gives what the form would give, or leaves it to the form."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from questionnaires import bind_form, build_form, plain_answers, read_answers, read_instrument

EVERY = Path(__file__).parent / "every_type"
SOURCES = [("social_cohesion", "long"), (EVERY, "long"), ("beneficiary_monitoring", "long")]


@pytest.mark.parametrize(("source", "form"), SOURCES, ids=["cohesion", "every", "monitoring"])
@settings(deadline=None, max_examples=40)
@given(choose=st.data())
def test_what_is_read_without_a_form_is_what_the_form_reads(
    source: str | Path, form: str, choose: st.DataObject
) -> None:
    instrument = read_instrument(source)
    items = [item for item in instrument.asked(form) if item.type != "arm"]
    item = choose.draw(st.sampled_from(items))
    offered = st.sampled_from([*item.codes, "dk", "pnta", "na", "skip", "", " ", "other"])
    sent = {item.name: choose.draw(st.lists(offered, max_size=2))}
    if item.type not in {"order"} and (quick := plain_answers([item], sent)) is not None:
        text = instrument.texts["en"]
        bound = bind_form(build_form([item], text), [item], text, sent)
        assert bound.errors == {}
        assert read_answers([item], bound) == quick


def test_most_pages_need_no_form() -> None:
    asked = read_instrument("social_cohesion").asked("long")
    plain = [item for item in asked if plain_answers([item], {item.name: []}) is not None]
    assert len(plain) >= 0.9 * len(asked)
