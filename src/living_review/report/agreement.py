"""How far screeners agreed, in words and as a table."""

from collections.abc import Mapping
from typing import Any

from living_review.report import escape, words
from living_review.report.markdown import blocks, table

Row = Mapping[str, Any]

STAGES = {"title_abstract": "title and abstract", "full_text": "full text"}
NOTHING = (
    "No work has been judged by two people on their own yet, so that their agreement is not known."
)
HOW = (
    "Of each person the first decision on a work counts, and of more people than the protocol asks "
    "for only the first: what was changed after a talk, or decided because two had disagreed, is "
    "no independent judgement. Kappa is Cohen's, with a 95% interval by the large-sample variance "
    "of Fleiss, Cohen and Everitt (1969). Where nearly all works are excluded kappa is low even if "
    "people agree; PABAK is the kappa there would be without that and without a difference in how "
    "often the two include. The prevalence index is 0 where as many works are included by both as "
    "are excluded by both, the bias index where both include equally often."
)


def part(results: Row) -> str:
    """A row for each stage and pair; why a measure is missing is said in its place."""
    rows = results["agreement"]
    if not rows:
        return NOTHING + "\n"
    return blocks(
        table(
            "Agreement of screeners",
            ["Stage", "People", "Works", "Agreed", "Kappa", "PABAK", "Prevalence", "Bias"],
            "llrrlrrr",
            [
                [
                    STAGES[row["stage"]],
                    escape.text(f"{row['first']}, {row['second']}"),
                    f"{row['works']:,}",
                    f"{row['agreed']:,} ({words.percent(row['percent'])})",
                    escape.text(_kappa(row)),
                    *(_number(row[name]) for name in ("pabak", "prevalence_index", "bias_index")),
                ]
                for row in rows
            ],
        ),
        HOW,
    )


def sentence(row: Row) -> str:
    """One pair at one stage, in plain words."""
    both = words.counted(row["works"], "work")
    said = [
        f"{row['first']} and {row['second']}, {STAGES[row['stage']]}: "
        f"agreed on {row['agreed']:,} of {both} ({words.percent(row['percent'])})",
        f"kappa {_kappa(row)}",
        f"PABAK {_number(row['pabak'])}",
    ]
    if row["prevalence_index"] is not None:
        said.append(f"prevalence index {_number(row['prevalence_index'])}")
        said.append(f"bias index {_number(row['bias_index'])}")
    return "; ".join(said) + "."


def _kappa(row: Row) -> str:
    if row["kappa"] is None:
        return f"not computed: {row['without']}"
    if row["interval"] is None:
        return f"{_number(row['kappa'])} (no interval: {row['without']})"
    low, high = row["interval"]
    return f"{_number(row['kappa'])} ({_number(low)} to {_number(high)})"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}".replace("-", "\N{MINUS SIGN}")
