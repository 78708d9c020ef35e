"""The organisations and the services of the demo, all of them invented and none called by a name.

A family comes back after ten years abroad: it looks for school and work, has few relatives left,
and a newspaper stirs up fear. What these tables hold is what its places have for it, or lack.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator, Sequence
from datetime import date
from io import StringIO

Row = dict[str, str]

#: Ratings are of influence, interest, willingness, staff, skills, money and reach, one digit each;
#: a relation is its kind, the code of the other, and how close it is.
_ORGANISATIONS = """\
code;name;kind;level;topic;ratings;risk;covers;activities;needs;relations;channel;owner;next
MU1;Municipal office;municipality;local;return;5444435;none;all;coordination housing;money staff;coordinates SW1 3,coordinates SC1 2,funds YA1 1;meeting;Coordinator;Agree on who invites families first
SW1;Social work centre A;social_work;local;return;3552335;none;TV01 TV02 TV03 TV07;cash child_protection;staff;refers HC1 3,refers SC1 2,refers WA1 2;phone;Field post;Plan home visits together
SC1;Primary school B;school;local;return;3443423;none;TV01 TV07;education;training;coordinates PA1 2;meeting;Field post;Open a class to catch up
HC1;Health centre A;health;local;return;3334433;none;TV01 TV05;health mhpss;training staff;refers WA1 1;phone;Field post;Agree on a quiet hour for families
EM1;Employment office A;ministry;regional;livelihoods;4324444;none;TV01 TV02;jobs training;rules;coordinates MU1 2;letter;Coordinator;List open places once a month
WA1;Women's association A;women;local;cohesion;2553412;none;TV01 TV03;mhpss mediation dialogue;money premises;coordinates YA1 3,coordinates FA1 1;message;Field post;Meet mothers who came back
YA1;Youth association B;youth;local;cohesion;2553313;none;TV02 TV06 TV07;dialogue training;premises money;coordinates SC1 1;message;Field post;Tournament of mixed teams
FA1;Faith community A;faith;local;cohesion;4433234;none;TV01 TV04;faith_support dialogue;contacts;coordinates FA2 2;meeting;Coordinator;Joint visit with community B
FA2;Faith community B;faith;local;cohesion;4333223;none;TV08 TV10;faith_support;contacts;;meeting;Coordinator;Joint visit with community A
PA1;Parents' group of school B;cso;local;cohesion;2441214;none;TV01;dialogue;training;;message;Field post;Ask what parents fear
RF1;Families' association A;returnee_family;local;return;1551212;none;TV01 TV07;information;protection money;coordinates WA1 2,conflict NP1 1;partner;Field post;Ask what they want to tell
PO1;Police station A;police;local;prevention;5323333;some;TV01 TV02 TV03;coordination;training;coordinates MU1 2;letter;Coordinator;Say what is never asked of families
PR1;Probation service A;court_prison;regional;prevention;4423432;high;TV01;probation_exit;protection;reports PO1 2;partner;Head of team;Wait until the protocol is signed
NP1;Newspaper A;media;local;cohesion;4211123;some;all;information;training;;letter;Head of team;Offer a talk about words that harm
MI1;Ministry A (social affairs);ministry;national;return;5322433;none;;policy funding;data;funds SW1 3,funds MU1 2;letter;Head of team;Ask for the rule on school papers
LA1;Legal aid association A;cso;regional;justice;2444433;none;TV01 TV05;legal;money;refers SW1 1;phone;Field post;Help with papers of the children
IO1;International agency A;un_ingo;international;return;4444554;none;;funding research;data;funds MU1 3,funds LA1 2;email;Head of team;Share the profile once it is published
BU1;Employers' association A;business;local;livelihoods;2222343;;TV02 TV07;jobs;rules;;email;;
"""  # noqa: E501 - one line for each organisation

_SERVICES = """\
name;kind;provider;places;returned;cost;waiting;papers;month;good;going;seen;publish;age;sex
Health centre A;health;HC1;TV01 TV05 TV09;yes;part_free;week;identity;220;4;0;0;public;all;all
Talks after hard times;mhpss;HC1;TV01;yes;free;quarter;referral;12;3;0;1;public;all;all
Women's room;mhpss;WA1;TV01 TV03;yes;free;week;none;25;5;0;0;public;18-29 30-59;women
Primary school B;education;SC1;TV01 TV07;conditions;free;none;school residence;40;4;0;0;public;under15;all
Class to catch up;education;SC1;TV01;yes;free;month;none;15;4;0;0;public;under15 15-17;all
Job search;jobs;EM1;TV01 TV02;conditions;free;month;identity residence;60;3;0;0;public;18-29 30-59;all
Evening training;training;EM1;TV02;unclear;small;quarter;school;20;3;0;0;public;18-29 30-59;all
Youth workshop;training;YA1;TV06 TV07;yes;free;none;none;30;4;0;0;public;15-17 18-29;all
Social aid;cash;SW1;TV01 TV02 TV03 TV07;conditions;free;month;identity residence;90;2;0;1;public;all;all
Home visits for children;child_protection;SW1;TV01 TV02;yes;free;week;none;18;4;0;1;partners;under15 15-17;all
Empty homes of the municipality;housing;MU1;TV01;unclear;small;longer;residence family;3;2;0;0;public;all;all
Information point;information;MU1;TV01 TV07;yes;free;none;none;150;4;0;0;public;all;all
Talks between neighbours;mediation;WA1;TV01;yes;free;week;none;10;4;0;0;public;all;all
Visits of faith community A;faith_support;FA1;TV01 TV04;yes;free;none;none;20;4;0;0;public;all;all
Visits of faith community B;faith_support;FA2;TV08 TV10;unclear;free;none;none;15;3;0;0;public;all;all
Bus to the centre;transport;MU1;TV03 TV06 TV08;yes;small;none;none;;2;1;0;public;all;all
Help after violence;gbv;WA1;TV01;yes;free;none;none;8;5;1;2;partners;all;women
Legal aid desk;legal;LA1;TV01 TV05;yes;free;month;identity;14;4;0;1;partners;all;all
Leaving violent groups;probation_exit;PR1;TV01;yes;free;week;referral;5;3;1;2;internal;18-29 30-59;all
Small loans;business;BU1;TV02;no;full;longer;identity residence;6;2;0;0;public;18-29 30-59;all
"""  # noqa: E501 - one line for each service

_RATINGS = ("influence", "interest", "willingness")
_CAPACITY = ("staff", "skills", "money", "reach")
#: Who rates each organisation. The second looks from nearer, the third at the doubtful only.
_RATERS = ("programme", "field", "partner")
#: Whom raters see so differently that they should talk: willingness as each of them sees it.
_APART = {"PO1": ("5", "1", "3"), "SC1": ("5", "1", "4")}


def organisation_rows(drawn: random.Random, places: Sequence[str], today: date) -> Iterator[Row]:
    """Yield the records of the organisations: one for each of two raters or three."""
    for line in _lines(_ORGANISATIONS):
        raters = 3 if line["code"] in _APART else 2
        for number in range(raters):
            yield _common(line, places) | _rated(drawn, line, number, today)


def service_rows(drawn: random.Random, today: date) -> Iterator[Row]:
    """Yield the records of the services: one for each place in which one is offered."""
    for line in _lines(_SERVICES):
        for place in line["places"].split():
            checked = drawn.choice((1, 1, 2, 2, 5))
            yield {
                **{"service": line["name"], "service_type": line["kind"], "place": place},
                **{"provider": line["provider"], "online": "no", "for_age": line["age"]},
                **{"for_sex": line["sex"], "for_status": "all", "for_residence": "place"},
                **{"open_returned": line["returned"], "papers": line["papers"]},
                **{"cost": line["cost"], "days": "mon tue wed thu fri", "hours": "morning"},
                **{"waiting": line["waiting"], "languages": drawn.choice(("en ar", "en", "ar"))},
                **{"accessible": drawn.choice(("step_free", "none", "step_free remote"))},
                **{"refer_how": "phone in_person", "self_referral": "yes"},
                **{"places_month": line["month"], "quality_provider": line["good"]},
                **{"complaints": drawn.choice(("known", "unknown_to_users", "no"))},
                **{"risk_going": line["going"], "risk_seen": line["seen"], "risk_records": "0"},
                **{"shares_security": "no", "publish": line["publish"], "status": "works"},
                **{"verified_in": months_ago(today, checked)},
                **{"next_check": months_ago(today, checked - 3)},
            }


def months_ago(today: date, months: int) -> str:
    """Return a month before today, or after it if `months` is below zero."""
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    return f"{year}-{month + 1:02}"


def _common(line: Row, places: Sequence[str]) -> Row:
    covers = list(places) if line["covers"] == "all" else line["covers"].split()
    said = {
        **{"record_code": line["code"], "organisation": line["name"], "topic": line["topic"]},
        **{"kind": line["kind"], "level": line["level"], "contact_risk": line["risk"]},
        **{"channel": line["channel"], "owner": line["owner"], "next_step": line["next"]},
        **{f"covers_{turn}": place for turn, place in enumerate(covers, 1)},
    }
    for turn, activity in enumerate(line["activities"].split(), 1):
        said |= {f"activity_{turn}": activity, f"activity_for_{turn}": "families"}
    for turn, relation in enumerate(filter(None, line["relations"].split(",")), 1):
        kind, other, strength = relation.split()
        said |= {f"relation_{turn}": kind, f"relation_to_{turn}": other}
        said[f"relation_strength_{turn}"] = strength
    return said


def _rated(drawn: random.Random, line: Row, number: int, today: date) -> Row:
    """Return how one rater sees an organisation: near the others, unless they see it apart."""
    names = (*_RATINGS, *(f"capacity_{each}" for each in _CAPACITY))
    moves = (drawn.choice((0, 0, 0, -1, 1)) if number else 0 for _name in names)
    points = {
        name: str(min(5, max(1, int(point) + move)))
        for name, point, move in zip(names, line["ratings"], moves, strict=True)
    }
    if line["code"] in _APART:
        points["willingness"] = _APART[line["code"]][number]
    return points | {
        "needs": line["needs"],
        "position": "supports" if int(points["willingness"]) > 3 else "neutral",
        "protocol": "signed" if line["code"] in {"MU1", "SW1", "WA1"} else "in_work",
        "verified_in": months_ago(today, drawn.choice((1, 1, 2, 6))),
        "evidence": "interview",
        "rater": _RATERS[number],
    }


def _lines(table: str) -> Iterator[Row]:
    return iter(csv.DictReader(StringIO(table), delimiter=";"))
