"""From the answers of raters to a release of nine sections: no people, no cells, no total."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from analysis.disclosure import COMMUNITY, PROGRAMME, Edition, Release, outline_of
from analysis.disclosure.bodies import publishable
from analysis.governance import profile_of_bodies
from questionnaires.governance import RATERS
from survey.errors import ReleaseError
from survey.models import Release as Stored
from survey.models import Wave
from survey.operations.opening import OpenedResponse
from survey.operations.programme_age import age_of
from survey.operations.release_facts import facts_of
from survey.operations.release_material import Material, SignOff, frame_of
from survey.operations.waves import fielded_instrument


def assessment_of(material: Material, sign_off: SignOff) -> Release:
    """Return the release of a round in which bodies were rated.

    Its editions have no cells: what is shown of sections is decided by
    `analysis.disclosure.bodies`, and the same for everybody.
    """
    wave, instrument = material.wave, fielded_instrument(material.wave)
    frame = frame_of(instrument, material.responses)
    months, reason = age_of(wave.facts[wave.languages[0]], wave.opens_on)
    outline = outline_of(instrument, (), {}, wave.languages)
    return Release(
        facts_of(material, sign_off, frame, None),
        replace(outline, dimensions=()),
        Edition(PROGRAMME, None, ()),
        Edition(COMMUNITY, None, ()),
        assessment=publishable(profile_of_bodies(frame), months, reason),
    )


def refuse_few_new_raters(
    wave: Wave, earlier: Sequence[Stored], responses: Sequence[OpenedResponse]
) -> None:
    """Refuse a further release that one or two raters would tell from the one before.

    Raises
    ------
    ReleaseError
        If so few came since.
    """
    for release in earlier:
        new = sum(each.batch > release.through_batch for each in responses)
        if 0 < new < RATERS:
            raise ReleaseError(
                f"{new} raters answered '{wave.link}' since an earlier release, and the difference "
                f"would show their ratings; wait until {RATERS} have"
            )


def refuse_few_new_ratings(wave: Wave, earlier: Sequence[Release], made: Release) -> None:
    """Refuse a further release in which one or two new raters would move a section that is shown.

    Raises
    ------
    ReleaseError
        If so few rated a section since it was shown.
    """
    for release in earlier:
        if release.assessment is None or made.assessment is None:
            continue
        pairs = zip(release.assessment.sections, made.assessment.sections, strict=True)
        for old, new in pairs:
            if None not in (old.score, new.score) and 0 < abs(new.raters - old.raters) < RATERS:
                raise ReleaseError(
                    f"section {new.name} of '{wave.link}' has fewer than {RATERS} new raters since "
                    "an earlier release, and the difference would show their ratings; wait for more"
                )
