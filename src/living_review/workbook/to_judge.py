"""Items of the tools for risk of bias that wait for a person, as rows of a sheet."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from living_review import risk_of_bias as tools_of
from living_review.risk_of_bias.judgements import CONSENSUS
from living_review.risk_of_bias.tools import OVERALL, Tool

RATING = "rating"
OVERALL_ASKS = "The whole, as you judge it; no sum of answers makes it"

Row = Mapping[str, Any]


def risk_of_bias(
    lists: Mapping[str, Sequence[Row]],
    protocol: Mapping[str, Any],
    tables: Mapping[str, Sequence[Mapping[str, str]]],
    said: Iterable[Mapping[str, str]],
    who: str,
) -> list[dict[str, str]]:
    """First what raters differ about, for a consensus; then each item that the person has not
    answered about a study that waits.

    lists: of the page. tables: the extraction tables. said: the lines of all raters. A tool that
    judges each result is asked for studies of several arms, about each outcome that they report.
    """
    tools = tools_of.read(protocol["risk_of_bias"]["tools"])
    done = {_about(line) for line in said if line["rater"] == who and line["role"] == RATING}
    differing = [
        _row(row["label"], tools[row["tool"]], row["item"], row, CONSENSUS)
        | {"raters_said": "; ".join(f"{one['rater']}: {one['answer']}" for one in row["ratings"])}
        for row in lists.get("risk_of_bias_conflicts", ())
        if row["tool"] in tools
    ]
    asked = (
        row
        for study in lists.get("risk_of_bias", ())
        for tool in tools.values()
        for result in _results(study["study_id"], tool, tables)
        for row in _items(study, tool, result)
    )
    return [*differing, *(row for row in asked if _about(row) not in done)]


def _about(line: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(line[column] for column in ("study_id", "result", "tool", "item"))


def _results(
    study_id: str, tool: Tool, tables: Mapping[str, Sequence[Mapping[str, str]]]
) -> list[str]:
    """What a tool judges in a study: "" for the study itself, or its outcomes."""
    if not tool.for_results:
        return [""]
    if sum(arm["study_id"] == study_id for arm in tables["arms"]) < 2:
        return []
    of_study = (row["outcome"] for row in tables["outcomes"] if row["study_id"] == study_id)
    return list(dict.fromkeys(of_study))


def _items(study: Row, tool: Tool, result: str) -> Iterator[dict[str, str]]:
    about = {"study_id": study["study_id"], "result": result}
    for item in (*tool.items, OVERALL):
        yield _row(study["label"], tool, item, about, RATING)


def _row(label: str, tool: Tool, item: str, about: Row, role: str) -> dict[str, str]:
    return {
        "study_id": about["study_id"],
        "item": item,
        "tool": tool.id,
        "result": about["result"],
        "role": role,
        "label": label,
        "asks": tool.items.get(item, OVERALL_ASKS),
        "answers": " | ".join(tool.allowed(item)),
        "raters_said": "",
    }
