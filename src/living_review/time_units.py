"""Units in which lengths of time are written, and how they are turned into each other."""

DAYS = {"days": 1.0, "weeks": 7.0, "months": 365.25 / 12, "years": 365.25}


def convert(length: float, unit: str, into: str) -> float:
    """A length of time in another unit; a month is a twelfth of 365.25 days.

    Both are of DAYS, or the same word. Raises KeyError for units that can't be converted.
    """
    return length if unit == into else length * DAYS[unit] / DAYS[into]
