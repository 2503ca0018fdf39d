"""What spreadsheets do to cells unasked, undone where what was meant is certain, else named.

A cell is undone with certainty where what stood in it before explains it: the spreadsheet would
have made exactly this of it. Then, and only then, the earlier text stands. What a person typed
anew is put right where it can mean one thing alone.
"""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

from living_review.codebook import NUMBER, NUMERIC, canonical, fits
from living_review.errors import BUT
from living_review.tables import FORMULA

Raw = str | int | float | bool | datetime | date | time | timedelta | None

ERRORS = ("#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#N/A", "#NUM!", "#NULL!", "#SPILL!")
DIGITS_KEPT = 15  # what a spreadsheet keeps of a number
LONGEST = 32_767  # characters of a cell
AGAIN = "set the column to text, then type what was meant"
_COUNTED_FROM = (date(1899, 12, 30), date(1904, 1, 1))  # day 0 of numbers that stand for days
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    "sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_SIGNS = str.maketrans(
    {
        "\u00a0": " ", "\u2007": " ", "\u2009": " ", "\u202f": " ",
        "\u200b": "", "\u2060": "", "\ufeff": "",
        "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201b": "'",
        "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u2026": "...",
    }
)  # fmt: skip
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")  # how the file format writes a control character
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_SCIENTIFIC = re.compile(r"[+-]?[0-9]([.,][0-9]+)?E[+-]?[0-9]{1,3}", re.IGNORECASE)
_COMMA = re.compile(r"([+-]?[0-9]+),([0-9]+)")
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}([ ,'.][0-9]{3})+")
_MONTH_DAY = re.compile(  # 5-Jul, 05. Jul, Jul-05: as spreadsheets show a day
    rf"[0-9]{{1,2}}(-|\. ?)({_MONTH})\.?|({_MONTH})-[0-9]{{2}}", re.IGNORECASE
)
_MIDNIGHT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]00:00(:00(\.0+)?)?Z?")
_NUMBER_DATE = re.compile(r"([0-9]{1,4})([./-])([0-9]{1,2})\2([0-9]{1,4})")
_NAMED_DATE = re.compile(rf"([0-9]{{1,2}})[- .]+({_MONTH})[- .,]+([0-9]{{4}})", re.IGNORECASE)


class Restored(NamedTuple):
    """What a cell means."""

    text: str
    undone: str = ""  # what the spreadsheet had made of it, in words; "" if nothing
    doubt: str = ""  # why it can't be told what was meant, as a rule; text is then what was seen


def restore(
    raw: Raw, kind: str, before: str = "", *, exact: bool = False, percent: bool = False
) -> Restored:
    """The text that a cell of a spreadsheet stands for.

    raw: as the file has it. kind: the type of the column. before: the text that the cell was made
    from, "" for a new one. exact: ids and words of a vocabulary, in which typographic signs are
    never meant. percent: the cell is shown as a percentage.
    """
    if raw is None or raw == "":
        return Restored("")
    shown = _shown(raw, percent)
    if _same(shown, before) or (before and _made_of(raw, before)):
        return Restored(before, "" if shown == before else _as_seen(shown))
    if isinstance(raw, bool):
        return Restored(shown, doubt=f"{BUT}a spreadsheet made {shown} of it; {AGAIN}")
    if isinstance(raw, time | timedelta):
        return Restored(shown, doubt=f"{BUT}a spreadsheet made a time of it; {AGAIN}")
    if isinstance(raw, datetime | date):
        return _of_day(raw, shown, kind)
    if isinstance(raw, int | float):
        return _of_number(raw, shown, kind, percent)
    return _of_text(shown, kind, exact)


@lru_cache(maxsize=2**14)  # a table repeats its words
def suspect(text: str, kind: str, *, is_id: bool = False) -> str:
    """What looks like a spreadsheet's doing in a cell of a table, as a rule; "" if nothing does."""
    if text in ERRORS or re.fullmatch(r"#+", text):
        return f"{BUT}that is a spreadsheet's word for an error; type what was meant"
    if kind != "text":
        return ""
    if _MIDNIGHT.fullmatch(text) or _MONTH_DAY.fullmatch(text):
        return f"{BUT}a spreadsheet seems to have made a date of it, as of pages 5-7; {AGAIN}"
    if _SCIENTIFIC.fullmatch(text):
        return f"{BUT}a spreadsheet seems to have cut a long number; {AGAIN}"
    if is_id and re.search(r"[0-9]\.0$", text):
        return f"{BUT}a spreadsheet seems to have made a decimal number of {text[:-2]}"
    return ""


def neutral(text: str) -> str:
    """A text without what spreadsheets change unasked: kinds of spaces, quotes and line ends."""
    text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    text = unicodedata.normalize("NFC", text.translate(_SIGNS))
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(_CONTROL.sub("", line).replace("\t", " ").strip() for line in lines).strip()


def writable(text: str) -> str:
    """A text as it can stand in a cell: without control characters."""
    return _CONTROL.sub("", text)


def _shown(raw: Raw, percent: bool) -> str:
    if isinstance(raw, bool):
        return str(raw).upper()
    if isinstance(raw, int | float):
        number = raw * 100 if percent else raw
        return _digits(number) + ("%" if percent else "")
    if isinstance(raw, datetime):
        return raw.date().isoformat() if raw.time() == time() else raw.isoformat(" ")
    return str(canonical("text", str(raw)))


def _digits(number: int | float) -> str:
    if isinstance(number, float) and not number.is_integer():
        return format(number, f".{DIGITS_KEPT}g")
    return str(int(number))


def _as_seen(shown: str) -> str:
    return f"the spreadsheet had {shown!r}"


def _same(shown: str, before: str) -> bool:
    """Whether two texts differ by nothing that people type on purpose."""
    if shown == before:
        return True
    seen, stood = neutral(shown), neutral(before)
    lossy = stood.encode("cp1252", "replace").decode("cp1252")  # what "CSV" without UTF-8 keeps
    return seen in (lossy, stood) or (seen == f"'{stood}" and stood.startswith(FORMULA))


def _made_of(raw: Raw, before: str) -> bool:
    """Whether a spreadsheet makes this value of that text."""
    if isinstance(raw, bool):
        return before.casefold() == str(raw).casefold()
    if isinstance(raw, datetime | date):
        return _day(raw) in _days(before)
    if isinstance(raw, int | float):
        if fits("date", before):
            return date.fromisoformat(before) in {
                start + timedelta(days=min(max(int(raw), 0), 80_000)) for start in _COUNTED_FROM
            }
        return _is_number(before) and _close(float(raw), float(before.replace(",", ".")))
    if isinstance(raw, str) and _SCIENTIFIC.fullmatch(raw) and _is_number(before):
        return _rounds_to(before, raw)
    if isinstance(raw, str) and _is_number(before) and _is_number(raw):
        # 15882715.0, and leading zeros that are gone: 00123 as 123
        return _plain_number(raw) == _plain_number(before)
    return isinstance(raw, str) and not _shown_days(raw).isdisjoint(_days(before))


def _is_number(text: str) -> bool:
    return NUMBER.fullmatch(text.replace(",", ".")) is not None


def _close(one: float, other: float) -> bool:
    return format(one, f".{DIGITS_KEPT}g") == format(other, f".{DIGITS_KEPT}g")


def _plain_number(text: str) -> str:
    return format(float(text.replace(",", ".")), f".{DIGITS_KEPT}g")


def _rounds_to(before: str, scientific: str) -> bool:
    mantissa = scientific.upper().replace(",", ".").split("E")[0]
    digits = len(mantissa.partition(".")[2])
    rounded = format(float(before.replace(",", ".")), f".{digits}e")
    return float(rounded) == float(scientific.replace(",", "."))


def _day(raw: datetime | date) -> date:
    return raw.date() if isinstance(raw, datetime) else raw


def _days(text: str) -> set[date]:
    """Days that a spreadsheet may make of a text such as 5-7, 10/12, 3.5 or 2005-12, by its land.

    Where the text has no year the spreadsheet adds that of the day of typing, so any will do: the
    years from 2000 to 2099 are all there.
    """
    found: set[date] = set()
    numbers = [int(part) for part in re.findall(r"[0-9]+", text)]
    if not re.fullmatch(r"\s*[0-9]+(\s*[-./]\s*[0-9]+){1,2}\s*", text):
        if written := _written_day(text):
            found.add(written)
        return found
    if len(numbers) == 2:
        one, other = numbers
        for month, rest in ((one, other), (other, one)):
            if rest >= 1000:
                found |= _existing(rest, month, 1)
            else:
                found |= {day for year in range(2000, 2100) for day in _existing(year, month, rest)}
                found |= {day for year in (1900, 2000) for day in _existing(year + rest, month, 1)}
        return found
    first, middle, last = numbers
    for year, month, day in (
        (first, middle, last),
        (last, middle, first),
        (last, first, middle),
    ):
        for century in (0,) if year >= 100 else (1900, 2000):
            found |= _existing(century + year, month, day)
    return found


def _shown_days(text: str) -> set[date]:
    """Days that a spreadsheet shows as 2026-07-05, 5-Jul or Jul-26."""
    if written := _written_day(text):
        return {written}
    if not _MONTH_DAY.fullmatch(text):
        return set()
    month = _MONTHS.index("".join(re.findall(r"[A-Za-z]", text))[:3].casefold()) + 1
    number = int("".join(re.findall(r"[0-9]", text)))
    if text[0].isdigit():
        return {day for year in range(2000, 2100) for day in _existing(year, month, number)}
    return _existing(1900 + number, month, 1) | _existing(2000 + number, month, 1)


def _existing(year: int, month: int, day: int) -> set[date]:
    try:
        return {date(year, month, day)}
    except ValueError:
        return set()


def _of_day(raw: datetime | date, shown: str, kind: str) -> Restored:
    if kind == "date":
        alone = not isinstance(raw, datetime) or raw.time() == time()
        return Restored(shown, doubt="" if alone else f"{BUT}it has a time of day; type the day")
    typed = " or ".join(dict.fromkeys((f"{raw.month}-{raw.day}", f"{raw.day}-{raw.month}")))
    return Restored(
        shown,
        doubt=f"{BUT}a spreadsheet made the day {shown} of it, perhaps of {typed}; {AGAIN}",
    )


def _of_number(raw: int | float, shown: str, kind: str, percent: bool) -> Restored:
    if kind == "date":
        day = _COUNTED_FROM[0] + timedelta(days=min(max(int(raw), 0), 80_000))
        return Restored(
            shown,
            doubt=f"{BUT}that is a spreadsheet's number for a day, {day.isoformat()} if it counts "
            "from 1900; type the day",
        )
    if kind == "text" and abs(raw) >= 10**DIGITS_KEPT:
        return Restored(shown, doubt=f"{BUT}a spreadsheet keeps {DIGITS_KEPT} digits; {AGAIN}")
    return Restored(shown)  # a percentage in a column of numbers is named by the codebook's rules


def _of_text(shown: str, kind: str, exact: bool) -> Restored:
    if shown in ERRORS or re.fullmatch(r"#+", shown):
        return Restored(shown, doubt=suspect(shown, kind))
    if shown.startswith("'") and shown[1:].lstrip(" ").startswith(FORMULA):
        shown = shown[1:]  # as tables.harmless wrote it
    if kind in NUMERIC:
        return _numeric_text(neutral(shown), kind)
    if kind == "date":
        return _date_text(neutral(shown))
    if found := suspect(shown, kind, is_id=False):
        return Restored(shown, doubt=found)
    if exact:
        plain = neutral(shown)
        if re.fullmatch(r"(pmid:)?[0-9]+\.0+", plain):
            whole = plain.partition(".")[0]
            return Restored(whole, _as_seen(shown))
        return Restored(plain, "" if plain == shown else _as_seen(shown))
    return Restored(shown)


def _numeric_text(text: str, kind: str) -> Restored:
    if kind != "number" and _THOUSANDS.fullmatch(text):
        return Restored(re.sub(r"[ ,'.]", "", text), _as_seen(text))
    comma = _COMMA.fullmatch(text)
    if comma and kind == "number":
        if len(comma[2]) == 3 and comma[1].strip("+-") != "0":
            whole, decimal = text.replace(",", ""), text.replace(",", ".")
            return Restored(text, doubt=f"{whole} or {decimal}; type it without a comma")
        return Restored(f"{comma[1]}.{comma[2]}", _as_seen(text))
    if _MONTH_DAY.fullmatch(text) or _MIDNIGHT.fullmatch(text) or _NUMBER_DATE.fullmatch(text):
        return Restored(text, doubt=f"{BUT}a spreadsheet seems to have made a date of a number")
    return Restored(text)


def _date_text(text: str) -> Restored:
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return Restored(text)
    if day := _written_day(text):
        return Restored(day.isoformat(), _as_seen(text))
    if numbers := _NUMBER_DATE.fullmatch(text):
        days = sorted(day.isoformat() for day in _days(numbers[0]))
        meant = " or ".join(days) if len(days) == 2 else "a day with all of its year"
        return Restored(text, doubt=f"{meant}; type it like 2026-11-23")
    return Restored(text)


def _written_day(text: str) -> date | None:
    """The day that a text can mean alone, as spreadsheets of any land write days."""
    if midnight := _MIDNIGHT.fullmatch(text):
        text = midnight[1]
    if named := _NAMED_DATE.fullmatch(text):
        month = _MONTHS.index(named[2][:3].casefold()) + 1
        return next(iter(_existing(int(named[3]), month, int(named[1]))), None)
    numbers = _NUMBER_DATE.fullmatch(text)
    if numbers is None:
        return None
    first, sign, middle, last = numbers.groups()
    if len(first) == 4:
        return next(iter(_existing(int(first), int(middle), int(last))), None)
    if len(last) != 4:
        return None
    day_first = _existing(int(last), int(middle), int(first))
    month_first = _existing(int(last), int(first), int(middle))
    possible = day_first if sign == "." else day_first | month_first
    return next(iter(possible)) if len(possible) == 1 else None
