"""What a person changed in a workbook: mine against what it was made from and what stands now.

Cell by cell: what the person left as it was stays as it stands now; what only the person changed
is taken; what both changed alike is done; what both changed differently is a conflict, named, and
nothing of the workbook is taken until it is solved.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from living_review.codebook import canonical
from living_review.comparison import PROVENANCE
from living_review.errors import BUT, NO_COLUMN, Problem
from living_review.nearest import meant
from living_review.workbook import damage
from living_review.workbook.layout import DELETE, DELETED, MADE_FROM, WHY, Field, Sheet
from living_review.workbook.origin import Origin, unpack
from living_review.workbook.read import Returned, Seen

Key = tuple[str, ...]
Cells = Mapping[str, str]
WITHOUT_ROWS = ("read me", "_lists")  # sheets in which nothing is entered
LEFT_AS_IT_WAS = "what stands now is kept; put this cell right and take the workbook again"


@dataclass(frozen=True)
class RowEdit:
    """What becomes of one row of an extraction table."""

    table: str
    key: Key
    changes: Mapping[str, tuple[str, str]]  # column: what stands now, what will
    kind: str  # "changed", "added" or "deleted"
    why: str
    place: tuple[str, int]  # file and row of the workbook


@dataclass(frozen=True)
class Decision:
    """A line to be added to a person's ledger."""

    ledger: str
    about: Cells  # the columns that name what is decided about
    said: Cells  # what the person entered, the decision first
    supersedes: str  # id of the line that it takes back, "" if none
    before: str  # what that line said
    place: tuple[str, int]

    @property
    def decision(self) -> str:
        return next(iter(self.said.values()))


@dataclass
class Compared:
    """All that a person changed; with any problem, nothing of it is to be taken."""

    edits: list[RowEdit] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    undone: list[str] = field(default_factory=list)  # what a spreadsheet had done, in words
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Mine:
    """A row that came back, its cells read as they were meant."""

    place: tuple[str, int]
    cells: Cells  # of the columns that came back
    origin: Origin | None
    why: str = ""
    delete: str = ""

    def key(self, columns: Iterable[str]) -> Key:
        return tuple(self.cells.get(column, "") for column in columns)


def compare(
    returned: Iterable[Returned],
    sheets: Sequence[Sheet],
    standing: Mapping[str, Mapping[Key, Sequence[Cells]]],
    why: str = "",
) -> Compared:
    """sheets: as layout.sheets has them of the review now, with the rows of its tables. standing:
    by ledger, what is decided about: the person's own lines that stand. why: for changes whose row
    gives no reason of its own."""
    found = Compared()
    by_name = {sheet.name: sheet for sheet in sheets}
    known = [(one, _sheet_of(one, by_name)) for one in returned]
    found.problems += _of_no_review(known)
    met: dict[str, Returned] = {}
    twice: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one, sheet in known:
        if sheet is None:
            if one.name not in WITHOUT_ROWS:
                found.notes.append(f"{one.file}: passed over; no sheet of the review")
            continue
        if sheet.name in met:
            first = met[sheet.name]
            same = first.path == one.path
            twice[(one.file, first.file) if same else (one.path, first.path)].append(sheet.name)
            continue
        met[sheet.name] = one
        wrong = [*_wrong_header(one, sheet), *_merged(one)]
        found.problems += wrong
        if wrong:
            continue
        found.notes += _left_out(one, sheet)
        rows = list(_read_rows(one, sheet, found))
        if sheet.ledger:
            _compare_decisions(rows, sheet, standing.get(sheet.ledger, {}), found)
        else:
            _compare_rows(rows, sheet, why, found)
    for (later, earlier), names in twice.items():
        allowed = f"each sheet once; {earlier} has it too: take one after the other"
        found.problems.append(Problem(later, 1, "", ", ".join(names), allowed))
    return found


def _of_no_review(known: Sequence[tuple[Returned, Sheet | None]]) -> Iterator[Problem]:
    """Files of which no sheet is known, so that all that a person did in them would be lost."""
    for path in dict.fromkeys(one.path for one, _ in known):
        own = [(one, sheet) for one, sheet in known if one.path == path]
        if all(sheet is None for _, sheet in own):
            names = ", ".join(dict.fromkeys(one.name for one, _ in own))
            allowed = (
                "a sheet of the workbook; a CSV without its column _made_from is known by its "
                "name, such as work - arms.csv"
            )
            yield Problem(path, 1, "", names, allowed)


