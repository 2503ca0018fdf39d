"""The history server: lists of PMIDs that a client refers to by WebEnv and query_key."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class History:
    """WebEnv -> its queries. A WebEnv is the same in every run of a test: they are counted."""

    _kept: dict[str, list[tuple[Sequence[int], str]]] = field(default_factory=dict)
    _given: int = 0

    def keep(self, pmids: Sequence[int], translated: str, webenv: str) -> tuple[str, int]:
        """WebEnv and query_key of a list; a WebEnv that is known is added to."""
        if webenv not in self._kept:
            self._given += 1
            webenv = f"MCID_{0x6928_0000_0000_0000_0000_0000 + self._given:024x}"
            self._kept[webenv] = []
        self._kept[webenv].append((pmids, translated))
        return webenv, len(self._kept[webenv])

    def queries(self, webenv: str) -> dict[int, tuple[Sequence[int], str]]:
        """query_key -> PMIDs and how the query was read ("" if the PMIDs were posted)."""
        return dict(enumerate(self._kept.get(webenv, ()), start=1))

    def forget(self) -> None:
        self._kept.clear()
