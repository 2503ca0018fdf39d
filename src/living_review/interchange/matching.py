"""Which work a row of another program is about."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from living_review.interchange import ID
from living_review.records import delimited, fields

_MARKED = re.compile(rf"{ID}\W{{1,4}}((?:pmid|doi|rec):[^\s|]+)")


class Works:
    """The works of the review, found by what other programs keep of a record."""

    def __init__(self, works: Iterable[tuple[str, str]], records: Iterable[Mapping[str, str]]):
        """works: (record_id, work_id) of every record; records: record_id and fields of each."""
        self._of_record = dict(works)
        self._pmid: dict[str, set[str]] = defaultdict(set)
        self._doi: dict[str, set[str]] = defaultdict(set)
        self._title: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for record in records:
            work = self._of_record[record["record_id"]]
            self._pmid[record["pmid"]].add(work)
            self._doi[record["doi"]].add(work)
            self._title[_reduced(record["title"])].add((work, record["year"]))

    def of_record(self, record_id: str) -> str:
        """The work of a record; "" if the review has no such record."""
        return self._of_record.get(record_id, "")

    def find(self, cells: Mapping[str, str]) -> tuple[str, str]:
        """(work_id, "") of a row, or ("", why it is none or not one).

        cells: by heading, in small letters. By the id that the export wrote, else by PMID and DOI,
        else by a title that one work alone has, in the same year if both have one.
        """
        for record_id in self._own_ids(cells):
            if record_id in self._of_record:
                return self._of_record[record_id], ""
        pmid = fields.first(fields.pmid(cell) for cell in _cells(cells, "pmid"))
        doi = fields.first(fields.doi(cell) for cell in _cells(cells, "doi"))
        found = (self._pmid[pmid] if pmid else set()) | (self._doi[doi] if doi else set())
        if len(found) > 1:
            return "", f"its PMID {pmid or '-'} and DOI {doi or '-'} are of {len(found)} works"
        if found:
            return next(iter(found)), ""
        return self._by_title(cells)

    def _own_ids(self, cells: Mapping[str, str]) -> Iterable[str]:
        """Ids of ours in a cell of their own or named in a note, with or without a sign behind."""
        whole = [cells.get(ID, ""), *cells.values()]
        marked = [found for cell in cells.values() for found in _MARKED.findall(cell)]
        return (
            form
            for name in (*whole, *marked)
            if name[:4] in ("pmid", "doi:", "rec:")
            for form in (name, name.rstrip(".,;\"'}"))
        )

    def _by_title(self, cells: Mapping[str, str]) -> tuple[str, str]:
        title = _reduced(fields.first(_cells(cells, "title")))
        year = fields.first(map(fields.year, _cells(cells, "year")))
        if not title:
            return "", "it has no id of ours, no PMID, no DOI and no title"
        works = {
            work
            for work, its_year in self._title[title]
            if not (year and its_year) or year == its_year
        }
        if len(works) == 1:
            return next(iter(works)), ""
        if works:
            return "", f"{len(works)} works have its title: {', '.join(sorted(works))}"
        return "", "no work of the review has its PMID, DOI or title and year"


def _cells(cells: Mapping[str, str], field: str) -> Sequence[str]:
    """What stands under the headings that may hold a field."""
    headings = delimited.HEADINGS[field]
    return [cell for name, cell in cells.items() if re.sub(r"[^a-z0-9]", "", name) in headings]


def _reduced(title: str) -> str:
    """Letters and digits alone, since programs change the rest of a title."""
    plain = unicodedata.normalize("NFKD", title.casefold())
    return "".join(sign for sign in plain if sign.isalnum())
