"""What a number is called outside its report: its row, and the table or the column it stands in.

The same row, as water, stands in many tables; without the table nobody can tell its numbers apart.
"""

from __future__ import annotations

from collections.abc import Iterator

from analysis.disclosure import Labels, Outline, Topic
from analysis.report.phrases import CHAPTERS, FOLDER, marked
from questionnaires import read_words

_LISTED = marked("Among the first three")
#: By topic, the words that the report has for it; of others the name of their chapter is said.
_TITLES = {
    "acts": (marked("Acts done at least once"),),
    "in_need": (marked("Households in need"),),
    "put_first": (marked("What should be solved first"), marked("Put first")),
    "listed": (marked("What should be solved first"), _LISTED),
    "priority_reason": (marked("Why people put it first"),),
    "assets": (marked("People who say that it is here"),),
    "asset_use_all": (marked("Who can use it"), marked("Every group")),
    "asset_use_some_less": (marked("Who can use it"), marked("Some groups less")),
    "asset_use_some_not": (marked("Who can use it"), marked("Some groups not at all")),
    "service_need": (marked("Help and services"), marked("Needed")),
    "service_got_yes": (marked("Help and services"), marked("Got it")),
    "service_got_partly": (marked("Help and services"), marked("Got it in part")),
    "service_got_no": (marked("Help and services"), marked("Did not get it")),
    "quarrels": (marked("What people quarrel about most"),),
    "settled": (marked("How quarrels are mostly settled"),),
    "returned": (marked("People who say that others came"),),
    "return_change_1": (marked("What changed with those who came"), marked("Much worse")),
    "return_change_2": (marked("What changed with those who came"), marked("Worse")),
    "return_change_3": (marked("What changed with those who came"), marked("No change")),
    "return_change_4": (marked("What changed with those who came"), marked("Better")),
    "return_change_5": (marked("What changed with those who came"), marked("Much better")),
    "bring": (marked("What they bring that helps"),),
    "barriers_strong": (
        marked("Barriers for a person who comes back"),
        marked("Mostly or completely"),
    ),
    "drivers": (marked("What people think can push some"),),
    "turn_first": (marked("To whom people turn"), marked("Named first")),
    "turn_any": (marked("To whom people turn"), _LISTED),
    "key_informant": (marked("What different sources say"), marked("Key informants")),
    "focus_group": (marked("What different sources say"), marked("Groups")),
    "observation": (marked("What different sources say"), marked("Walks")),
    "support_complaints": (marked("Complaints"),),
    "support_asked": (marked("People who were asked for something"),),
    "support_effects": (marked("What the support caused that was bad"),),
}
_WHY = "why_"


def share_names(outline: Outline, language: str) -> Iterator[tuple[str, str]]:
    """Yield every share of a release with its name, in a language of the release."""
    labels = outline.labels[language]
    for topic in outline.topics:
        if topic.statistic.is_share:
            title = ", ".join(_title(topic, labels, language))
            rows = labels.rows.get(topic.name, {})
            for row in topic.rows:
                yield topic.measure(row), f"{rows.get(row.code, row.code)} · {title} (%)"


def _title(topic: Topic, labels: Labels, language: str) -> Iterator[str]:
    words = read_words(FOLDER, language)
    if topic.name.startswith(_WHY):
        service = topic.name.removeprefix(_WHY)
        yield words.gettext(marked("Why people did not get it, or only in part"))
        yield labels.rows.get("service_need", {}).get(service, service)
        return
    for title in _TITLES.get(topic.name, (CHAPTERS[topic.chapter],)):
        yield words.gettext(title)
