"""A questionnaire is adapted at the desk by several people, checked, and published for good."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from questionnaires import read_instrument
from questionnaires.formats import xlsform
from survey.app import create_app
from survey.config import Settings
from survey.db import Database
from survey.models import AuditEntry, InstrumentChange, InstrumentDraft, ItemNote, Role, Staff
from survey.operations.members import make_project
from survey.operations.questionnaires import find_instrument, own_folder
from survey.operations.workshop import drafts
from survey.operations.workshop.documents import built
from survey.operations.workshop.items import Sent, move_thing
from survey.operations.workshop.things import Kind
from survey.operations.workshop.translations import lines_of, save_lines
from survey.site import today
from tests.databases import migrated
from tests.survey.planned import Planner, steps
from tests.survey.staff import Colleague, employ
from tests.survey.workbench import Worker, filled

Site = tuple[Flask, Database]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An installation with a project of Ana, who owns it, and Ben, and one of Cem."""
    folder = tmp_path_factory.mktemp("workshop")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SIXFOLD_INSTANCE", str(folder))  # where published versions are written
        settings = Settings(folder, f"sqlite:///{folder / 'sixfold.sqlite3'}", "s" * 48)
        database = migrated(settings.database_url)
        employ(database, "ana@example.org", Role.OWNER, "Valley")
        employ(database, "ben@example.org", Role.RESEARCHER, "Valley")
        employ(database, "cem@example.org", Role.OWNER, "Coast")
        app = create_app(settings)
        yield app, database
        app.extensions["sixfold"].database.dispose()
        database.dispose()


def worker(site: Site, email: str, project: int = 1) -> Worker:
    browser = Colleague(site[0])
    assert browser.sign_in(email).status_code == 303
    return Worker(browser, project)


@pytest.fixture(scope="module")
def ana(site: Site) -> Worker:
    return worker(site, "ana@example.org")


@pytest.fixture(scope="module")
def ben(site: Site) -> Worker:
    return worker(site, "ben@example.org")


def draft_of(site: Site, person: Worker) -> InstrumentDraft:
    with site[1].reading() as session:
        return session.get_one(InstrumentDraft, int(person.draft.rpartition("/")[2]))


def test_a_copy_says_what_the_library_says_and_is_sound(ana: Worker, site: Site) -> None:
    ana.begin("first_copy")
    copy, source = built(draft_of(site, ana).document), read_instrument("social_cohesion")
    assert (copy.items, copy.texts) == (source.items, source.texts)
    assert (copy.name, copy.version) == ("first_copy", "1.0")
    page = ana.browser.get(ana.draft).text
    assert "Nothing has to be mended" in page
    assert "0 of " in page


@pytest.mark.parametrize("name", ["", "1st", "a b", "social_cohesion", "first_copy", "x" * 65])
def test_a_name_that_cannot_be_used_or_is_taken_is_refused(ana: Worker, name: str) -> None:
    if name == "first_copy":
        ana.browser.post(ana.shop, name=name, source="social_cohesion")
    reply = ana.browser.post(ana.shop, name=name, source="social_cohesion")
    assert reply.status_code == 422
    assert "needs a name" in reply.text or "is taken" in reply.text
    assert "<option selected>social_cohesion" in reply.text  # what was chosen stays chosen


def test_a_name_is_taken_within_its_project_only(ana: Worker, site: Site) -> None:
    with site[1].writing() as session:
        theirs = make_project(session, "Far away", session.query(Staff).limit(1).one())
        session.flush()
        drafts.begin_from(session, theirs.id, "our_name", read_instrument("social_cohesion"))
        their_id = theirs.id
    ana.begin("our_name")
    assert draft_of(site, ana).project_id != their_id


def test_the_form_of_everything_sent_back_unchanged_changes_nothing(
    ana: Worker, site: Site
) -> None:
    ana.begin("untouched", "community_profile")
    before = draft_of(site, ana)
    for path in ("item/D1", "item/drivers", "section/needs", "scale/SEV5"):
        assert ana.edit(path, {}) == 303
    after = draft_of(site, ana)
    assert (after.document, after.version) == (before.document, 1)


