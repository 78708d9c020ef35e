"""A colleague in the questionnaire workshop, for the tests: forms are sent as a page shows them."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from tests.survey.staff import Colleague

_AREA = re.compile(r'<textarea[^>]* name="([^"]+)"[^>]*>\n?(.*?)</textarea>', re.DOTALL)
_INPUT = re.compile(r"<input ([^>]*)>")
_SELECT = re.compile(r'<select id="[^"]+" name="([^"]+)"[^>]*>(.*?)</select>', re.DOTALL)
_VALUE = re.compile(r'value="([^"]*)"')
_NAME = re.compile(r'name="([^"]*)"')


def filled(page: str, form: str = 'id="edit"') -> MultiDict[str, str]:
    """Return what a form of a page holds, as a browser would send it."""
    start = page.index(form)
    part = page[start : page.index("</form>", start)]
    typed: MultiDict[str, str] = MultiDict()
    for name, text in _AREA.findall(part):
        typed.add(name, html.unescape(text))
    for attributes in _INPUT.findall(part):
        name, value = _NAME.search(attributes), _VALUE.search(attributes)
        is_ticked = "checkbox" not in attributes and "radio" not in attributes
        if name and (is_ticked or " checked" in attributes):
            typed.add(name[1], html.unescape(value[1] if value else ""))
    for name, options in _SELECT.findall(part):
        chosen = re.search(r'value="([^"]*)" selected', options)
        typed.add(name, html.unescape(chosen[1] if chosen else ""))
    return typed


class Worker:
    """A colleague before one draft of a questionnaire."""

    def __init__(self, browser: Colleague, project: int = 1) -> None:
        self.browser = browser
        self.shop = f"/desk/projects/{project}/workshop"
        self.draft = ""

    def begin(self, name: str, source: str = "social_cohesion") -> str:
        """Begin a questionnaire; return the address of its draft."""
        reply = self.browser.post(self.shop, name=name, source=source)
        assert reply.status_code == 303, reply.text
        self.draft = reply.location
        return self.draft

    def form(self, path: str, form: str = 'id="edit"') -> MultiDict[str, str]:
        """Return what the form of a page of the draft holds."""
        return filled(self.browser.get(f"{self.draft}/{path}").text, form)

    def send(self, path: str, typed: MultiDict[str, str], **more: str | list[str]) -> int:
        """Send a form with some fields typed anew; return the status."""
        sent = typed.copy()
        for name, value in more.items():
            sent.setlist(name, [value] if isinstance(value, str) else value)
        if "csrf_token" not in sent:
            sent["csrf_token"] = self.browser.token()
        self.browser.reply = self.browser.client.post(
            f"{self.draft}/{path}",
            data=urlencode(list(sent.items(multi=True))),
            content_type="application/x-www-form-urlencoded",
            base_url=self.browser.base,
            headers={"Referer": f"{self.browser.base}/desk/"},
        )
        return self.browser.reply.status_code

    def edit(self, path: str, typed: Mapping[str, str | list[str]]) -> int:
        """Open the form of a thing, type something, save; return the status."""
        return self.send(path, self.form(path), **typed)

    def upload(self, content: bytes, name: str = "form.xlsx", **typed: str) -> int:
        """Choose an XLSForm."""
        sent: dict[str, Any] = {"csrf_token": self.browser.token()} | typed
        sent["file"] = FileStorage(BytesIO(content), name)
        boundary, body = encode_multipart(sent)
        self.browser.reply = self.browser.client.post(
            f"{self.shop}/import",
            data=body,
            content_type=f"multipart/form-data; boundary={boundary}",
            base_url=self.browser.base,
            headers={"Referer": f"{self.browser.base}/desk/"},
        )
        return self.browser.reply.status_code
