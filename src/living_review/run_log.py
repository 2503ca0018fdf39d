"""The log of every attempt to search, failed ones too; the page takes its dates from here."""

from living_review import tables

PATH = "resources/run_log.csv"
COLUMNS = ("time", "strategy_id", "outcome", "found", "fetched", "note")


def read() -> list[dict[str, str]]:
    """Attempts, the earliest first; times are UTC in ISO form, so that text sorts as time."""
    return sorted(tables.cells(PATH, COLUMNS), key=lambda attempt: attempt["time"])