def _merged(one: Returned) -> Iterator[Problem]:
    for row, name in one.merged:
        allowed = "single cells: take the merged ones apart, and fill in each that is meant"
        yield Problem(one.file, row, "", f"merged cells {name}", allowed)


def _left_out(one: Returned, sheet: Sheet) -> Iterator[str]:
    """Columns that did not come back, which stay as they are, and those of nobody."""
    lacking = [column for column in sheet.entered if column not in one.header]
    if lacking:
        yield f"{one.file}: without {', '.join(lacking)}; nothing is changed there"
    for letter in one.unheaded:
        yield f"{one.file}: column {letter} has no heading; what stands in it is not taken"


def _sheet_of(one: Returned, by_name: Mapping[str, Sheet]) -> Sheet | None:
    """By what its rows were made from, else by its name: "arms", or "work - arms" of a CSV."""
    words = (str(cells[MADE_FROM].raw or "") for _, cells in one.rows if MADE_FROM in cells)
    origins = Counter(origin.sheet for word in words if (origin := unpack(word)))
    if origins:
        return by_name.get(origins.most_common(1)[0][0])
    if one.name in by_name:
        return by_name[one.name]
    parts = re.split(r"[^a-z_]+", one.name.casefold())
    return next((by_name[part] for part in reversed(parts) if part in by_name), None)


def _wrong_header(one: Returned, sheet: Sheet) -> Iterator[Problem]:
    known = [each.name for each in sheet.fields]
    for column in sheet.key:
        if column not in one.header:
            yield Problem(one.file, one.header_row, column, "", NO_COLUMN)
    for column in one.header:
        if column not in known and any(
            cells[column].raw not in (None, "") for _, cells in one.rows if column in cells
        ):
            lacking = [name for name in known if name not in one.header]
            near = meant(column, lacking)
            allowed = "a column of the sheet" + (f" (the nearest is {near})" if near else "")
            yield Problem(one.file, one.header_row, column, column, allowed, near)
    lacking = [column for column in sheet.entered if column not in one.header]
    for letter in one.unheaded if lacking else ():
        allowed = f"its heading, one of {', '.join(lacking)}; or empty it"
        yield Problem(one.file, one.header_row, "", f"no heading above column {letter}", allowed)


def _read_rows(one: Returned, sheet: Sheet, found: Compared) -> Iterator[Mine]:
    for number, seen in one.rows:
        word = seen.get(MADE_FROM, Seen(None)).raw
        origin = unpack(str(word)) if word else None
        if word and origin is None:
            found.problems.append(
                Problem(one.file, number, MADE_FROM, str(word)[:20], "left as it was, or emptied")
            )
            continue
        before = origin.cells if origin else {}
        cells: dict[str, str] = {}
        for column, cell in seen.items():
            described = sheet.field(column)
            if described is None or column == MADE_FROM:
                continue
            if sheet.ledger and column not in (*sheet.key, *sheet.entered):
                continue
            read = _meant(cell, described, before.get(column, ""), one.sure_of_letters)
            cells[column] = read.text
            if read.doubt:
                found.problems.append(
                    Problem(one.file, number, column, read.text, read.doubt, _near(read, described))
                )
            elif read.undone:
                found.undone.append(
                    f"{one.file} row {number}: {column} is read as {read.text!r}; {read.undone}"
                )
        why, delete = cells.pop(WHY, ""), cells.pop(DELETE, "")
        if not any(cells.values()) and origin is None:
            continue
        yield Mine((one.file, number), cells, origin, why, delete)


def _near(read: damage.Restored, described: Field) -> str:
    return meant(read.text, described.values) if described.values else ""


def _meant(cell: Seen, described: Field, before: str, sure: bool) -> damage.Restored:
    if cell.is_formula:
        doubt = f"{BUT}a formula is not taken; type its result"
        return damage.Restored(str(cell.raw), doubt=doubt)
    read = damage.restore(
        cell.raw, described.kind, before, exact=described.exact, percent=cell.is_percent
    )
    if not sure and read.text != before and not read.text.isascii():
        doubt = f'{BUT}the file does not tell its letters for sure; save it as "CSV UTF-8"'
        return damage.Restored(read.text, doubt=doubt)
    return read


