"""Days as a query gives them: 2024, 2024/06, 2024/06/30, "last 90 days"."""

import calendar
import re
from datetime import date, timedelta


def bounds(text: str, today: date) -> tuple[date, date] | None:
    """First and last day of what a text names; None where it names no day."""
    text = text.strip().lower()
    last = re.fullmatch(r"last (\d+) days?", text)
    if last:
        return today - timedelta(int(last[1])), today
    found = re.fullmatch(r"(\d{1,4})(?:/(\d{1,2})(?:/(\d{1,2}))?)?", text)
    if not found:
        return None
    year, month, day = (int(part) if part else 0 for part in found.groups())
    year = max(1, year)
    if month > 12 or day > 31:
        return None
    if not month:
        return date(year, 1, 1), date(year, 12, 31)
    length = calendar.monthrange(year, month)[1]
    return date(year, month, min(day or 1, length)), date(year, month, min(day or length, length))


def written(first: date, last: date) -> str:
    """A span as a QueryTranslation writes it."""
    return f"{first.isoformat()}:{last.isoformat()}".replace("-", "/")
