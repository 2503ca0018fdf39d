"""The works that wait for people, the likeliest relevant ones first."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import pandas as pd

from living_review import files
from living_review.errors import EstimationError
from living_review.ledgers import Line
from living_review.screening import labels, ranking, stopping, verdicts

COLUMNS = ("record_id", "score", "rank", "stage", "read")
READ = {True: "title and abstract", False: "title"}  # what the score is made from
ENOUGH = 10_000  # irrelevant works to learn from: further ones cost time and hardly move a score


def ranked(
    works: pd.DataFrame,
    records: pd.DataFrame,
    lines: Iterable[Line],
    protocol: Mapping[str, Any],
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """A row of COLUMNS for each work that waits, by rank; and what the ranking rests on.

    works: record_id, work_id, a row a record; records: the same records with title and abstract.
    lines: of the screening ledgers; protocol: the section on screening. record_id is the work's.
    Works of one score stand as they came. Until both a relevant and an irrelevant work are known
    no work has a score, and all stand as they came. The seed's suggestions, which the page shows to
    everybody, are learnt from where people have not decided. Of more than ENOUGH irrelevant works
    that many are learnt from, always the same ones.

    The second: {"learnt_from": {"relevant", "irrelevant", "of_them_suggested", "left_out": further
    irrelevant ones}, "titles_only": works that wait without an abstract, "waiting", "no_scores":
    why there are none or "", "stopping": rows of stopping.outlook for the first stage, as people
    decided it}.
    """
    said = verdicts.lines_by_work(zip(works["record_id"], works["work_id"], strict=True), lines)
    stages = protocol["stages"]
    every = list(works["work_id"].unique())
    people = {work: labels.relevant(said.get(work, ()), stages) for work in every}
    known = {
        work: labels.suggested(said.get(work, ())) if decided is None else decided
        for work, decided in people.items()
    }
    places = {work: verdicts.place(said.get(work, ()), protocol).stage for work in every}
    waiting = [work for work in every if places[work] in stages]
    left_out = _more_than_enough(known, waiting)
    texts = read_texts(works[~works["work_id"].isin(left_out)], records)
    # The order of rows must not move a score: as sources are added, they come in another order.
    by_id = texts.sort_index()
    no_scores = ""
    scores: dict[str, float | None] = dict.fromkeys(waiting)
    try:
        found = ranking.rank(
            list(by_id["text"]),
            [known[work] for work in by_id.index],
            shown=[people[work] is None for work in by_id.index],
            wanted=[places[work] in stages for work in by_id.index],
        )
        scores = dict(zip(by_id.index, map(float, found), strict=True))
    except EstimationError as error:
        no_scores = str(error)
    waiting.sort(key=lambda work: -(scores[work] or 0))  # stable: else as they came
    has_abstract = texts["has_abstract"].to_dict()
    rows = [
        {
            "record_id": work,
            "score": "" if scores[work] is None else f"{scores[work]:.{ranking.DIGITS}f}",
            "rank": place,
            "stage": places[work],
            "read": READ[has_abstract[work]],
        }
        for place, work in enumerate(waiting, 1)
    ]
    taught = {work: known[work] for work in texts.index if known[work] is not None}
    about = {
        "learnt_from": {
            "relevant": sum(map(bool, taught.values())),
            "irrelevant": len(taught) - sum(map(bool, taught.values())),
            "of_them_suggested": sum(people[work] is None for work in taught),
            "left_out": len(left_out),
        },
        "waiting": len(rows),
        "titles_only": sum(row["read"] == READ[False] for row in rows),
        "no_scores": no_scores,
        "stopping": stopping.rows(
            stopping.outlook(
                _decided(said, people, places, stages),
                sum(stage == stages[0] for stage in places.values()),
            )
        ),
    }
    return rows, about


def _more_than_enough(known: Mapping[str, bool | None], waiting: Collection[str]) -> frozenset[str]:
    """Irrelevant works beyond ENOUGH, chosen by their ids alone, so that no later work brings back
    many that were left out; none of those that wait for a score."""
    irrelevant = sorted((work for work, label in known.items() if label is False), key=files.digest)
    return frozenset(irrelevant[ENOUGH:]).difference(waiting)


def read_texts(works: pd.DataFrame, records: pd.DataFrame) -> pd.DataFrame:
    """text and has_abstract of each work, by work_id, in the order in which works came.

    The title of the work's first record, and the first abstract that any record of it has.
    """
    of_records = works[["record_id", "work_id"]].merge(
        records[["record_id", "title", "abstract"]], on="record_id", validate="1:1"
    )
    of_records["abstract"] = of_records["abstract"].replace("", None)
    first = of_records.groupby("work_id", sort=False).agg(
        title=("title", "first"), abstract=("abstract", "first")
    )
    has_abstract = first["abstract"].notna()
    text = first["title"] + "\n" + first["abstract"].fillna("")
    return pd.DataFrame({"text": text, "has_abstract": has_abstract})


def _decided(
    said: Mapping[str, list[Line]],
    people: Mapping[str, bool | None],
    places: Mapping[str, str],
    stages: list[str],
) -> list[stopping.Decided]:
    """When each work left the first stage, and whether as relevant."""
    decided = []
    for work, label in people.items():
        if label is not None and places[work] != stages[0]:
            times = [line["time"] for line in said[work] if line["screener"] != verdicts.SEED]
            decided.append((max(times), label))
    return decided
