"""The works that wait for people, the likeliest relevant ones first."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from living_review.errors import EstimationError
from living_review.ledgers import Line
from living_review.screening import labels, ranking, stopping, verdicts

COLUMNS = ("record_id", "score", "rank", "stage", "read")
READ = {True: "title and abstract", False: "title"}  # what the score is made from


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
    everybody, are learnt from where people have not decided.

    The second: {"learnt_from": {"relevant", "irrelevant", "of_them_suggested"}, "titles_only":
    works that wait without an abstract, "waiting", "no_scores": why there are none or "",
    "stopping": rows of stopping.outlook for the first stage, as people decided it}.
    """
    said = verdicts.lines_by_work(zip(works["record_id"], works["work_id"], strict=True), lines)
    stages = protocol["stages"]
    texts = read_texts(works, records)
    people = {work: labels.relevant(said.get(work, ()), stages) for work in texts.index}
    known = {
        work: labels.suggested(said.get(work, ())) if decided is None else decided
        for work, decided in people.items()
    }
    places = {work: verdicts.place(said.get(work, ()), protocol).stage for work in texts.index}
    # The order of rows must not move a score: as sources are added, they come in another order.
    by_id = texts.sort_index()
    no_scores = ""
    scores: dict[str, float | None] = dict.fromkeys(texts.index)
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
    waiting = [work for work in texts.index if places[work] in stages]
    waiting.sort(key=lambda work: -(scores[work] or 0))  # stable: else as they came
    rows = [
        {
            "record_id": work,
            "score": "" if scores[work] is None else f"{scores[work]:.{ranking.DIGITS}f}",
            "rank": place,
            "stage": places[work],
            "read": READ[bool(texts.loc[work, "has_abstract"])],
        }
        for place, work in enumerate(waiting, 1)
    ]
    taught = [label for label in known.values() if label is not None]
    about = {
        "learnt_from": {
            "relevant": sum(taught),
            "irrelevant": len(taught) - sum(taught),
            "of_them_suggested": len(taught)
            - sum(decided is not None for decided in people.values()),
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