# --- extraction tables ------------------------------------------------------------------------


def _compare_rows(rows: Sequence[Mine], sheet: Sheet, why: str, found: Compared) -> None:
    current = {_key(line.cells, sheet): line.cells for line in sheet.lines if line.stands}
    kept = {_origin_key(row, sheet) for row in rows if row.origin and _is_kept(row, sheet)}
    met: dict[Key, Mine] = {}
    for row in rows:
        origin = row.origin
        if origin and origin.stands and not _is_kept(row, sheet):
            if not any(row.cells.get(column) for column in sheet.entered):
                allowed = f"{DELETED} under {DELETE} to take the row out; else what stood there"
                found.problems.append(Problem(*row.place, "", "an emptied row", allowed))
                continue
            if _origin_key(row, sheet) not in kept:
                found.problems += _changed_key(row, sheet)
                continue
            row = Mine(row.place, row.cells, None, row.why, row.delete)  # copied to begin another
        key = _key(row.cells, sheet)
        if key in met:
            first = met[key].place
            allowed = f"each once; {first[0]} row {first[1]} has it"
            columns = ", ".join(sheet.key)
            found.problems.append(Problem(*row.place, columns, ", ".join(key), allowed))
            continue
        met[key] = row
        edit = _edit(row, key, current.get(key), sheet, why, found.problems)
        if edit is not None:
            found.edits.append(edit)


def _key(cells: Cells, sheet: Sheet) -> Key:
    """As the codebook reads it, so that 5 and 5.0 name one row."""
    return tuple(
        str(canonical(_kind(sheet, column), cells.get(column, ""))) for column in sheet.key
    )


def _kind(sheet: Sheet, column: str) -> str:
    described = sheet.field(column)
    return described.kind if described else "text"


def _origin_key(row: Mine, sheet: Sheet) -> Key:
    return _key(row.origin.cells, sheet) if row.origin else ()


def _is_kept(row: Mine, sheet: Sheet) -> bool:
    """Whether the row still bears the key of the row that it was made from."""
    return row.origin is not None and _key(row.cells, sheet) == _origin_key(row, sheet)


def _changed_key(row: Mine, sheet: Sheet) -> Iterator[Problem]:
    for column, was in zip(sheet.key, _origin_key(row, sheet), strict=True):
        if row.cells.get(column, "") != was:
            allowed = f"{was}, as it was made; to rename a row delete it and enter it anew"
            yield Problem(*row.place, column, row.cells.get(column, ""), allowed)


def _edit(
    row: Mine,
    key: Key,
    stands: Cells | None,
    sheet: Sheet,
    why: str,
    problems: list[Problem],
) -> RowEdit | None:
    reason = row.why or why
    origin = row.origin
    before = origin.cells if origin else {}
    if row.delete and row.delete.casefold() != DELETED:
        problems.append(Problem(*row.place, DELETE, row.delete, f"{DELETED}, or empty"))
        return None
    if row.delete:
        return _deletion(row, key, stands, sheet, reason, problems)
    mine = {column: row.cells.get(column, before.get(column, "")) for column in sheet.entered}
    if origin and not origin.stands and _all_same(mine, before, sheet):
        return None  # filled in beforehand, and left so
    if stands is None:
        if origin and origin.stands:
            if not _all_same(mine, before, sheet):
                allowed = "a row that still stands; another person took it out meanwhile"
                problems.append(Problem(*row.place, "", ", ".join(key), allowed))
            return None
        filled = {column: ("", text) for column, text in mine.items() if text}
        return RowEdit(sheet.name, key, filled, "added", reason, row.place)
    compared_with = before if origin and origin.stands else {}
    changes, conflicts = {}, False
    for column, text in mine.items():
        kind, base, now = (
            _kind(sheet, column),
            compared_with.get(column, ""),
            stands.get(column, ""),
        )
        if _same(kind, text, base) or _same(kind, text, now):
            continue
        if not _same(kind, now, base):
            conflicts = True
            problems.append(_conflict(row, column, text, base, now))
        changes[column] = (now, text)
    if conflicts or not changes:
        return None
    corrected = [column for column, (old, _) in changes.items() if old and column not in PROVENANCE]
    if corrected and not reason:
        verb = "is" if len(corrected) == 1 else "are"
        allowed = f"why {', '.join(corrected)} {verb} changed (or --why)"
        problems.append(Problem(*row.place, WHY, "", allowed))
    return RowEdit(sheet.name, key, changes, "changed", reason, row.place)


