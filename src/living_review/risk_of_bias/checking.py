"""What is wrong in the table of risk of bias beyond its cells: items, answers, lines twice."""

from collections.abc import Iterator, Mapping

from living_review.errors import Problem
from living_review.ledgers import SEED
from living_review.risk_of_bias.judgements import CONSENSUS
from living_review.risk_of_bias.tools import OVERALL, Tool
from living_review.schemas import nearest
from living_review.tables import Table


def check(table: Table, tools: Mapping[str, Tool]) -> Iterator[Problem]:
    """Rows whose tool is unknown or empty are passed over: their cells were named before."""
    first: dict[tuple[str, ...], int] = {}
    for number, row in table.rows:
        row = {"result": ""} | row
        tool = tools.get(row.get("tool", ""))
        if tool is None:
            continue
        for column, value, allowed in _wrong(row, tool):
            yield Problem(table.file, number, column, value, allowed)
        about = ("study_id", "result", "tool", "item", "role")
        who = () if row.get("role") == CONSENSUS else ("rater",)
        key = tuple(row.get(column, "") for column in (*about, *who))
        if key in first:
            allowed = f"one line of each rater for an item; row {first[key]} has it"
            if row.get("role") == CONSENSUS:
                allowed = f"one consensus for an item; row {first[key]} has it"
            yield Problem(table.file, number, "item", row.get("item", ""), allowed)
        first.setdefault(key, number)


def _wrong(row: Mapping[str, str], tool: Tool) -> Iterator[tuple[str, str, str]]:
    item, answer = row.get("item", ""), row.get("answer", "")
    if item and not tool.allowed(item):
        allowed = f"an item of {tool.id}: {nearest(item, [*tool.items, OVERALL])}"
        yield "item", item, allowed
    elif answer and item and answer not in tool.allowed(item):
        yield "answer", answer, nearest(answer, tool.allowed(item))
    if tool.for_results and not row["result"]:
        yield "result", "", f"an outcome, since {tool.id} judges each result"
    if row.get("rater") == SEED:
        yield "rater", SEED, "a person"