def test_an_item_is_edited_in_two_languages_and_every_word_arrives(ana: Worker, site: Site) -> None:
    ana.begin("words")
    typed = {"en:item/T1": "Can people here be trusted?", "ar:item/T1": "هل يمكن الوثوق؟"}
    assert ana.edit("item/T1", {**typed, "note": "Not only friends", "marks": ["sensitive"]}) == 303
    item = built(draft_of(site, ana).document)
    assert item.texts["en"]["item.T1"] == "Can people here be trusted?"
    assert item.texts["ar"]["item.T1"] == "هل يمكن الوثوق؟"
    assert item.item("T1").sensitive
    assert item.item("T1").scale == read_instrument("social_cohesion").item("T1").scale
    page = ana.browser.get(f"{ana.draft}/item/T1").text
    assert 'value="Not only friends"' in page


def test_half_a_form_is_kept_and_the_checks_stand_beside_it(ana: Worker) -> None:
    ana.begin("half")
    assert ana.edit("item/T1", {"ar:item/T1": "", "ask_if": "${nobody} = 1"}) == 303
    page = ana.browser.get(f"{ana.draft}/item/T1").text
    assert "To be mended before it can be published" in page
    assert "item.T1" in page
    assert 'class="missing" lang="en" dir="ltr">in &#39;ask_if&#39;' in page
    assert "${nobody} = 1" in page
    assert "to mend" in ana.browser.get(ana.draft).text
    assert ana.browser.post(f"{ana.draft}/xlsform").status_code == 422
    assert ana.browser.post(f"{ana.draft}/publish", sure="yes").status_code == 422


@pytest.mark.parametrize("more", ["top = = 3", "top = nan", "most = 1e400", "from = 2026-01-01"])
def test_a_setting_that_cannot_be_read_is_named_and_nothing_typed_is_lost(
    ana: Worker, more: str
) -> None:
    ana.begin(f"unreadable_{len(more)}{more[-1]}")
    typed = {"more": more, "en:item/T1": "Typed with care"}
    assert ana.edit("item/T1", typed) == 422
    page = ana.browser.reply.text
    assert 'href="#more"' in page
    assert "Typed with care" in page
    assert more in page
    assert ana.edit("item/D2", {"codes": "woman\nman sometimes"}) == 422
    assert "man sometimes" in ana.browser.reply.text


def test_two_people_edit_different_fields_of_one_item_and_both_stay(
    ana: Worker, ben: Worker, site: Site
) -> None:
    ana.begin("together")
    ben.draft = ana.draft
    first, second = ana.form("item/T1"), ben.form("item/T1")
    assert ana.send("item/T1", first, **{"en:item/T1": "From Ana"}) == 303
    assert ben.send("item/T1", second, **{"ar:item/T1": "من بن"}) == 303
    texts = built(draft_of(site, ana).document).texts
    assert (texts["en"]["item.T1"], texts["ar"]["item.T1"]) == ("From Ana", "من بن")


def test_two_people_edit_one_field_and_the_second_sees_both(
    ana: Worker, ben: Worker, site: Site
) -> None:
    ana.begin("against")
    ben.draft = ana.draft
    first, second = ana.form("item/T1"), ben.form("item/T1")
    assert ana.send("item/T1", first, **{"en:item/T1": "From Ana", "note": "By Ana"}) == 303
    assert ben.send("item/T1", second, **{"en:item/T1": "From Ben", "fr:item/T1": "De Ben"}) == 409
    page = ben.browser.reply.text
    for said in ("ana@example.org", "From Ana", "From Ben", "De Ben"):
        assert said in page
    assert built(draft_of(site, ana).document).texts["en"]["item.T1"] == "From Ana"
    again = filled(page, '<form method="post" class="plan"')
    assert ben.send("item/T1", again) == 303
    now = built(draft_of(site, ana).document)
    assert (now.texts["en"]["item.T1"], now.texts["fr"]["item.T1"]) == ("From Ben", "De Ben")
    assert 'value="By Ana"' in ana.browser.get(f"{ana.draft}/item/T1").text


