"""A review of any size, invented from a seed: records as databases export them, with duplicates,
what two people decided about each, and tables of studies; and its later months.

The same seed and sizes give the same bytes. Nothing in it is about real publications or people.
"""

import csv
import hashlib
import json
import random
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML

from living_review import ledgers, sources

STARTER = Path(sources.__file__).parent / "starter"
BEGIN = datetime(2000, 1, 3, 4, 17)  # when the first file was registered
PEOPLE = ("ann", "bob")
OUTCOMES = 5  # of the protocol at most; a study reports all of those that it was included for
AGAIN = 0.3  # of the second database's records: works that the first one has too, told otherwise
UNTITLED = 0.004  # of works: titles that many others have
WAITING = 0.03  # of works: those that came last, which nobody has screened yet
AT_FULL_TEXT = 0.01  # of works: excluded there, for a reason
FIRST_PMID = 10_000_001
GENERIC = ("Editorial", "Reply", "In this issue", "Letter to the editor", "Response")
JOINING = ("of", "in", "for", "and", "with", "after", "the", "versus")
ONSETS = [*"bcdfghlmnprstv", "st", "tr", "pl", "cr"]
NUCLEI = [*"aeiou", "ia", "io", "ae"]
CODAS = ["", "", "n", "r", "s", "l", "m", "x"]


class Size(NamedTuple):
    """How large: records of all files, studies, analyses; records of one file at most."""

    records: int
    studies: int
    analyses: int
    file: int = 10_000


class Work(NamedTuple):
    """A publication."""

    title: str
    authors: tuple[tuple[str, str], ...]  # family name, given name
    year: int
    journal: str
    volume: int
    issue: int
    first_page: int
    last_page: int
    doi: str
    pmid: str  # "" where only the second database has it
    abstract: str

    @property
    def record_id(self) -> str:
        return f"pmid:{self.pmid}" if self.pmid else f"doi:{self.doi}"


