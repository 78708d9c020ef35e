"""What we promise, in plain words, each sentence with the tests that prove it; and what we cannot.

This is the only place that knows the sentences: ``/privacy`` shows them, and
``tests/survey/test_promises.py`` makes sure that every test named here is there.
The ids are those of ``docs/security-checklist.md``.
"""

from __future__ import annotations

from dataclasses import dataclass

from survey.messages import _


@dataclass(frozen=True)
class Promise:
    """A sentence, the lines of the checklist it stands for, and the tests that prove it.

    A test is named ``file::function``, its file below ``tests/``.
    """

    sentence: str
    ids: tuple[str, ...]
    tests: tuple[str, ...]


_ANONYMITY = "survey/test_anonymity.py"
_CODES = "survey/test_codes.py"
_COMPLAINTS = "survey/test_complaints.py"
_DEPLOYMENT = "survey/test_deployment.py"
_DURABILITY = "survey/test_durability.py"
_RELEASE = "analysis/disclosure/test_release.py"
_RESPOND = "survey/test_respond.py"
_SEALED = "survey/test_sealed_rounds.py"

TO_PARTICIPANTS = (
    Promise(
        _(
            "We do not store your name, your telephone number, the address of your phone or "
            "computer, which browser you use, or the time."
        ),
        ("P1", "P3"),
        (
            f"{_ANONYMITY}::test_no_table_of_answers_has_a_time_an_address_or_a_device",
            f"{_ANONYMITY}::test_what_a_visit_brings_along_is_nowhere_on_disk",
        ),
    ),
    Promise(
        _(
            "The programs that bring you these pages, set up as we ship them, keep no list "
            "of visits."
        ),
        ("P2",),
        (f"{_DEPLOYMENT}::test_whatever_goes_wrong_nothing_of_a_visitor_is_written_down",),
    ),
    Promise(
        _(
            "Answers wait until there are twenty, or until the questionnaire closes, and are then "
            "put away in random order."
        ),
        ("P4",),
        (
            f"{_ANONYMITY}::test_the_order_of_arrival_cannot_be_read_from_the_database",
            f"{_ANONYMITY}::test_closing_seals_the_rest_into_a_batch_of_its_own",
        ),
    ),
    Promise(
        _(
            "Where a code opens the questionnaire, it is destroyed with what you send: nothing we "
            "keep ties a code to answers."
        ),
        ("P10", "P14", "P16"),
        (
            f"{_CODES}::test_a_disk_image_links_no_code_to_an_answer",
            f"{_CODES}::test_a_code_is_in_no_title_no_address_and_no_link",
            f"{_CODES}::test_unknown_used_void_and_foreign_codes_look_alike",
        ),
    ),
    Promise(
        _("These pages leave no cookie in your browser and load nothing from anybody else."),
        ("P6", "P7"),
        (
            f"{_RESPOND}::test_no_page_sets_a_cookie_or_may_be_kept",
            f"{_RESPOND}::test_no_page_asks_for_anything_from_elsewhere",
        ),
    ),
    Promise(
        _("You need no app, no account and no JavaScript, so Tor Browser can be used as well."),
        ("P8",),
        (f"{_RESPOND}::test_the_stored_row_holds_exactly_the_answers_given",),
    ),
    Promise(
        _(
            "What you write in your own words is locked as it arrives, and only the research "
            "team's key opens it. In some rounds this holds for every answer: the first "
            "page says so."
        ),
        ("P9",),
        (
            f"{_SEALED}::test_free_text_of_an_open_round_is_sealed_and_nothing_else_is",
            f"{_SEALED}::test_an_answer_is_in_no_byte_on_disk_and_each_recipient_opens_it",
            f"{_SEALED}::test_a_participant_answers_a_sealed_round_and_reads_how_it_is_protected",
        ),
    ),
    Promise(
        _(
            "What you write under “Complain or ask” is kept with its day and nothing else that "
            "could tell who you are, and nothing ties it to answers."
        ),
        ("P1", "P3", "P10"),
        (
            f"{_COMPLAINTS}::test_what_somebody_writes_is_kept_with_its_day_and_nothing_else",
            f"{_COMPLAINTS}::test_words_are_locked_in_a_round_that_has_keys",
        ),
    ),
    Promise(
        _("You may skip every question but the place, stop at any time, and erase what you gave."),
        ("P12",),
        (
            f"{_RESPOND}::test_every_radio_offers_two_honest_ways_out",
            f"{_RESPOND}::test_erase_leads_to_an_empty_page_from_every_screen",
        ),
    ),
    Promise(
        _("What you have not sent with the last page is not kept."),
        ("P12",),
        (f"{_RESPOND}::test_nothing_is_stored_before_the_last_page",),
    ),
    Promise(
        _("If a page says “Received”, your answers are kept, once, even if the power fails."),
        ("R1", "R2", "R3"),
        (
            f"{_DURABILITY}::test_an_acknowledgement_follows_the_disk_a_hundred_times_of_a_hundred",
            "survey/test_crash.py::test_a_killed_server_loses_and_doubles_nothing",
        ),
    ),
    Promise(
        _(
            "Reports show groups of ten people or more, and the public page groups of thirty or "
            "more. Smaller groups are left out, and cannot be had by subtraction."
        ),
        ("S2", "S4"),
        (
            f"{_RELEASE}::test_no_small_cell_is_published_and_no_withheld_cell_holds_a_number",
            "analysis/disclosure/test_suppression.py::test_no_withheld_cell_can_be_had_by_subtraction",
        ),
    ),
    Promise(
        _("After the day that the first page names your answers are deleted."),
        ("P15",),
        (
            "survey/test_retention.py::test_the_daily_job_erases_what_is_due_and_nothing_else",
            "survey/test_retention.py::test_no_byte_of_an_erased_answer_stays",
        ),
    ),
)