def test_an_item_comes_moves_goes_and_comes_back(ana: Worker, site: Site) -> None:
    ana.begin("moving")
    reply = ana.browser.post(f"{ana.draft}/add/item", name="X1", section="trust", type="single")
    assert reply.location == f"{ana.draft}/item/X1"
    assert ana.edit("item/X1", {"en:item/X1": "New?", "codes": "yes\nno exclusive"}) == 303
    assert ana.edit("item/X1", {"en:choice/X1/yes": "Yes", "en:choice/X1/no": "No"}) == 303
    ana.browser.post(f"{ana.draft}/item/X1/move", way="up")
    names = [row["name"] for row in draft_of(site, ana).document["instrument"]["item"]]
    trust = [
        row["name"]
        for row in draft_of(site, ana).document["instrument"]["item"]
        if row["section"] == "trust"
    ]
    assert trust[-2] == "X1"
    assert names.index("X1") < names.index(trust[-1])
    whole = draft_of(site, ana).document
    assert ana.browser.post(f"{ana.draft}/item/X1/remove").status_code == 303
    gone = draft_of(site, ana).document
    assert "X1" not in str(gone["text/en"])
    assert ana.browser.get(f"{ana.draft}/item/X1").status_code == 422
    version = draft_of(site, ana).version - 1
    assert ana.browser.post(f"{ana.draft}/restore", version=str(version)).status_code == 303
    assert draft_of(site, ana).document == whole


def test_a_choice_that_goes_takes_its_words_along(ana: Worker, site: Site) -> None:
    ana.begin("choices")
    codes = ana.form("item/D2")["codes"].splitlines()
    assert ana.edit("item/D2", {"codes": "\n".join(codes[:-1])}) == 303
    document = draft_of(site, ana).document
    assert codes[-1] not in document["text/ar"]["choice"]["D2"]
    assert "Nothing has to be mended" in ana.browser.get(ana.draft).text


