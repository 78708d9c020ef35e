"""A team at the desk that plans a round, for the tests: what they type, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from survey.site import today
from tests.survey.staff import Colleague

PLACES = """code,name_en,name_ar,stratum,population,women,men,age_18_29
L1,Upper village,القرية العليا,hills,420,216,204,95
L2,Lower village,القرية السفلى,valley,610,309,301,130
L3,Old town,البلدة القديمة,valley,1500,760,740,350
"""
FACTS = {
    "title": "Living together",
    "organisation": "The office of the valley",
    "contact": "Office 12, on weekdays",
    "help": "Health centre, room 4\nHelpline",
    "results": "On the notice board in autumn",
    "next_steps": "A meeting with everybody",
}
PROTOCOL = {
    "why": "To plan together",
    "type": "Group results only",
    "partners": "Office of the valley\nHealth centre",
    "tasks": "The office asks, the centre helps",
    "when": "In the monthly meeting; the office coordinates",
    "review": "Every three months in that meeting",
}


def steps(link: str = "valley-one", **changes: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return what is typed into the forms of a complete draft, by step."""
    facts = {
        f"{language}-{name}": typed for language in ("en", "ar") for name, typed in FACTS.items()
    }
    day = today()
    typed: dict[str, Mapping[str, Any]] = {
        "questionnaire": {"choice": "social_cohesion/short/"},
        "languages": {"languages": ["en", "ar"]},
        "groups": {"breakdowns": ["D2", "D3"]},
        "doors": {"doors": ["open"]},
        "sample": {"design": "convenience"},
        "days": {
            "link": link,
            "opens_on": day.isoformat(),
            "closes_on": (day + timedelta(days=30)).isoformat(),
            "keep_until": (day + timedelta(days=365)).isoformat(),
        },
        "protection": {"protection": "open", "recipients": ""},
        "consent": facts,
        "gate": {
            **{
                f"{module}-{question}": f"{question} of {module}"
                for module in ("whole", "about_you")
                for question in ("risk", "who", "mitigation")
            },
            "whole-level": "low",
            "about_you-level": "medium",
            "advisers": "Five neighbours",
        },
    }
    return typed | changes


class Planner:
    """A colleague who fills in the pages of a draft."""

    def __init__(self, browser: Colleague, project: int = 1) -> None:
        self.browser = browser
        self.project = f"/desk/projects/{project}"
        self.draft = ""

    def begin(self, name: str = "Spring") -> str:
        reply = self.browser.post(f"{self.project}/drafts", name=name)
        assert reply.status_code == 303
        self.draft = reply.location
        return self.draft

    def version(self) -> str:
        """Return the version that a page of the draft carries now."""
        page = self.browser.get(f"{self.draft}/days").text
        return page.split('name="version" value="')[1].split('"')[0]

    def seen(self, path: str) -> str:
        """Return what a page that can be signed says of its text; nothing when it cannot be."""
        _before, _name, after = self.browser.get(path).text.partition('name="seen" value="')
        return after.partition('"')[0]

    def save(self, step: str, typed: Mapping[str, Any], version: str = "") -> int:
        """Fill in a step; return the status."""
        pairs: MultiDict[str, str] = MultiDict(typed)
        pairs["version"] = version or self.version()
        pairs["csrf_token"] = self.browser.token()
        self.browser.reply = self.browser.client.post(
            f"{self.draft}/{step}",
            data=urlencode(list(pairs.items(multi=True))),
            content_type="application/x-www-form-urlencoded",
            base_url=self.browser.base,
            headers={"Referer": f"{self.browser.base}/desk/"},
        )
        return self.browser.reply.status_code

    def look(self, content: str, name: str = "places.csv") -> str:
        """Choose a localities file; return the page that says what is in it."""
        self.upload("places", {"file": (name, content)})
        return self.browser.reply.text

    def upload(self, step: str, files: Mapping[str, tuple[str, str | bytes]], **typed: str) -> int:
        """Send a form with files."""
        sent: dict[str, Any] = {"csrf_token": self.browser.token(), "version": self.version()}
        sent |= typed
        for key, (name, text) in files.items():
            content = text.encode() if isinstance(text, str) else text
            sent[key] = FileStorage(BytesIO(content), name)
        boundary, body = encode_multipart(sent)  # in memory, unlike the client's own
        self.browser.reply = self.browser.client.post(
            f"{self.draft}/{step}",
            data=body,
            content_type=f"multipart/form-data; boundary={boundary}",
            base_url=self.browser.base,
            headers={"Referer": f"{self.browser.base}/desk/"},
        )
        return self.browser.reply.status_code

    def keep(self, content: str, name: str = "places.csv", version: str = "") -> int:
        """Store the localities of a file."""
        more = {"version": version} if version else {}
        return self.upload("places/keep", {}, name=name, content=content, **more)

    def agree(self) -> None:
        """Write the protocol of the project, and note the signatures of its partners."""
        page = self.browser.get(f"{self.project}/protocol").text
        version = page.split('name="version" value="')[1].split('"')[0]
        self.browser.post(f"{self.project}/protocol", version=version, **PROTOCOL)
        for partner in PROTOCOL["partners"].splitlines():
            self.browser.post(
                f"{self.project}/protocol/sign",
                partner=partner,
                person="The head",
                seen=self.seen(f"{self.project}/protocol"),
            )

    def plan(self, **changes: Any) -> None:
        """Begin a draft and fill in every step, the signatures at the end."""
        self.begin()
        for step, typed in steps(**changes).items():
            assert self.save(step, typed) == 303
        assert self.keep(PLACES) == 303
        self.agree()
        seen = self.seen(f"{self.draft}/gate")
        assert self.browser.post(f"{self.draft}/gate/sign", seen=seen).status_code == 303
