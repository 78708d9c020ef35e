"""A participant without a browser: repeats the hidden fields, adds answers, reads the page."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


@dataclass
class Page(HTMLParser):
    """What a page offers: its form's fields, its text and its language."""

    html: str
    hidden: dict[str, str] = field(default_factory=dict)
    offered: dict[str, list[str]] = field(default_factory=dict)
    chosen: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[str] = field(default_factory=list)
    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    text: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self._select = ""
        self._silent = False
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append((tag, given))
        self._silent = tag == "style"
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "input" and given.get("type") == "hidden":
            self.hidden[name] = value
        elif tag == "input":
            self._offer(name, value, chosen="checked" in given)
        elif tag == "select":
            self._select = name
        elif tag == "textarea":
            self._offer(name, "", chosen=False)
        elif tag == "option" and value:
            self._offer(self._select, value, chosen="selected" in given)
        elif tag == "button" and name == "action":
            self.buttons.append(value)

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.text += " " + data.strip()

    def _offer(self, name: str, value: str, *, chosen: bool) -> None:
        self.offered.setdefault(name, []).append(value)
        if chosen:
            self.chosen.setdefault(name, []).append(value)

    @property
    def is_received(self) -> bool:
        return any(tag == "main" and "data-received" in given for tag, given in self.tags)

    @property
    def language(self) -> tuple[str | None, str | None]:
        html = next(given for tag, given in self.tags if tag == "html")
        return html.get("lang"), html.get("dir")


class Participant:
    """Goes through a round page by page."""

    def __init__(self, client: FlaskClient, address: str = "/s/round-one") -> None:
        self.client = client
        self.address = address
        self.reply: TestResponse = client.get(address)
        self.sent: dict[str, Any] = {}

    @property
    def page(self) -> Page:
        return Page(self.reply.get_data(as_text=True))

    def send(self, **answers: Any) -> TestResponse:
        """Send the page with `answers`; the next page is in `reply`."""
        self.sent = self.page.hidden | answers
        self.reply = self.client.post(self.address, data=self.sent)
        return self.reply

    def begin(self) -> Participant:
        """Consent."""
        self.send(consent="yes")
        return self

    def answer_all(self, given: dict[str, str]) -> Participant:
        """Answer every screen with what is `given`, until the review."""
        while self.page.offered:
            names = self.page.offered
            self.send(
                **{
                    name: given[name].split() if " " in given[name] else given[name]
                    for name in names
                    if given.get(name, "skip") != "skip"
                }
            )
        return self

    def finish(self, given: dict[str, str]) -> Participant:
        """Go through the whole round and send the answers."""
        self.begin().answer_all(given).send(action="next")
        return self
