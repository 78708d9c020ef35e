"""Who may use an address. Every view says so; an application with a silent one does not start.

``@open_to(Audience.…)`` opens a view to people without an account, or to every member of staff;
``@allow(Role.OWNER, …, on="round")`` to those who have one of these roles in the project or round
that the address names. Whoever has no role there at all is told that there is no such page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, TypeVar

from flask import Flask

from survey.errors import ConfigurationError
from survey.models.staff import Role

Scope = Literal["project", "round"]
View = TypeVar("View", bound=Callable[..., Any])

_DECLARED = "declared_policy"


class Audience(StrEnum):
    """Whom a view is for."""

    PUBLIC = "everybody"
    PARTICIPANT = "everybody who was given the link of a round"
    READER = "everybody who was given the link of a release"
    VISITOR = "staff who are not signed in yet"
    STAFF = "staff who are signed in"
    MEMBER = "staff with a role in the project or round"


@dataclass(frozen=True)
class Policy:
    """Who may use a view; `roles` and `scope` are given for members only."""

    audience: Audience
    roles: frozenset[Role] = frozenset()
    scope: Scope | None = None

    @property
    def needs_account(self) -> bool:
        """Tell whether a person must be signed in."""
        return self.audience in {Audience.STAFF, Audience.MEMBER}


def open_to(audience: Audience) -> Callable[[View], View]:
    """Declare that a view is for an audience that needs no role."""
    return lambda view: _declare(view, Policy(audience))


def allow(*roles: Role, on: Scope) -> Callable[[View], View]:
    """Declare that a view is for those with one of `roles` in the project or round it names."""
    return lambda view: _declare(view, Policy(Audience.MEMBER, frozenset(roles), on))


def policy_of(app: Flask, endpoint: str) -> Policy | None:
    """Return what the view of an endpoint declares."""
    declared: Policy | None = getattr(app.view_functions.get(endpoint), _DECLARED, None)
    return declared


def check_policies(app: Flask) -> None:
    """Make sure that every address of `app` says who may use it.

    Raises
    ------
    ConfigurationError
        If one does not.
    """
    for rule in app.url_map.iter_rules():
        if not rule.build_only and policy_of(app, rule.endpoint) is None:
            raise ConfigurationError(
                f"the address {rule.rule} ({rule.endpoint}) does not say who may use it; "
                "decorate its view with survey.policy.open_to or survey.policy.allow"
            )


def _declare(view: View, policy: Policy) -> View:
    setattr(view, _DECLARED, policy)
    return view
