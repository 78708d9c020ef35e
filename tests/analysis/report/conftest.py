from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import pytest

from analysis.disclosure import DesignType, Facts, Outline, Release, outline_of, release
from analysis.estimate import Domain, Estimate
from analysis.profile import Measured
from questionnaires import read_instrument

#: Invented places; two are long enough to need several lines.
NAMES = (
    ("Upper Lindenfeld", "ليندنفيلد العليا"),
    ("Lower Lindenfeld", "ليندنفيلد السفلى"),
    ("Marrowbrook by the Old Stone Mill Bridge", "ماروبروك عند جسر الطاحونة الحجرية القديمة"),
    ("Tarn", "تارن"),
    ("Veska Hill", "تل فيسكا"),
    ("Orlin", "أورلين"),
    ("Saltmarsh and Greater Reedwater District", "سالتمارش ومنطقة ريدووتر الكبرى"),
    ("Bramble End", "برامبل إند"),
    ("Quarry Side", "جانب المحجر"),
    ("East Dorn", "دورن الشرقية"),
    ("West Dorn", "دورن الغربية"),
    ("Ferry Landing", "مرسى العبّارة"),
)
SIZES = (210, 180, 160, 24, 190, 170, 150, 7, 140, 120, 12, 200)
LOCALITIES = {
    f"P{number:02}": {"en": english, "ar": arabic}
    for number, (english, arabic) in enumerate(NAMES, start=1)
}


def estimates_for(
    outline: Outline, sizes: Mapping[Domain, int], changed: Mapping[Domain, float] | None = None
) -> list[Measured]:
    """Return one estimate per dimension and domain; `changed` shifts the mean of a domain."""
    found = []
    for place, dimension in enumerate(outline.dimensions):
        for order, (domain, n) in enumerate(sizes.items()):
            mean = 38.0 + (7 * place + 11 * order) % 37 + (changed or {}).get(domain, 0)
            error = 60 / max(n, 1) ** 0.5
            found.append(
                Measured(
                    dimension=dimension.name,
                    domain=domain,
                    mean=Estimate(mean, error, 6 if n < 100 else 40, 1.6, n),
                    lowest=Estimate((order * 7 % 40) / 100, 0.02, 40, 1.6, n),
                    highest=Estimate((order * 5 % 30) / 100, 0.02, 40, 1.6, n),
                    variance=420.0,
                    people=n,
                    heaviest=2 / max(n, 3),
                    effective_n=n,
                )
            )
    return found


@pytest.fixture(scope="session")
def outline() -> Outline:
    return outline_of(
        read_instrument("social_cohesion"), ["D2", "D3", "D10"], LOCALITIES, ["en", "ar"]
    )


@pytest.fixture(scope="session")
def sizes(outline: Outline) -> dict[Domain, int]:
    ages = outline.breakdown("D3").codes
    found: dict[Domain, int] = {(): sum(SIZES)}
    found |= {(("D1", code),): n for code, n in zip(LOCALITIES, SIZES, strict=True)}
    found |= {(("D2", code),): n for code, n in (("woman", 801), ("man", 712), ("other_way", 31))}
    found |= {(("D3", code),): 180 + 20 * order for order, code in enumerate(ages)}
    found |= {(("D10", "yes"),): 143, (("D10", "no"),): 1290, (("D10", "dk"),): 60}
    return found


def facts(design: DesignType = DesignType.PROBABILITY) -> Facts:
    return Facts(
        title={
            "en": "How people live together in Lindenfeld",
            "ar": "كيف يعيش الناس معًا في ليندنفيلد",
        },
        instrument="social_cohesion",
        instrument_version="1.0",
        instrument_sha256="a" * 64,
        data_sha256="b" * 64,
        code_version="0.1.0",
        made_on=date(2026, 4, 20),
        signed_by="M. Example",
        signed_role="researcher",
        fieldwork_from=date(2026, 3, 1),
        fieldwork_to=date(2026, 3, 28),
        design=design,
        languages=("en", "ar"),
        contact={
            "en": "Write to results@lindenfeld.example",
            "ar": "راسلنا: results@lindenfeld.example",
        },
    )


@pytest.fixture(scope="session")
def made(outline: Outline, sizes: dict[Domain, int]) -> Release:
    return release(estimates_for(outline, sizes), facts(), outline)


@pytest.fixture(scope="session")
def make(outline: Outline) -> Callable[..., Release]:
    def build(
        sizes: Mapping[Domain, int],
        changed: Mapping[Domain, float] | None = None,
        design: DesignType = DesignType.PROBABILITY,
    ) -> Release:
        return release(estimates_for(outline, sizes, changed), facts(design), outline)

    return build


@pytest.fixture(scope="session")
def crossing() -> Outline:
    """Return an outline in which places are crossed with gender."""
    instrument = read_instrument("social_cohesion")
    return outline_of(instrument, ["D2"], LOCALITIES, ["en"], crossed_with=["D2"])


@pytest.fixture(scope="session")
def make_outlined(sizes: dict[Domain, int]) -> Callable[[Outline], Release]:
    def build(outline: Outline) -> Release:
        named = {each.item for each in outline.breakdowns}
        kept = {where: n for where, n in sizes.items() if {item for item, _ in where} <= named}
        return release(estimates_for(outline, kept), facts(), outline)

    return build
