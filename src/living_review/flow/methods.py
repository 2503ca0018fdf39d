"""How a source counts in PRISMA: as a database, a register, or one of the other methods."""

DATABASES, OTHER = "databases", "other"
COLUMNS = (DATABASES, OTHER)

# What PRISMA calls them; the order is that of the figure.
WORDS = {
    "databases": "Databases",
    "registers": "Registers",
    "websites": "Websites",
    "organisations": "Organisations",
    "citations": "Citation searching",
    "hand": "Hand searching",
}
_COLUMN = {"databases": DATABASES, "registers": DATABASES}


def column(method: str) -> str:
    """The column of the figure in which a method stands."""
    return _COLUMN.get(method, OTHER)