def _deletion(
    row: Mine, key: Key, stands: Cells | None, sheet: Sheet, why: str, problems: list[Problem]
) -> RowEdit | None:
    if stands is None:
        return None  # gone already, or never there
    before = row.origin.cells if row.origin else stands
    changed = [
        column
        for column in sheet.entered
        if not _same(_kind(sheet, column), stands.get(column, ""), before.get(column, ""))
    ]
    if changed:
        allowed = f"{BUT}another person changed {', '.join(changed)} meanwhile; {LEFT_AS_IT_WAS}"
        problems.append(Problem(*row.place, DELETE, row.delete, allowed))
    if not why:
        problems.append(Problem(*row.place, WHY, "", "why the row is taken out (or --why)"))
    gone = {column: (stands.get(column, ""), "") for column in sheet.entered if stands.get(column)}
    return RowEdit(sheet.name, key, gone, "deleted", why, row.place)


def _conflict(row: Mine, column: str, text: str, base: str, now: str) -> Problem:
    allowed = (
        f"another person changed it meanwhile: it was {base!r}, now stands {now!r}; "
        if row.origin
        else f"it is not known what the row was made from, and {now!r} stands there; "
    )
    return Problem(*row.place, column, text, BUT + allowed + LEFT_AS_IT_WAS)


def _all_same(mine: Cells, before: Cells, sheet: Sheet) -> bool:
    return all(
        _same(_kind(sheet, column), text, before.get(column, "")) for column, text in mine.items()
    )


def _same(kind: str, one: str, other: str) -> bool:
    return one == other or canonical(kind, one) == canonical(kind, other)


# --- ledgers ----------------------------------------------------------------------------------


def _compare_decisions(
    rows: Sequence[Mine],
    sheet: Sheet,
    standing: Mapping[Key, Sequence[Cells]],
    found: Compared,
) -> None:
    met: dict[Key, Mine] = {}
    for row in rows:
        about = row.key(sheet.key)
        before = row.origin.cells if row.origin else {}
        if row.origin and about != tuple(before.get(column, "") for column in sheet.key):
            found.problems += [
                Problem(*row.place, column, row.cells.get(column, ""), before[column])
                for column in sheet.key
                if row.cells.get(column, "") != before.get(column, "")
            ]
            continue
        if about in met:
            allowed = f"each once; row {met[about].place[1]} has it"
            columns = ", ".join(sheet.key)
            found.problems.append(Problem(*row.place, columns, ", ".join(about), allowed))
            continue
        met[about] = row
        decision = _decision(row, about, before, sheet, standing.get(about, ()), found.problems)
        if decision is not None:
            found.decisions.append(decision)


def _decision(
    row: Mine,
    about: Key,
    before: Cells,
    sheet: Sheet,
    lines: Sequence[Cells],
    problems: list[Problem],
) -> Decision | None:
    mine = tuple(row.cells.get(column, before.get(column, "")) for column in sheet.said)
    base = tuple(before.get(column, "") for column in sheet.said)
    stands = [tuple(line[column] for column in sheet.said) for line in lines]
    if mine == base or mine in stands:
        return None
    first = sheet.said[0]
    if not mine[0]:
        article = "an" if first == "answer" else "a"
        allowed = "a decision; to take one back decide unsure" if base[0] else f"{article} {first}"
        problems.append(Problem(*row.place, first, "", allowed))
        return None
    if len(lines) > 1 or (stands and stands[0] != base):
        there = " and ".join(map(_named, (line[first] for line in lines), lines))
        allowed = f"{BUT}you decided meanwhile: {there}; {LEFT_AS_IT_WAS}"
        problems.append(Problem(*row.place, first, mine[0], allowed))
        return None
    takes_back = lines[0]["id"] if lines else ""
    before_that = lines[0][first] if lines else ""
    subject = dict(zip(sheet.key, about, strict=True))
    said = dict(zip(sheet.said, mine, strict=True))
    return Decision(sheet.ledger, subject, said, takes_back, before_that, row.place)


def _named(said: str, line: Cells) -> str:
    """What a line says, and which it is; a line of a table has no id."""
    return f"{said} (line {line['id']})" if "id" in line else f"{said} (by {line['rater']})"