TO_RESEARCHERS = (
    Promise(
        _("No answer that was acknowledged is lost or stored twice."),
        ("R1", "R2", "R3"),
        ("survey/test_crash.py::test_a_killed_server_loses_and_doubles_nothing",),
    ),
    Promise(
        _("Another team cannot see your project, not even that it exists."),
        ("A1", "A2"),
        (
            "survey/test_policy.py::test_nobody_comes_further_than_the_table_says",
            "survey/test_policy.py::test_another_team_is_told_that_there_is_no_such_page",
        ),
    ),
    Promise(
        _(
            "Whoever loses the key loses what it locks. So a round with a key opens only after "
            "printed recovery shares have opened a test."
        ),
        ("R11",),
        ("survey/test_keys.py::test_a_sealed_round_takes_no_answers_before_its_test",),
    ),
    Promise(
        _("A log says who of the team did what and when, and holds no answer."),
        ("O4",),
        (
            "survey/test_audit.py::test_a_changed_entry_is_named",
            "survey/test_audit.py::test_the_life_of_a_round_is_in_the_log_without_its_content",
        ),
    ),
)

TO_PROGRAMMES = (
    Promise(
        _(
            "A new report is refused when it would show, beside an earlier one, what a few "
            "people said."
        ),
        ("S5",),
        (
            "survey/test_releases.py::"
            "test_a_few_new_answers_are_not_released_because_the_difference_would_show_them",
        ),
    ),
    Promise(
        _("What is left out is left out everywhere: no number, no interval, no chart."),
        ("S3",),
        (f"{_RELEASE}::test_the_document_is_the_same_whatever_a_small_cell_holds",),
    ),
    Promise(
        _("You see releases and never the answers of one person."),
        ("S1",),
        ("test_house.py::test_readers_have_no_way_to_an_answer",),
    ),
)

#: What we cannot promise; nothing proves these sentences, they limit the others.
LIMITS = (
    _(
        "Your network provider can see that you visited this site, and when. Only Tor Browser or "
        "another person's network hides that."
    ),
    _(
        "Where you are offered to make a code of your own, and make one, your answers of several "
        "rounds lie together, and somebody who knows how you made it could find them with our keys."
    ),
    _("What you write in your own words may tell who you are. Please write no names."),
    _(
        "Once sent, we cannot find your answers again, so we cannot show or delete them for "
        "you alone."
    ),
    _(
        "Somebody beside you can read your screen; a phone may remember addresses, words you typed "
        "and pictures of the screen."
    ),
    _(
        "Whoever controls the server while you answer could read what arrives, and could set it up "
        "otherwise than we ship it. You trust the team that asks you."
    ),
    _(
        "Where few people live, a result about a group can be taken for a statement on everybody "
        "in it, also on those who did not answer."
    ),
    _(
        "Where a round has no key, whoever runs the server could read what is written under "
        "“Complain or ask”; its page says so."
    ),
    _("A team's backups hold deleted answers until the backups are destroyed."),
)
