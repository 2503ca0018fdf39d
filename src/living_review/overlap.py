"""Studies that may have patients in common, what people decided about them, and what follows.

Until a person has decided, and wherever the patients are the same, of two such studies only the
larger counts in an analysis. Overlap is not handed on: that a shares patients with b, and b with c,
says nothing of a and c.

Reads the extraction table and the ledger `overlap` alone, nothing that a search derives.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple

from living_review import ledgers
from living_review.ledgers import SEED, Line

SAME, PARTLY, SEPARATE = "same", "partly", "separate"
DECISIONS = (SAME, PARTLY, SEPARATE)
UNDECIDED, CONFLICT = "undecided", "conflict"
OPEN = (UNDECIDED, CONFLICT)
# Words that many names of hospitals have; they tell none from another.
GENERAL = frozenset(
    re.findall(
        r"\w+",
        "and center centers centre centres clinic clinical college consortium database department "
        "dept faculty for foundation general group health hospital hospitals infirmary institute "
        "institution medical medicine memorial national network of regional registry school the "
        "university centro clinica hopital hospitalier klinik klinikum krankenhaus ospedale "
        "universitaet universitario universitat universite de del della der des di du la le",
    )
)
ALWAYS = (float("-inf"), float("inf"))

Row = Mapping[str, Any]


class Pair(NamedTuple):
    """Two studies that may have patients in common, or of which a person said something."""

    study_id_1: str  # the first by letter
    study_id_2: str
    centres: tuple[str, ...]  # that they share, as the tables name them; () if the tables say none
    standing: str  # SAME, PARTLY, SEPARATE, UNDECIDED or CONFLICT
    lines: tuple[Line, ...]  # what people said, by who and when

    @property
    def studies(self) -> frozenset[str]:
        return frozenset((self.study_id_1, self.study_id_2))

    @property
    def overlaps(self) -> bool:
        """Whether at most one of the two may count."""
        return self.standing != SEPARATE


def pairs(studies: Iterable[Row], lines: Iterable[Line]) -> list[Pair]:
    """Every pair that the table suspects or that a person named, by its ids.

    studies: rows of the table, with study_id and, as far as known, centre, country, recruited_from,
    recruited_to and year. lines: of the ledger. Persons who say separate and persons who don't are
    in conflict; same and partly together are partly. The seed decides nothing.
    """
    by_id = {str(study["study_id"]): study for study in studies}
    suspected = _suspected(by_id)
    said = _said(lines, by_id)
    return [
        Pair(*key, suspected.get(key, ()), _standing(said[key]), tuple(said[key]))
        for key in sorted({*suspected, *said})
    ]


def unmet(studies: Iterable[Row], lines: Iterable[Line]) -> list[Line]:
    """Standing lines about a study that is not in the table, or about one study twice."""
    known = {str(study["study_id"]) for study in studies}
    return [
        line
        for line in ledgers.standing(lines)
        if not {line["study_id_1"], line["study_id_2"]} <= known
        or line["study_id_1"] == line["study_id_2"]
    ]


def overlapping(studies: Iterable[Row], lines: Iterable[Line]) -> set[frozenset[str]]:
    """The pairs of which at most one study may count in an analysis."""
    return {pair.studies for pair in pairs(studies, lines) if pair.overlaps}


def left_out(rows: Sequence[Row], overlapping: Collection[frozenset[str]]) -> set[str]:
    """Studies of an analysis whose patients are counted in a larger study of it.

    rows: of arms, with study_id, year, n_known, n_treated, provisional, retracted. The largest is
    taken first, what overlaps it is left out, and so on; so no two that are left overlap, and each
    that is left out overlaps one that counts. Rows that count now come before provisional ones, and
    these before those that are out after a retraction. Size is in patients whose outcome is known,
    then in patients treated, then by the later year, then by the id.
    """
    of_study: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        of_study[row["study_id"]].append(row)
    concerned = {study for pair in overlapping if pair <= of_study.keys() for study in pair}
    counting: list[str] = []
    out: set[str] = set()
    for study in sorted(concerned, key=lambda study: _rank(study, of_study[study])):
        if any(frozenset((study, other)) in overlapping for other in counting):
            out.add(study)
        else:
            counting.append(study)
    return out


def _rank(study: str, rows: Iterable[Row]) -> tuple[Any, ...]:
    """The largest first; of a study, the rows that come nearest to counting."""
    status = min((bool(row["retracted"]), bool(row["provisional"])) for row in rows)
    counted = [row for row in rows if (bool(row["retracted"]), bool(row["provisional"])) == status]
    known, treated = (
        sum(_whole(row[name]) for row in counted) for name in ("n_known", "n_treated")
    )
    return (status, -known, -treated, -max(_whole(row["year"]) for row in counted), study)


def _whole(value: Any) -> int:
    """The number; 0 for a cell that holds none, which `check` names."""
    return value if isinstance(value, int) else 0


# ---- what the table suspects -----------------------------------------------------------------


def _suspected(by_id: Mapping[str, Row]) -> dict[tuple[str, str], tuple[str, ...]]:
    """Pairs of one centre whose years of recruitment may overlap: the centres that they share."""
    centres = {study_id: _centres(study) for study_id, study in by_id.items()}
    having: dict[str, set[str]] = defaultdict(set)
    for study_id, named in centres.items():
        for words in named:
            for word in words:
                having[word].add(study_id)
    candidates = {pair for those in having.values() for pair in combinations(sorted(those), 2)}
    found = {}
    for first, second in sorted(candidates):
        if not (
            _same_time(by_id[first], by_id[second]) and _same_country(by_id[first], by_id[second])
        ):
            continue
        shared = sorted(
            {
                name
                for one, name_1 in centres[first].items()
                for other, name_2 in centres[second].items()
                if one <= other or other <= one
                for name in (name_1, name_2)
            }
        )
        if shared:
            found[first, second] = tuple(shared)
    return found


def _centres(study: Row) -> dict[frozenset[str], str]:
    """{telling words: name} of each centre; of one whose words are all general, all of them."""
    named = {}
    for name in str(study.get("centre") or "").split(";"):
        words = frozenset(_plain(name))
        if words:
            named[(words - GENERAL) or words] = name.strip()
    return named


def _plain(text: str) -> list[str]:
    """The words in small letters without accents."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return re.findall(r"\w+", bare)


