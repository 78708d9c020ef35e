"""GeoJSON: the localities with their borders, and how many people answered where it may be told.

Answers are not in it: a point on a map for each person would be a person on a map.
"""

from __future__ import annotations

import json
from pathlib import Path

from survey.formats._progress import Progress
from survey.formats.table import Place, Table

suffix = ".geojson"
title = "GeoJSON"


def write(table: Table, path: Path, progress: Progress) -> None:
    """Write the localities of `table` into the new file `path`."""
    features = [_feature(place) for place in table.places]
    document = {"type": "FeatureCollection", "name": table.title, "features": features}
    with path.open("x", encoding="utf-8") as stream:
        json.dump(document, stream, ensure_ascii=False, indent=1)
    progress(table.count)


def _feature(place: Place) -> dict[str, object]:
    told = {"code": place.code, "name": place.name, "population": place.population}
    people = {"answered": place.people or None}
    return {"type": "Feature", "properties": told | people, "geometry": place.geometry}
