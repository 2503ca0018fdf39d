"""What changed since the last version: each number by the way that led to it, study by study."""

from collections.abc import Mapping, Sequence
from typing import Any

from living_review.report import anchors, declared, escape, words
from living_review.report.answers import anchor
from living_review.report.markdown import blocks, bullets, details, table

Row = Mapping[str, Any]

CHANGES = {
    "added": "counted now",
    "dropped": "counted no more",
    "changed": "counted with other numbers",
}
NO_TEST = (
    "Versions are not tested against each other. A study's part is how far the present result is "
    "from what it would be without that change; parts need not add up, and the rest is shown."
)


def part(results: Row) -> str:
    """The numbers of the version before and of now, and what moved them; the list of versions."""
    versions = results["versions"]
    return blocks(
        _since(results),
        declared.since(results),
        _table(results),
        _studies(results),
        _by_version(results),
        _every(versions["every"]),
    )


def _since(results: Row) -> str:
    this, before = (results["versions"][name] for name in ("this", "before"))
    if not results["versions"]["every"]:
        return "No version of this review is published yet: there is nothing to hold it against."
    if this:
        held = f"It is held against version {before}." if before else "It is the first one."
        return f"This is version {this}. {held}"
    return (
        f"This page comes after version {before} and is not published: its numbers may still "
        "change. It is held against that version."
    )


def _moved(results: Row) -> list[tuple[Row, Row]]:
    """Analysis and bridge, for those that the version before had."""
    changes = results["changes"]
    return [(one, changes[one["id"]]) for one in results["analyses"] if one["id"] in changes]


def _table(results: Row) -> str:
    before, every = results["versions"]["before"], _moved(results)
    told = [(analysis, bridge) for analysis, bridge in every if _has_result(bridge)]
    if not told:
        return f"No result stood in version {before}, and none stands now." if every else ""
    head, align = ["Result", f"Version {before}", "Now", "Moved by"], "lrrr"
    rows = [
        [
            f"[{escape.text(analysis['title'])}](#{anchor(analysis)})",
            _shown(bridge["old"]),
            _shown(bridge["new"]),
            _points(bridge["new"], bridge["old"]),
        ]
        for analysis, bridge in told
    ]
    if any(_method_moved(bridge) for _, bridge in told):
        head.insert(2, "Its studies, present method")
        align += "r"
        for row, (_, bridge) in zip(rows, told, strict=True):
            row.insert(2, _shown(bridge["old_by_now"]) if _method_moved(bridge) else "the same")
    return blocks(
        table(f"What changed since version {before}", head, align, rows, "tbl-changes"),
        _silent(len(every) - len(told)),
        NO_TEST,
    )


def _silent(n: int) -> str:
    if not n:
        return ""
    have = "has" if n == 1 else "have"
    return f"{words.counted(n, 'analysis', 'analyses')} had no result and {have} none now."


def _has_result(bridge: Row) -> bool:
    return bridge["old"]["estimate"] is not None or bridge["new"]["estimate"] is not None


def _method_moved(bridge: Row) -> bool:
    return _shown(bridge["old"]) != _shown(bridge["old_by_now"])


def _shown(result: Row) -> str:
    """As the page shows a share, so that what looks the same is the same."""
    if result["estimate"] is None:
        return "no result"
    ci = f" ({words.interval(result['ci'])})" if result["ci"] else ""
    return f"{words.percent(result['estimate'])}{ci}; k = {result['k']:,}"


def _points(one: Row, other: Row) -> str:
    if one["estimate"] is None or other["estimate"] is None:
        return ""
    return _signed(one["estimate"] - other["estimate"])


def _signed(share: float) -> str:
    return f"{100 * share:+.1f} points".replace("-", "\u2212")


def _studies(results: Row) -> str:
    """Which studies moved what, folded."""
    lists = [
        blocks(
            f"**{escape.text(analysis['title'])}**",
            bullets(_parts(bridge, anchors.of_studies(results))),
        )
        for analysis, bridge in _moved(results)
        if bridge["studies"]
    ]
    return details("Which studies moved the numbers", *lists) if lists else ""


def _parts(bridge: Row, known: Mapping[str, str]) -> list[str]:
    said = [
        f"{anchors.to_study(study['study_id'], study['label'], known)}: {CHANGES[study['change']]}"
        + (f"; moved the result by {_signed(study['moved'])}" if study["moved"] is not None else "")
        for study in bridge["studies"]
    ]
    if len(said) > 1 and bridge["remainder"] is not None:
        said.append(f"What they moved only together: {_signed(bridge['remainder'])}")
    return said


def _by_version(results: Row) -> str:
    """How each result stood in each version, and stands now, folded."""
    rows = [
        row
        for analysis, bridge in _moved(results)
        if _has_result(bridge)
        for row in (
            *(
                [
                    escape.text(analysis["title"]) if first else "",
                    escape.text(one["version"]),
                    _shown(one["published"]),
                    _shown(one["by_now"]),
                ]
                for first, one in zip(_first(bridge["versions"]), bridge["versions"], strict=True)
            ),
            ["", "now", "", _shown(bridge["new"])],
        )
    ]
    if not rows:
        return ""
    head = ["Result", "Version", "As published", "By the present method"]
    name = "Results from version to version"
    return details(name, table(name, head, "llrr", rows))


def _first(entries: Sequence[Row]) -> list[bool]:
    return [place == 0 for place in range(len(entries))]


def _every(versions: Sequence[Row]) -> str:
    if not versions:
        return ""
    rows = [
        [
            escape.text(version["version"]),
            escape.text(version["published_on"]),
            escape.text("; ".join(version["why"])),
            escape.text(version["searched_on"] or "not searched"),
            escape.text(len(version["included"])),
        ]
        for version in versions
    ]
    head = ["Version", "Published on", "Why", "Searched on", "Studies"]
    return details(
        words.counted(len(versions), "published version"),
        table("Published versions", head, "llllr", rows),
    )