def test_only_the_last_changes_are_kept_and_older_ones_cannot_be_undone(
    ana: Worker, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert drafts.KEPT == 50
    monkeypatch.setattr(drafts, "KEPT", 5)
    ana.begin("many")
    with site[1].writing() as session:
        draft = session.get_one(InstrumentDraft, int(ana.draft.rpartition("/")[2]))
        for number in range(7):
            move_thing(session, draft, (Kind.ITEM, "T1"), number % 2 == 1, today())
        chosen = select(InstrumentChange.version).where(InstrumentChange.draft_id == draft.id)
        kept = sorted(session.scalars(chosen))
    assert kept == list(range(draft.version - 4, draft.version + 1))
    assert ana.browser.post(f"{ana.draft}/restore", version="1").status_code == 422
    assert "not kept any more" in ana.browser.reply.text
    assert ana.browser.post(f"{ana.draft}/restore", version=str(kept[0] - 1)).status_code == 303


def test_a_language_comes_with_everything_missing_and_goes_again(ana: Worker, site: Site) -> None:
    ana.begin("tongues")
    before = draft_of(site, ana).document
    assert ana.browser.post(f"{ana.draft}/add/language", name="de").status_code == 303
    assert "Deutsch" in ana.browser.get(ana.draft).text
    assert "To be mended" in ana.browser.reply.text
    assert ana.browser.post(f"{ana.draft}/add/language", name="de").status_code == 422
    assert ana.browser.post(f"{ana.draft}/language/en/remove").status_code == 422
    assert ana.browser.post(f"{ana.draft}/language/de/remove").status_code == 303
    assert draft_of(site, ana).document == before


def test_a_published_version_never_changes_and_rounds_can_choose_it(
    ana: Worker, ben: Worker, site: Site
) -> None:
    ana.begin("our_town")
    ana.edit("item/T1", {"en:item/T1": "First version?"})
    ben.draft = ana.draft
    assert ben.browser.get(f"{ana.draft}/publish").status_code == 403
    seen = ana.form("publish", 'id="publish"')
    assert ana.send("publish", seen) == 422  # the box was not ticked
    assert ana.send("publish", seen, sure="yes") == 200
    assert "our_town@1.0" in ana.browser.reply.text
    first = find_instrument("our_town@1.0")
    assert first.sha256 == seen["seen"]
    assert first.texts["en"]["item.T1"] == "First version?"
    assert (
        ana.browser.post(f"{ana.draft}/publish", sure="yes", seen=seen["seen"]).status_code == 422
    )

    ana.edit("item/T1", {"en:item/T1": "Second version?"})
    assert ana.send("publish", ana.form("publish", 'id="publish"'), sure="yes") == 200
    assert find_instrument("our_town@1.0").sha256 == first.sha256
    second = find_instrument("our_town@1.1")
    assert (second.name, second.version) == ("our_town", "1.1")
    assert second.texts["en"]["item.T1"] == "Second version?"

    planner = Planner(ana.browser)
    planner.begin("With our own")
    page = ana.browser.get(f"{planner.draft}/questionnaire").text
    assert 'value="our_town@1.0/short/"' in page
    assert 'value="our_town@1.1/short/"' in page
    own = {**steps()["questionnaire"], "choice": "our_town@1.1/short/"}
    assert planner.save("questionnaire", own) == 303
    assert 'value="ar"' in ana.browser.get(f"{planner.draft}/languages").text
    file = own_folder() / "our_town@1.0" / "text" / "en.toml"
    assert file.stat().st_mode & 0o222 == 0
    file.chmod(0o644)
    file.write_text(file.read_text().replace("First version?", "Tampered?"))
    assert "changed on the server since" in ana.browser.get(f"{ana.draft}/publish").text


def test_nobody_publishes_what_was_changed_since_they_saw_it(ana: Worker, ben: Worker) -> None:
    ana.begin("moved_on")
    seen = ana.form("publish", 'id="publish"')
    ben.draft = ana.draft
    assert ben.edit("item/T1", {"en:item/T1": "Meanwhile?"}) == 303
    assert ana.send("publish", seen, sure="yes") == 422
    assert not (own_folder() / "moved_on@1.0").exists()


def test_two_versions_are_compared_word_by_word(ana: Worker) -> None:
    ana.begin("compared")
    before = ana.form("item/T1")["en:item/T1"]
    ana.edit("item/T1", {"en:item/T1": f"{before} Really?", "ask_if": "${D2} = 'woman'"})
    ana.browser.post(f"{ana.draft}/item/T2/remove")
    page = ana.browser.get(f"{ana.draft}/compare?old=origin&new=now").text
    assert "<ins> Really?</ins>" in page
    assert "<code>item T2</code>" in page
    assert "taken out" in page
    assert "<ins>${D2} = &#39;woman&#39;</ins>" in page
    assert "The two say the same" in ana.browser.get(f"{ana.draft}/compare?old=now").text
    assert ana.browser.get(f"{ana.draft}/compare?old=v999").status_code == 422


def test_a_form_of_another_program_is_looked_at_and_then_begun(ana: Worker, site: Site) -> None:
    source = read_instrument("observation")
    content = xlsform.write_apart(source.document)
    assert ana.upload(content) == 200
    page = ana.browser.reply.text
    assert "Nothing is stored yet" in page
    with site[1].reading() as session:
        assert session.scalar(select(InstrumentDraft).filter_by(name="walks")) is None
    sent = filled(page, 'action="/desk/projects/1/workshop/import/keep"')
    reply = ana.browser.post(f"{ana.shop}/import/keep", content=sent["content"], name="walks")
    assert reply.status_code == 303, reply.text
    ana.draft = reply.location
    assert built(draft_of(site, ana).document).items == source.items
    reply = ana.browser.post(f"{ana.draft}/xlsform")
    assert 'filename="walks.xlsx"' in reply.headers["Content-Disposition"]
    assert reply.data.startswith(b"PK")


def test_a_file_that_is_no_form_is_refused_in_words(ana: Worker) -> None:
    assert ana.upload(b"no spreadsheet") == 422
    assert "cannot be taken" in ana.browser.reply.text
    assert ana.upload(b"", name="") == 422
    assert "choose a file first" in ana.browser.reply.text
    assert ana.browser.post(f"{ana.shop}/import/keep", content="%%", name="q").status_code == 422


def test_another_team_sees_no_draft_of_ours(ana: Worker, site: Site) -> None:
    ana.begin("ours")
    number = ana.draft.rpartition("/")[2]
    cem = worker(site, "cem@example.org", 2)
    for path in ("", "/item/T1", "/words/ar", "/compare", "/publish", "/preview/pages/en"):
        assert cem.browser.get(f"{cem.shop}/{number}{path}").status_code == 404
    assert cem.browser.get(ana.draft).status_code == 404
    for path in ("/item/T1", "/words/ar", "/item/T1/remove"):
        assert cem.browser.post(f"{cem.shop}/{number}{path}").status_code == 404


def test_throwing_a_draft_away_is_asked_for_twice(ana: Worker) -> None:
    ana.begin("superfluous")
    assert ana.browser.post(f"{ana.draft}/discard").status_code == 422
    assert ana.browser.post(f"{ana.draft}/discard", sure="yes").status_code == 303
    assert ana.browser.get(ana.draft).status_code == 404


def test_the_log_says_who_did_what_and_no_word_of_it(ana: Worker, site: Site) -> None:
    ana.begin("logged")
    ana.edit("item/T1", {"en:item/T1": "Words that the log never holds"})
    with site[1].reading() as session:
        entries = list(session.scalars(select(AuditEntry).where(AuditEntry.thing == "logged")))
    assert [each.action for each in entries] == ["questionnaire begun", "questionnaire changed"]
    assert {each.actor for each in entries} == {"ana@example.org"}


def test_words_are_reviewed_one_by_one_and_a_change_takes_the_review_away(
    ana: Worker, site: Site
) -> None:
    ana.begin("reviewed")
    form = 'action="' + f"{ana.draft}/words/ar?show=open"
    page = ana.form("words/ar?show=open", form)
    keys = [name.removeprefix("word:") for name in page if name.startswith("word:")]
    ticks = {f"done:{key}": "yes" for key in keys[:3]}
    assert ana.send("words/ar?show=open", page, **ticks) == 303
    assert ana.browser.reply.location.endswith("?show=open")
    count = len(lines_of(draft_of(site, ana).document, "ar"))
    page = ana.form("words/ar?show=open", form)
    assert f"3 of {count} reviewed" in ana.browser.get(ana.draft).text
    assert not page.keys() & {f"word:{key}" for key in keys[:3]}  # only what is left is shown
    path = keys[0].replace("/", ".")
    english = ana.form("words/en", f'action="{ana.draft}/words/en?show=all')
    assert ana.send("words/en", english, **{f"word:{keys[0]}": f"Other words for {path}"}) == 303
    assert f"2 of {count} reviewed" in ana.browser.get(ana.draft).text
    whole = ana.form("words/ar", f'action="{ana.draft}/words/ar?show=all')
    assert whole[f"done:{keys[1]}"] == "yes"
    assert ana.send("words/ar", whole, **{f"word:{keys[1]}": "كلمات أخرى"}) == 303
    assert f"1 of {count} reviewed" in ana.browser.get(ana.draft).text


def test_a_language_is_signed_off_when_every_text_is_reviewed_and_void_when_one_changes(
    ana: Worker, site: Site
) -> None:
    ana.begin("signed")
    assert ana.browser.post(f"{ana.draft}/words/ar/sign", status="reviewed").status_code == 422
    with site[1].writing() as session:
        session.info["actor"] = "ben@example.org"
        draft = session.get_one(InstrumentDraft, int(ana.draft.rpartition("/")[2]))
        lines = lines_of(draft.document, "ar")
        typed: dict[str, Any] = {f"word:{line.key}": line.target for line in lines}
        typed |= {f"done:{line.key}": ["yes"] for line in lines if line.target}
        assert save_lines(session, draft, "ar", Sent(typed, 1, today())) is None
    seen = ana.form("words/ar", f'action="{ana.draft}/words/ar/sign"')
    assert ana.send("words/ar/sign", seen, status="reviewed", seen="another") == 422
    assert ana.send("words/ar/sign", seen, status="tested") == 303
    assert built(draft_of(site, ana).document).texts["ar"].status == "tested"
    assert built(draft_of(site, ana).document).texts["fr"].status == "draft"
    assert ana.edit("item/T1", {"ar:item/T1": "كلمات أخرى"}) == 303
    assert built(draft_of(site, ana).document).texts["ar"].status == "draft"
    assert "void: something was changed since" in ana.browser.get(f"{ana.draft}/words/ar").text


def test_a_review_of_words_that_somebody_changes_meanwhile_is_a_clash(
    ana: Worker, ben: Worker, site: Site
) -> None:
    ana.begin("crossed")
    ben.draft = ana.draft
    marker = f'action="{ana.draft}/words/ar?show=all'
    first, second = ana.form("words/ar", marker), ben.form("words/ar", marker)
    assert ana.send("words/ar", first, **{"word:title": "عنوان آنا"}) == 303
    assert ben.send("words/ar", second, **{"word:title": "عنوان بن"}) == 409
    assert "عنوان آنا" in ben.browser.reply.text
    assert "عنوان بن" in ben.browser.reply.text


def test_the_preview_shows_what_is_typed_and_stores_nothing(ana: Worker, site: Site) -> None:
    ana.begin("previewed")
    before = draft_of(site, ana).document
    typed = ana.form("item/T1")
    assert ana.send("preview/item/T1/ar", typed, **{"ar:item/T1": "سؤال غير محفوظ؟"}) == 200
    reply = ana.browser.reply
    assert "سؤال غير محفوظ؟" in reply.text
    assert '<html lang="ar" dir="rtl">' in reply.text
    assert 'type="radio" name="T1"' in reply.text
    assert draft_of(site, ana).document == before
    policy = reply.headers["Content-Security-Policy"]
    assert policy.endswith("; sandbox")
    assert "frame-ancestors 'self'" in policy
    assert reply.headers["X-Frame-Options"] == "SAMEORIGIN"
    page = ana.browser.get(f"{ana.draft}/item/T1")
    assert page.headers["Content-Security-Policy"].endswith("frame-src 'self'")
    assert "frame-src" not in ana.browser.get(ana.draft).headers["Content-Security-Policy"]


def test_a_broken_item_is_still_shown_and_one_that_cannot_be_says_why(ana: Worker) -> None:
    ana.begin("broken")
    ana.edit("item/T1", {"ar:item/T1": "", "ask_if": "${nobody} = 1"})
    assert "…" in ana.browser.get(f"{ana.draft}/preview/item/T1/ar").text
    ana.edit("item/T1", {"scale": "", "codes": ""})
    reply = ana.browser.get(f"{ana.draft}/preview/item/T1/en")
    assert (reply.status_code, "cannot be shown yet" in reply.text) == (200, True)


def test_every_page_is_read_through_in_every_language(ana: Worker) -> None:
    ana.begin("read_through")
    page = ana.browser.get(f"{ana.draft}/preview/pages/ar?step=1&form=short").text
    assert "Page 2 of " in page
    assert "العربية" in page
    assert "sandbox" in page
    first = ana.browser.get(f"{ana.draft}/preview/screen/ar?step=0").text
    assert read_instrument("social_cohesion").texts["ar"]["consent.title"] in first
    assert 'name="D1"' in ana.browser.get(f"{ana.draft}/preview/screen/en?step=1").text


def test_notes_say_what_was_noticed_and_never_who_was_asked(ana: Worker, site: Site) -> None:
    ana.begin("noted")
    told = {"language": "ar", "noticed": "Read as relatives only", "changed": "Says neighbours"}
    assert ana.browser.post(f"{ana.draft}/item/T1/notes", day="soon", **told).status_code == 422
    assert "Read as relatives only" in ana.browser.reply.text  # what was typed is kept
    reply = ana.browser.post(f"{ana.draft}/item/T1/notes", day="2031-05-01", **told)
    assert reply.status_code == 303
    assert "Says neighbours" in ana.browser.get(f"{ana.draft}/item/T1").text
    assert "Notes: 1" in ana.browser.get(ana.draft).text
    with site[1].reading() as session:
        note = session.scalars(select(ItemNote)).one()
        kept = {column.name for column in ItemNote.__table__.columns}
    assert kept == {"id", "draft_id", "item", "language", "day", "noticed", "changed"}
    path = f"{ana.draft}/item/T1/notes/{note.id}/drop"
    assert ana.browser.post(path).status_code == 303
    assert ana.browser.post(path).status_code == 422


def test_the_workshop_loads_no_library_of_spreadsheets_where_people_are_asked() -> None:
    program = (
        "import sys, survey.desk.app; from questionnaires import read_instrument as read;"
        "from questionnaires.formats import xlsform;"
        "assert xlsform.write_apart(read('observation').document)[:2] == b'PK';"
        "assert not {'openpyxl', 'pyxform', 'numpy', 'scipy', 'typst'} & sys.modules.keys()"
    )
    here = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    subprocess.run([sys.executable, "-c", program], check=True, env=here)
