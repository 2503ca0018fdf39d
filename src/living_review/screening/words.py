"""What a ranking rests on and what stopping would risk, in plain words."""

from collections.abc import Mapping
from typing import Any

ADVICE = (
    "This is an advice. Nothing is excluded because of it: what nobody has read stays in the queue."
)
ASSUMED = (
    "It takes the works that were decided last for a random sample of those that were undecided. "
    "That is exact if they were read in random order (living-review queue --order random), and "
    "cautious if the likeliest were read first. Read in another order, such as by year, they say "
    "nothing. Test and interval are hypergeometric (Callaghan and Müller-Hansen 2020)."
)


def ground(about: Mapping[str, Any]) -> str:
    """about: as queue.ranked has it."""
    learnt = about["learnt_from"]
    if about["no_scores"]:
        basis = f"Not ranked: {about['no_scores']}. The works stand as they came."
    else:
        basis = (
            f"Ranked by {learnt['relevant']:,} relevant and {learnt['irrelevant']:,} irrelevant "
            f"works, {learnt['of_them_suggested']:,} of them only suggested when the review was "
            "set up."
        )
        if learnt["left_out"]:
            basis += (
                f" {learnt['left_out']:,} further irrelevant works were left out: so many hardly "
                "move a score."
            )
    waiting = (
        f"{about['waiting']:,} works wait; {about['titles_only']:,} of them have no abstract here, "
        "so that their place rests on the title."
    )
    return "\n".join((basis, waiting, "", *_stopping(about["stopping"])))


def _stopping(rows: list[Mapping[str, Any]]) -> list[str]:
    if not rows:
        return ["Nobody has decided anything yet, so that nothing is known about stopping."]
    lines = [f"{rows[0]['undecided']:,} works are undecided at the first stage."]
    return [*lines, *(f"- {look_back(row)}" for row in rows), ASSUMED, ADVICE]


def look_back(row: Mapping[str, Any]) -> str:
    """One row of the stopping table as a sentence."""
    recall = "" if row["recall"] is None else f", recall at least {100 * row['recall']:.0f}%"
    return (
        f"Of the last {row['last']:,} decided {row['relevant_in_last']:,} were relevant: "
        f"{row['expected']:.1f} relevant ones left (95% interval {row['lower']:,} to "
        f"{row['upper']:,}{recall}); p = {row['p_below_target']:.3f} for a recall below 95%."
    )
