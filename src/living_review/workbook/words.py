"""What a workbook changes, cell by cell, for the person who is asked whether it may be written."""

from collections.abc import Iterator

from living_review import analyses
from living_review.workbook.difference import Compared, Decision, RowEdit

HEADS = {"changed": "", "added": "new: ", "deleted": "taken out: "}
NAMED = ("decision", "answer", "judgement", "reason")  # said apart
LONGEST = 120  # characters of a cell that are shown


def difference(compared: Compared) -> str:
    """Every change on a line of its own; "" if there is none."""
    return "\n".join(_lines(compared))


def count(compared: Compared) -> str:
    """1 cell changed, 2 rows added ..., as far as there are any."""
    cells = sum(len(edit.changes) for edit in compared.edits if edit.kind == "changed")
    counts = [
        (cells, "cell", "changed"),
        (sum(edit.kind == "added" for edit in compared.edits), "row", "added"),
        (sum(edit.kind == "deleted" for edit in compared.edits), "row", "taken out"),
        (len(compared.decisions), "decision", "added"),
    ]
    said = [f"{n} {one if n == 1 else one + 's'} {done}" for n, one, done in counts if n]
    return ", ".join(said) or "nothing differs"


def _lines(compared: Compared) -> Iterator[str]:
    for edit in compared.edits:
        yield from _edit(edit)
    for ledger in dict.fromkeys(one.ledger for one in compared.decisions):
        yield f"decisions on {ledger}"
        for decision in compared.decisions:
            if decision.ledger == ledger:
                yield f"    {_decision(decision)}"
    for undone in compared.undone:
        yield f"undone: {shown(undone, 10 * LONGEST)}"
    for note in compared.notes:
        yield f"note: {shown(note, 10 * LONGEST)}"


def _edit(edit: RowEdit) -> Iterator[str]:
    key = ", ".join(map(shown, edit.key))
    yield f"{HEADS[edit.kind]}{analyses.path(edit.table)}: {key}"
    for column, (old, new) in edit.changes.items():
        if edit.kind == "added":
            yield f"    {column}: {shown(new)}"
        elif edit.kind == "changed":
            yield f"    {column}: {shown(old) or '(empty)'} -> {shown(new) or '(empty)'}"
    if edit.why and edit.kind != "added":
        yield f"    why: {shown(edit.why)}"


def _decision(decision: Decision) -> str:
    about = ", ".join(shown(one) for one in decision.about.values() if one)
    said = f"{about}: {shown(decision.decision)}"
    reason = decision.said.get("reason", "")
    said += f" ({shown(reason)})" if reason else ""
    others = (text for column, text in decision.said.items() if column not in NAMED and text)
    said += "".join(f"; {shown(text)}" for text in others)
    if decision.supersedes:
        said += f"; takes back {shown(decision.supersedes)}, which said {shown(decision.before)}"
    return said


def shown(text: str, longest: int = LONGEST) -> str:
    """A text in one line that commands nothing to a terminal, cut when it is long."""
    plain = "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text
    )
    return plain if len(plain) <= longest else plain[: longest - 3] + "..."
