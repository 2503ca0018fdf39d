"""Records, decisions and strategies that the tests of deduplication share."""

import pandas as pd
from hypothesis import strategies as st

from living_review import dedup
from living_review.dedup.members import READ

ARTICLE = {
    "record_id": "pmid:1",
    "doi": "10.1016/j.juro.2015.01.001",
    "title": "Salvage cryoablation of the recurrent renal tumour after partial nephrectomy",
    "authors": "Okhunov Z; Chamberlin J; Moreira DM",
    "names": "",
    "year": "2015",
    "journal": "The Journal of Urology",
    "issn": "0022-5347",
    "volume": "193",
    "issue": "4",
    "pages": "1123-1131",
    "publication_types": "Journal Article",
}


def record(**changed: str) -> dict[str, str]:
    return ARTICLE | changed


def table(*records: dict[str, str]) -> pd.DataFrame:
    """A normalised table of records; each of them gets an id if it has that of ARTICLE."""
    rows = [
        one | {"record_id": f"r{n}"} if one["record_id"] == "pmid:1" else one
        for n, one in enumerate(records)
    ]
    return pd.DataFrame(rows, columns=list(READ), dtype="str")


def nothing() -> pd.DataFrame:
    return dedup.prepare(table())


def compared(*records: dict[str, str]) -> pd.DataFrame:
    return dedup.compare(dedup.prepare(table(*records)), nothing())


def decisions(*lines: tuple[str, ...]) -> pd.DataFrame:
    """Lines of id, record_id_1, record_id_2 and decision, by one person."""
    columns = ["id", "record_id_1", "record_id_2", "decision"]
    return pd.DataFrame(lines, columns=columns, dtype="str").assign(screener="ann")


def partition(works: pd.DataFrame) -> set[frozenset[str]]:
    return {frozenset(ids) for _, ids in works.groupby("work_id")["record_id"]}


def draws(**choices: list[str]) -> st.SearchStrategy[dict[str, str]]:
    """Records near ARTICLE: each field is one of the choices, or that of ARTICLE."""
    return st.fixed_dictionaries(
        {field: st.sampled_from([ARTICLE[field], *some]) for field, some in choices.items()}
    ).map(lambda drawn: ARTICLE | drawn)


RECORDS = draws(
    doi=["", "10.1016/j.juro.2015.01.002", "10.1002/14651858.CD000123.pub2"],
    title=[
        "Salvage cryoablation of recurrent renal tumor after partial nephrectomy",
        "Erratum to: Salvage cryoablation of the recurrent renal tumour after partial nephrectomy",
        "Thermal ablation of the small renal mass: part II",
        "Thermal ablation of the small renal mass: part I",
        "Editorial",
        "",
    ],
    authors=["Okhunov Zhamshid; Chamberlin Joel", "Long CJ; Canter DJ", ""],
    year=["2016", "2009", ""],
    journal=["J Urol", "Urology", "J Urol. Conference: annual meeting", ""],
    issn=[""],
    volume=["95", ""],
    pages=["1123-31", "1-9", "e55", ""],
)
LIBRARIES = st.lists(RECORDS, max_size=12).map(lambda records: table(*records))
