"""A drawn figure made fit to stand inside a page: no style, no foreign ids, a name and words.

A page forbids style attributes and elements by its Content-Security-Policy, and several figures
share one page: so styles become attributes of their own, and ids are prefixed with the figure's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

_SVG = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}href"
#: Named on every figure: the fonts of the page, and one that has all letters.
FONTS = "system-ui, 'Noto Sans', 'Noto Sans Arabic', 'Liberation Sans', 'DejaVu Sans', sans-serif"
_FONT = re.compile(r"(?P<bold>bold |[67]00 )?(?P<size>[\d.]+)px.*")
_DROPPED = {"metadata", "style"}


def refine(drawing: str, name: str, title: str, description: str) -> str:
    """Return an SVG figure for a page from one that matplotlib wrote.

    Parameters
    ----------
    drawing : str
        The SVG document.
    name : str
        Name of the figure, unique on its page.
    title, description : str
        What it is, and how it is read, for those who do not see it.
    """
    root = ET.fromstring(drawing)  # noqa: S314 - only what matplotlib has just written
    for parent in list(root.iter()):
        for child in [each for each in parent if each.tag.split("}")[-1] in _DROPPED]:
            parent.remove(child)
    used = {link.removeprefix("#") for link in _references(root)}
    prefix = re.sub(r"\W", "-", name) + "-"
    for element in root.iter():
        _move_styles(element)
        _rename(element, used, prefix)
        element.tag = element.tag.removeprefix(_SVG)
    _describe(root, prefix, title, description)
    return ET.tostring(root, encoding="unicode")


def _references(root: ET.Element) -> Iterator[str]:
    for element in root.iter():
        yield element.get(_LINK, "")
        yield from re.findall(r"url\((#[^)]+)\)", " ".join(element.attrib.values()))


def _move_styles(element: ET.Element) -> None:
    for declaration in element.attrib.pop("style", "").split(";"):
        key, _, value = (part.strip() for part in declaration.partition(":"))
        font = _FONT.match(value) if key == "font" else None
        if font:
            element.set("font-size", font["size"])
            if font["bold"]:
                element.set("font-weight", "bold")
        elif key and key != "font-family":
            element.set(key, value)


def _rename(element: ET.Element, used: set[str], prefix: str) -> None:
    own = element.attrib.pop("id", None)
    if own in used:
        element.set("id", f"{prefix}{own}")
    link = element.attrib.pop(_LINK, None)
    if link:
        element.set("href", f"#{prefix}{link.removeprefix('#')}")
    for key, value in element.attrib.items():
        if value.startswith("url(#"):
            element.set(key, value.replace("url(#", f"url(#{prefix}"))


def _describe(root: ET.Element, prefix: str, title: str, description: str) -> None:
    _, _, width, height = root.attrib["viewBox"].split()
    root.attrib.clear()
    root.attrib.update(
        {
            "xmlns": _SVG.strip("{}"),
            "viewBox": f"0 0 {width} {height}",
            "width": width,
            "height": height,
            "role": "img",
            "direction": "ltr",
            "aria-labelledby": f"{prefix}title {prefix}desc",
            "font-family": FONTS,
            "stroke-linejoin": "round",
        }
    )
    for position, (tag, text) in enumerate((("title", title), ("desc", description))):
        element = ET.Element(tag, {"id": f"{prefix}{tag}"})
        element.text = text
        root.insert(position, element)
