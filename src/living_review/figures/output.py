"""Figures written as files: PNG, and SVG as small as it can be without losing anything."""

import re
from itertools import groupby
from pathlib import Path

import matplotlib
from lxml import etree
from matplotlib.figure import Figure

from living_review import files
from living_review.figures.lettering import MEASURED, POINTS, STACK, STYLE, foreign_letters
from living_review.figures.look import INK

DPI = 200
# What most texts have; said once, for all of a drawing.
COMMON = (f"font-size: {POINTS}px", "text-anchor: start", f"fill: {INK}")
_NUMBER = re.compile(r"-?\d+\.\d{3,}")
_SVG = "{http://www.w3.org/2000/svg}"
_PARSER = etree.XMLParser(load_dtd=False, no_network=True, resolve_entities=False)


def write(figure: Figure, path: Path | str) -> None:
    """Writes an .svg or .png, beside first and then renamed; the same bytes for the same figure."""
    path = Path(path)
    kind = path.suffix[1:]
    metadata = {"Software": None} if kind == "png" else {"Date": None, "Creator": None}
    with matplotlib.rc_context(STYLE), foreign_letters(), files.replacing(path) as beside:
        figure.savefig(beside, format=kind, dpi=DPI, metadata=metadata)
        if kind == "svg":
            beside.write_bytes(slim(beside.read_bytes()))


def slim(svg: bytes) -> bytes:
    """The drawing without metadata, empty groups, names and turns by 0 degrees, fonts named once.

    A page holds many figures and has to open on a phone.
    """
    root = etree.fromstring(svg, _PARSER)
    for metadata in root.findall(f"{_SVG}metadata"):
        root.remove(metadata)
    root.set("style", f"font-family: {STACK}; {'; '.join(COMMON)}")
    used = {one.get(href).lstrip("#") for one in root.iter() for href in _hrefs(one)}
    for element in root.iter():
        if element.tag == f"{_SVG}text":
            style = (part.strip() for part in (element.get("style") or "").split(";"))
            kept = [part for part in style if not part.startswith("font-family:")]
            if any(MEASURED in part for part in kept):  # short for several properties: `font:`
                raise ValueError(f"a font is not set by font-family: {element.get('style')}")
            element.set("style", "; ".join(part for part in kept if part not in COMMON))
            if (element.get("transform") or "").startswith("rotate(-0 "):
                del element.attrib["transform"]
        for name in ("x", "y", "d"):
            if name in element.attrib:
                rounded = _NUMBER.sub(lambda found: f"{float(found[0]):.2f}", element.attrib[name])
                element.set(name, " ".join(rounded.split()))
        if element.tag == f"{_SVG}g" and element.get("id") not in used:
            element.attrib.pop("id", None)
        if element.text is not None and not element.text.strip() and len(element):
            element.text = None
        element.tail = None
        if element.get("style") == "":
            del element.attrib["style"]
    _unwrap(root)
    _share_styles(root)
    etree.cleanup_namespaces(root)
    body: bytes = etree.tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + body + b"\n"


def _hrefs(element: etree._Element) -> list[str]:
    return [name for name in element.attrib if str(name).endswith("href")]


def _unwrap(root: etree._Element) -> None:
    """Puts what stands in a group without attributes into its place."""
    for group in list(root.iter(f"{_SVG}g")):
        parent = group.getparent()
        if parent is not None and not group.attrib:
            at = parent.index(group)
            parent[at : at + 1] = list(group)


def _share_styles(root: etree._Element) -> None:
    """Says once, on a group, what neighbours of one kind have in common."""
    for parent in [root, *root.iter(f"{_SVG}g")]:
        runs = groupby(list(parent), key=lambda child: (child.tag, child.get("style")))
        for (tag, style), run in runs:
            alike = list(run)
            if len(alike) < 3 or style is None or tag not in (f"{_SVG}text", f"{_SVG}use"):
                continue
            group = etree.Element(f"{_SVG}g", style=style)
            alike[0].addprevious(group)
            for child in alike:
                del child.attrib["style"]
                group.append(child)
