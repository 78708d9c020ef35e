"""From a stored release to a page or a file. Loads `analysis`: only a reader's request does so."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Response, url_for

from analysis.disclosure import Release
from analysis.report import (
    STYLE_HASH,
    Notice,
    render_community,
    render_explained,
    render_gone,
    render_report,
)
from analysis.report.publication import Publication
from analysis.report.renderers import Format, formats, render
from survey import models
from survey.errors import ReleaseError
from survey.languages import words
from survey.messages import _
from survey.models.release import ReleaseState
from survey.security import content_policy
from survey.site import site

#: Files that a server keeps ready, the ones asked for last; making one takes up to seconds.
KEPT_FILES = 12

#: Releases that it keeps read: a reader who asks for one explanation asks for more.
KEPT_RELEASES = 3

_NOTICES = {
    ReleaseState.WITHDRAWN: _("These results were withdrawn. They must not be used any more."),
    ReleaseState.CORRECTED: _("These results were corrected. Please read the new ones instead."),
}


@dataclass(frozen=True)
class Shown:
    """What is shown to a reader.

    Attributes
    ----------
    stored : models.Release
        The release.
    language : str
        One of its languages.
    links : mapping of str to str
        Addresses of the other languages by their own names.
    successor : str
        Address of the release that took its place; empty without one.
    changes : str
        What that one says of what changed and why.
    """

    stored: models.Release
    language: str
    links: Mapping[str, str]
    successor: str = ""
    changes: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        """What the page depends on, so that another one is never shown in its place."""
        stored = self.stored
        told = (stored.state, stored.reason, self.successor, self.changes)
        others = (each for link in self.links.items() for each in link)
        return (stored.token, stored.sha256, self.language, *told, *others)


def report_page(shown: Shown) -> Response:
    """Return the programme team's report with the figures drawn when the release was made."""
    figures = shown.stored.figures[shown.language]

    def made(release: Release) -> str:
        return render_report(
            release,
            figures,
            shown.language,
            shown.links,
            downloads=_downloads(shown),
            notice=_notice(shown),
            explained=_explained(shown),
        )

    return _page("report", shown, made)


def explained_page(shown: Shown, number: int) -> Response | None:
    """Return the page about one number of a report; None if the report has no such number."""
    stored, language = shown.stored, shown.language
    back = url_for("reports.report", token=stored.token, language=language)
    page = render_explained(
        _release(stored), language, number, back, shown.links, notice=_notice(shown)
    )
    return _reply(page) if page else None


def community_page(shown: Shown) -> Response:
    """Return the page for everybody."""

    def made(release: Release) -> str:
        return render_community(release, shown.language, shown.links, notice=_notice(shown))

    return _page("community", shown, made)


def report_file(shown: Shown, suffix: str) -> Response | None:
    """Return the report as a file whose name ends with `suffix`; None if there is no such format.

    The name of the file says nothing but the language.
    """
    wanted = next((each for each in formats() if each.suffix == f".{suffix}"), None)
    if wanted is None:
        return None
    reply = Response(_file(shown, wanted), mimetype=wanted.mimetype)
    reply.headers["Content-Disposition"] = (
        f'attachment; filename="report-{shown.language}{wanted.suffix}"'
    )
    return reply


def _file(shown: Shown, wanted: Format) -> bytes:
    kept = site().built.setdefault("report files", {})
    key = (wanted.name, *shown.key)
    written: bytes | None = kept.pop(key, None)
    if written is None:
        stored = shown.stored
        published = Publication(_release(stored), shown.language, stored.figures[shown.language])
        written = render(published, wanted.name)
    kept[key] = written  # now the last one that was asked for
    for oldest in list(kept)[:-KEPT_FILES]:
        kept.pop(oldest, None)
    return written


def _page(kind: str, shown: Shown, render_page: Callable[[Release], str]) -> Response:
    """Return a page of a release; it never changes, so it is rendered once."""
    key = (kind, *shown.key)
    built = site().built
    if key not in built:
        release = _release(shown.stored)
        notice = _notice(shown)
        if notice and shown.stored.state == ReleaseState.WITHDRAWN:
            public = kind == "community"
            built[key] = render_gone(release, shown.language, shown.links, notice, public=public)
        else:
            built[key] = render_page(release)
    return _reply(built[key])


def _reply(page: str) -> Response:
    reply = Response(page, mimetype="text/html")
    reply.headers["Content-Security-Policy"] = content_policy(f"'{STYLE_HASH}'")
    return reply


def _release(stored: models.Release) -> Release:
    """Return a release as it was signed off; the last ones asked for are kept ready."""
    kept = site().built.setdefault("releases", {})
    found: Release | None = kept.pop(stored.sha256, None)
    kept[stored.sha256] = found = found or _opened(stored)
    for oldest in list(kept)[:-KEPT_RELEASES]:
        kept.pop(oldest, None)
    return found


def _opened(stored: models.Release) -> Release:
    if hashlib.sha256(stored.document.encode()).hexdigest() != stored.sha256:
        raise ReleaseError("the release differs from the one that was signed off")
    return Release.from_json(stored.document)


def _notice(shown: Shown) -> Notice | None:
    """Return what became of a release that is not the last word; None while it is."""
    state = ReleaseState(shown.stored.state)
    if state not in _NOTICES:
        return None
    told = words(shown.language)
    link = (told.gettext(_("Read the corrected results")), shown.successor)
    return Notice(
        told.gettext(_NOTICES[state]),
        tuple(filter(None, (shown.stored.reason, shown.changes))),
        link if shown.successor else None,
    )


def _explained(shown: Shown) -> str:
    """Return the address under which numbers are explained, without the number."""
    first = url_for("reports.explain", token=shown.stored.token, language=shown.language, number=0)
    return first.removesuffix("0")


def _downloads(shown: Shown) -> dict[str, str]:
    return {
        each.title: url_for(
            "reports.download",
            token=shown.stored.token,
            language=shown.language,
            suffix=each.suffix.removeprefix("."),
        )
        for each in formats()
    }
