"""What a release says of itself: where its answers come from, and how they were weighted."""

from __future__ import annotations

from importlib.metadata import version

from analysis import Frame, design_of
from analysis.disclosure import DesignType, Facts, Raked, Weighting
from survey.operations.release_material import Earlier, Material, SignOff, Weighed, digest
from survey.operations.waves import fielded_instrument


def facts_of(material: Material, sign_off: SignOff, frame: Frame, before: Earlier | None) -> Facts:
    """Return what a release says of itself."""
    wave, instrument = material.wave, fielded_instrument(material.wave)
    return Facts(
        title={code: wave.fact(code, "title") for code in wave.languages},
        instrument=instrument.name,
        instrument_version=instrument.version,
        instrument_sha256=wave.instrument_sha256,
        data_sha256=digest(material.responses),
        code_version=version("sixfold"),
        made_on=sign_off.day,
        signed_by=sign_off.name,
        signed_role=sign_off.role,
        fieldwork_from=wave.opens_on,
        fieldwork_to=min(wave.closes_on, sign_off.day),
        design=DesignType(wave.sampling),
        languages=tuple(wave.languages),
        drafts=tuple(code for code in wave.languages if instrument.texts[code].is_draft),
        contact={code: wave.fact(code, "contact") for code in wave.languages},
        next_steps={code: wave.fact(code, "next_steps") for code in wave.languages},
        wave=wave.link,
        form=wave.form,
        weighting=_weighting(material),
        raked=_raked(material.weighed),
        lonely=len(design_of(frame).lonely_strata()),
        previous=material.earlier.wave.link if material.earlier else "",
        previous_sha256=digest(before.responses) if before else "",
        sources={each.link: digest(each.responses) for each in material.sources},
    )


def _weighting(material: Material) -> Weighting:
    if material.weighed:
        return Weighting.RAKED
    weights = {each.weight for each in material.responses}
    return Weighting.EQUAL if len(weights) < 2 else Weighting.GIVEN


def _raked(weighed: Weighed | None) -> Raked | None:
    if weighed is None:
        return None
    items = tuple(each.item for each in weighed.scheme.known)
    return Raked(items, weighed.version, weighed.scheme.cap)
