"""How a source counts in PRISMA: as a database, a register, or one of the other methods."""

import re
from collections.abc import Mapping
from typing import Any

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
# Found in the name of a source; a name without any of these is a database. "Science Citation
# Index" and "Cochrane Central Register of Controlled Trials" are databases.
_NAMED = {
    "registers": r"clinicaltrials\.gov|\bictrp\b|\bisrctn\b|\bctis\b|\btrials? regist(?:er|ry)\b",
    "websites": r"\bweb ?(?:site|page)s?\b",
    "organisations": r"\borgani[sz]ations?\b|\bcontacts?\b",
    "citations": r"\bcitation (?:search|track|chas)|\breference lists?\b|\bsnowball",
    "hand": r"\bhand[- ]?search",
}


def method(source: Mapping[str, Any]) -> str:
    """A key of WORDS for a source with a name (`source`) and a kind (import or search).

    A search that this review runs itself is one of a database or register, whatever its name.
    """
    name = str(source["source"]).casefold()
    found = next((word for word, said in _NAMED.items() if re.search(said, name)), DATABASES)
    return found if source["kind"] == "import" or found == "registers" else DATABASES


def column(method: str) -> str:
    """The column of the figure in which a method stands."""
    return _COLUMN.get(method, OTHER)
