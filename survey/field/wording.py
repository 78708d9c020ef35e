"""The words that a phone needs by itself: what is wrong with an answer, what became of a parcel."""

from __future__ import annotations

from questionnaires import item_type
from survey.languages import words
from survey.messages import _
from survey.respond.questionnaire import Questionnaire

#: Why the server did not take a parcel, by the status it said.
REASONS = {
    "403": _("The round is not open yet, or this page is old. Try again later."),
    "404": _("The server does not know this round. Ask the research team."),
    "409": _("Other answers came under the same number before. Ask the research team."),
    "410": _("The round is over. Hand the answers over as a file, and ask the research team."),
    "413": _("The answers are too long for the server. Hand them over as a file."),
    "422": _("The server could not read them. Hand them over as a file."),
    "other": _("The server did not take them. Hand them over as a file."),
}
#: How the sending stands.
STATES = {
    "idle": _("Everything on this phone is sent."),
    "waiting": _("There is no connection at the moment. What waits is sent later, by itself."),
    "sending": _("Sending."),
    "kept": _("Some answers need a person to look at them: see below."),
}
_OTHERS = {
    "form": _("Form"),
    "error": _("Error:"),
    "problem": _("There is a problem"),
    "choose": _("Choose whether you take part."),
    "change": _("Change"),
    "never": _("not yet"),
    "leave": _(
        "Answers on this phone have not been sent. They are lost if they are removed. Remove them?"
    ),
}


def words_of(questionnaire: Questionnaire, language: str) -> dict[str, str]:
    """Return the words by key; ``{number}`` stands where the phone puts a number."""
    spoken, text = words(language), questionnaire.text(language)
    said = {f"reason.{status}": spoken.gettext(each) for status, each in REASONS.items()}
    said |= {f"state.{name}": spoken.gettext(each) for name, each in STATES.items()}
    said |= {name: spoken.gettext(each) for name, each in _OTHERS.items()}
    said["more"] = spoken.gettext("and %(number)s more", number="{number}")
    said["change.page"] = spoken.gettext("Change page %(number)s", number="{number}")
    keys = {"answer.skip", "answer.unknown"}
    for item in questionnaire.items.values():
        kind = item_type(item.type)
        keys |= {*kind.messages, kind.refusal, f"constraint.{item.words}"}
    return said | {key: text[key] for key in sorted(keys) if text.get(key)}