def _same_country(first: Row, second: Row) -> bool:
    """Whether they may be of one country; a country that is not stated may be any."""
    one, other = (
        {" ".join(_plain(name)) for name in str(study.get("country") or "").split(";")} - {""}
        for study in (first, second)
    )
    return not one or not other or not one.isdisjoint(other)


def _same_time(first: Row, second: Row) -> bool:
    """Whether the years of recruitment may overlap; no study recruits after it is published."""
    (begin_1, end_1), (begin_2, end_2) = _years(first), _years(second)
    return begin_1 <= end_2 and begin_2 <= end_1


def _years(study: Row) -> tuple[float, float]:
    begin = _whole(study.get("recruited_from")) or ALWAYS[0]
    end = _whole(study.get("recruited_to")) or _whole(study.get("year")) or ALWAYS[1]
    return begin, max(begin, end)


# ---- what people said ------------------------------------------------------------------------


def _said(lines: Iterable[Line], by_id: Mapping[str, Row]) -> dict[tuple[str, str], list[Line]]:
    said: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in ledgers.standing(lines):
        first, second = sorted((line["study_id_1"], line["study_id_2"]))
        known = first in by_id and second in by_id and first != second
        if known and line["screener"] != SEED and line["decision"] in DECISIONS:
            said[first, second].append(line)
    for about in said.values():
        about.sort(key=lambda line: (line["screener"], line["time"], line["id"]))
    return said


def _standing(lines: Iterable[Line]) -> str:
    decisions = {line["decision"] for line in lines}
    if not decisions:
        return UNDECIDED
    if len(decisions) == 1:
        return decisions.pop()
    return CONFLICT if SEPARATE in decisions else PARTLY