@dataclass
class Generated:
    """A generated review in a folder."""

    folder: Path
    size: Size
    seed: int = 1
    works: int = 0  # so far
    studies: int = 0
    files: list[dict[str, str]] = field(default_factory=list)  # rows of the manifest
    lines: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PEOPLE, 0))

    def write(self) -> "Generated":
        """Protocol, records, decisions and tables, into an empty folder."""
        for name in ("config", "resources/imports", "resources/decisions", "resources/extraction"):
            (self.folder / name).mkdir(parents=True)
        (self.folder / "resources/decisions/screening").mkdir()
        for name, written in (("codebook", self.codebook()), ("config", self.protocol())):
            (self.folder / f"config/{name}.yaml").write_text(json.dumps(written, indent=1))
        came: list[Work] = []
        records = 0
        while records < self.size.records:
            two_thirds = min(self.size.file, max(1, (self.size.records - records) * 2 // 3))
            came += self._add_files(two_thirds, two_thirds // 2)
            records += two_thirds + two_thirds // 2 or 1
        every = max(1, int(len(came) * (1 - WAITING)) // max(1, self.size.studies))
        included = came[: every * self.size.studies : every]
        self._decide(came[: int(len(came) * (1 - WAITING))], included)
        self._extract(included, range(len(self._outcomes())))
        return self

    def add_month(self, first: int = 300, second: int = 150, outcomes: int = 2) -> None:
        """A later month: so many new records by the two databases, all screened but the last ones,
        and one new study that reports some of its outcomes."""
        came = self._add_files(first, second)
        settled = came[: int(len(came) * (1 - WAITING))]
        self._decide(settled, settled[:1])
        self._extract(settled[:1], range(outcomes))

    def add_nothing_new(self, records: int = 20) -> None:
        """A later file of the first database in which every record is known."""
        known = [self._work(number, in_first=True) for number in range(records)]
        self._register("nbib", "MEDLINE", "PubMed", "".join(map(nbib, known)))

    def moved_to(self, folder: Path) -> "Generated":
        """The same review as it is copied to another folder, to go on there."""
        return replace(self, folder=folder, files=list(self.files), lines=dict(self.lines))

    # --- protocol ----------------------------------------------------------------------------

    def _outcomes(self) -> list[str]:
        return [f"outcome_{number}" for number in range(min(OUTCOMES, self.size.analyses))]

    def _treatments(self) -> list[str]:
        several = -(-self.size.analyses // len(self._outcomes()))
        return [f"treatment_{number}" for number in range(several)]

    def protocol(self) -> dict[str, Any]:
        protocol = YAML(typ="safe").load(STARTER / "config.yaml")
        outcomes, treatments = self._outcomes(), self._treatments()
        protocol["review"] |= {"id": "generated", "title": "A generated review"}
        protocol["vocabularies"]["treatment"] = {one: named(one) for one in treatments}
        [described] = protocol["outcomes"].values()
        protocol["outcomes"] = {one: described | {"label": named(one)} for one in outcomes}
        [analysis] = protocol["analyses"]
        protocol["analyses"] = [
            analysis
            | {"id": f"{outcome}_{treatment}", "outcome": outcome}
            | {"title": f"{named(outcome)} after {named(treatment).lower()}"}
            | {"where": analysis["where"] | {"treatment": [treatment]}}
            for treatment in treatments
            for outcome in outcomes
        ][: self.size.analyses]
        return protocol

    def codebook(self) -> dict[str, Any]:
        book = YAML(typ="safe").load(STARTER / "codebook.yaml")
        book["tables"]["arms"]["columns"]["treatment"]["example"] = self._treatments()[0]
        book["tables"]["outcomes"]["columns"]["outcome"]["example"] = self._outcomes()[0]
        return book

    # --- records -----------------------------------------------------------------------------

    def _add_files(self, first: int, second: int) -> list[Work]:
        """A file of each database; the works that are new by them, in the order of coming."""
        rng = self._random("files", len(self.files))
        earlier = self.works
        own = [self._work(number, in_first=True) for number in range(earlier, earlier + first)]
        self.works += first
        known = sorted(rng.sample(range(self.works), min(self.works, int(second * AGAIN))))
        again = [self._work(number, in_first=True) for number in known]
        alone = range(self.works, self.works + second - len(again))
        new = [self._work(number, in_first=False) for number in alone]
        self.works += len(new)
        self._register("nbib", "MEDLINE", "PubMed", "".join(map(nbib, own)))
        told = [*(otherwise(one, rng) for one in again), *new]
        rng.shuffle(told)
        if told:
            self._register("ris", "Embase", "Embase.com", "".join(map(ris, told)))
        return [*own, *new]

    def _register(self, format_: str, source: str, platform: str, text: str) -> None:
        number = len(self.files)
        name = f"{number:04d}.{format_}"
        (self.folder / sources.FOLDER / name).write_text(text)
        day = BEGIN + timedelta(days=number)
        known = {
            "id": f"{number:04d}-{format_}",
            "registered_at": day.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "file": name,
            "sha256": hashlib.sha256(text.encode()).hexdigest(),
            "format": format_,
            "source": source,
            "method": "databases",
            "platform": platform,
            "strategy": "generated",
            "searched_on": day.date().isoformat(),
            "count": str(text.count("\nPMID- " if format_ == "nbib" else "\nER  - ")),
        }
        self.files.append(known)
        _append(self.folder / sources.MANIFEST, sources.COLUMNS, [known])

    def _work(self, number: int, in_first: bool) -> Work:
        """The work of a number, always the same; one of the second database has no PMID."""
        rng = self._random("work", number)
        words = [*_phrase(rng, rng.randint(6, 13))]
        title = " ".join(words).capitalize()
        if rng.random() < UNTITLED:
            title = rng.choice(GENERIC)
        page, volume = rng.randint(1, 1900), rng.randint(1, 90)
        journal = rng.choices(journals(), range(len(journals()), 0, -1))[0]
        return Work(
            title=title,
            authors=tuple(
                (rng.choice(names()), rng.choice(names())) for _ in range(rng.randint(1, 9))
            ),
            year=1990 + min(35, int(rng.triangular(0, 36, 33))),
            journal=journal,
            volume=volume,
            issue=rng.randint(1, 12),
            first_page=page,
            last_page=page + rng.randint(1, 14),
            doi=f"10.5555/{journal[:4].lower()}.{self.seed}.{number}",
            pmid=str(FIRST_PMID + number) if in_first else "",
            abstract=" ".join(_phrase(rng, 40)).capitalize() + ".",
        )

    # --- decisions and tables ----------------------------------------------------------------

    def _decide(self, screened: Iterable[Work], included: Iterable[Work]) -> None:
        """What both people say of each work: mostly no, at times a full text that is read."""
        chosen = {work.record_id for work in included}
        rng = self._random("decisions", self.works)
        lines: dict[str, list[dict[str, str]]] = {person: [] for person in PEOPLE}
        for work in screened:
            further = work.record_id in chosen or rng.random() < AT_FULL_TEXT
            for person in PEOPLE:
                said = "include" if further else "exclude"
                lines[person].append(self._line(person, work, "title_abstract", said))
                if further:
                    said = "include" if work.record_id in chosen else "exclude"
                    lines[person].append(self._line(person, work, "full_text", said))
        for person, added in lines.items():
            path = self.folder / ledgers.FOLDER / f"screening/{person}.csv"
            _append(path, ledgers.COLUMNS["screening"], added)

    def _line(self, person: str, work: Work, stage: str, decision: str) -> dict[str, str]:
        self.lines[person] += 1
        number = self.lines[person]
        return {
            "id": f"{person}-{number}",
            "record_id": work.record_id,
            "screener": person,
            "stage": stage,
            "decision": decision,
            "reason": "other_question" if (stage, decision) == ("full_text", "exclude") else "",
            "time": (BEGIN + timedelta(minutes=number)).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "protocol_version": "2026.01",
        }

    def _extract(self, included: Iterable[Work], outcomes: Iterable[int]) -> None:
        """A study of each work, one arm, one row of each outcome that is asked for."""
        rows: dict[str, list[dict[str, Any]]] = {
            table: [] for table in ("studies", "reports", "arms", "outcomes")
        }
        names_of = self._outcomes()
        for work in included:
            number, self.studies = self.studies, self.studies + 1
            for table, found in self._study(number, work, [names_of[one] for one in outcomes]):
                rows[table].append(found)
        columns = self.codebook()["tables"]
        for table, added in rows.items():
            path = self.folder / f"resources/extraction/{table}.csv"
            _append(path, list(columns[table]["columns"]), added)

    def _study(
        self, number: int, work: Work, outcomes: list[str]
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        rng = self._random("study", number)
        treatments = self._treatments()
        treatment = treatments[number % len(treatments)]
        study_id = f"study_{number}"
        n = rng.randint(8, 120)
        read = {
            "study_id": study_id,
            "basis": "full_text",
            "source_record": work.record_id,
            "source_place": "table 2",
            "extracted_by": PEOPLE[number % 2],
            "extracted_on": "2025-06-01",
            "checked_by": PEOPLE[(number + 1) % 2],
            "checked_on": "2025-06-08",
        }
        yield (
            "studies",
            read
            | {"label": f"{work.authors[0][0]} {work.year} ({number})", "year": work.year}
            | {"n_patients": n, "design": "cohort", "country": named(rng.choice(names()))}
            | {"in_index_review": "unknown", "in_index_evidence": "no review is continued"},
        )
        citation = f"{work.authors[0][0]} {work.authors[0][1][0]}. {work.journal} {work.year}"
        yield (
            "reports",
            {"study_id": study_id, "record_id": work.record_id, "citation": citation}
            | {"kind": "journal_article"},
        )
        arm = {"arm_id": treatment, "label": named(treatment), "treatment": treatment}
        yield "arms", read | arm | {"unit": "patient", "n_patients": n}
        for outcome in outcomes:
            known = n - rng.randint(0, n // 8)
            share = rng.betavariate(3, 5)
            events = sum(rng.random() < share for _ in range(known))
            yield (
                "outcomes",
                read
                | {"arm_id": treatment, "outcome": outcome, "n_treated": n, "n_known": known}
                | {"events": events, "time_point": "last_follow_up"}
                | {"followup_measure": "median", "followup_value": rng.randint(6, 90)}
                | {"followup_unit": "months", "quote": f"{events} of {known}"},
            )

    def _random(self, kind: str, number: int) -> random.Random:
        return random.Random(f"{self.seed} {kind} {number}")


def named(identifier: str) -> str:
    return identifier.replace("_", " ").capitalize()


def _append(path: Path, columns: Iterable[str], rows: Iterable[Mapping[str, Any]]) -> None:
    columns = list(columns)
    begins = not path.exists()
    with path.open("a", newline="") as written:
        writer = csv.DictWriter(written, columns, lineterminator="\n")
        if begins:
            writer.writeheader()
        writer.writerows(rows)


# --- words -------------------------------------------------------------------------------------


def invented(rng: random.Random, syllables: int) -> str:
    return "".join(
        rng.choice(ONSETS) + rng.choice(NUCLEI) + rng.choice(CODAS) for _ in range(syllables)
    )


@cache
def vocabulary() -> tuple[list[str], list[float]]:
    """Words and how often they and those before them occur, as in natural texts (Zipf)."""
    rng = random.Random("vocabulary")
    words = sorted({invented(rng, rng.choice((2, 3, 3, 4))) for _ in range(20_000)})
    rng.shuffle(words)
    return words, list(accumulate(1 / (rank + 20) for rank in range(len(words))))


def _phrase(rng: random.Random, length: int) -> Iterator[str]:
    words, often = vocabulary()
    for number in range(length):
        if number % 3 == 2:
            yield rng.choice(JOINING)
        else:
            yield words[bisect_left(often, rng.random() * often[-1])]


@cache
def names() -> list[str]:
    rng = random.Random("names")
    return sorted({invented(rng, rng.choice((1, 2, 2, 3))).capitalize() for _ in range(6_000)})


@cache
def journals() -> list[str]:
    rng = random.Random("journals")
    return [f"Journal of {invented(rng, 3).capitalize()} {invented(rng, 2)}" for _ in range(400)]


# --- as databases tell it ----------------------------------------------------------------------


def otherwise(work: Work, rng: random.Random) -> Work:
    """A work as a second database has it: without PMID, in other letters, at times less of it."""
    title = work.title.title() if rng.random() < 0.4 else work.title
    if rng.random() < 0.15:
        title = title.replace("ae", "e")
    return work._replace(
        pmid="",
        title=title,
        authors=tuple((family, given[0]) for family, given in work.authors),
        journal="J. " + work.journal.removeprefix("Journal of "),
        doi=work.doi if rng.random() < 0.7 else "",
        issue=work.issue if rng.random() < 0.8 else 0,
    )


def nbib(work: Work) -> str:
    people = "".join(
        f"FAU - {family}, {given}\nAU  - {family} {given[0]}\n" for family, given in work.authors
    )
    return (
        f"\nPMID- {work.pmid}\nTI  - {work.title}.\nPG  - {work.first_page}-{work.last_page}\n"
        f"AB  - {work.abstract}\n{people}LA  - eng\nPT  - Journal Article\nTA  - {work.journal}\n"
        f"JT  - {work.journal}\nDP  - {work.year}\nVI  - {work.volume}\nIP  - {work.issue}\n"
        f"AID - {work.doi} [doi]\n"
    )


def ris(work: Work) -> str:
    people = "".join(f"AU  - {family}, {given}\n" for family, given in work.authors)
    doi = f"DO  - {work.doi}\n" if work.doi else ""
    issue = f"IS  - {work.issue}\n" if work.issue else ""
    return (
        f"TY  - JOUR\nTI  - {work.title}\n{people}PY  - {work.year}\nT2  - {work.journal}\n"
        f"VL  - {work.volume}\n{issue}SP  - {work.first_page}\nEP  - {work.last_page}\n{doi}"
        f"AB  - {work.abstract}\nER  - \n\n"
    )
