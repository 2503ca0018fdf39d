"""A review of two lines that searches the stand-in server, and nothing else of a review."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from eutils.records import article, article_set
from eutils.server import StandIn

from living_review import runs, tables
from living_review.search import attempts, eutils, run, settings, transport

QUERY = "ablation[tiab]"
STRATEGY = {
    "id": "pubmed_1",
    "source": "MEDLINE",
    "platform": "PubMed",
    "query": QUERY,
    "note": "a test",
    "press": "not done",
}
SEARCH = {
    "strategies": [STRATEGY],
    "keep_abstracts": False,
    "outdated_after_days": 60,
    "ordinary_change": 0.5,
}
FIRST = datetime(2026, 8, 3, 2, 17, tzinfo=UTC)


def paper(number, **more):
    """The record with that PMID; its title says that it is invented."""
    about = {
        "title": f"Invented series {number} of ablation",
        "abstract": "Everything in here is invented.",
        "entered": date(2026, 1, 1),
        "revised": date(2026, 1, 2),
        "doi": f"10.5555/invented.{number}",
    }
    return article(str(number), **{**about, **more})


def serve(folder: Path, *papers) -> StandIn:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "records.xml").write_text(article_set(*papers))
    return StandIn(folder)


class Searching:
    """One review in the current folder, at one server; its months pass when told to."""

    def __init__(self, medline, **more):
        self.medline = medline
        self.now = FIRST
        self.slept = []
        self.settings = settings.Settings(url=medline.url, **more)
        medline.today = FIRST.date()

    def pubmed(self, wall=eutils.WALL, timeout=(5, 5)):
        asked = transport.Transport(
            self.settings, sleep=self.slept.append, clock=self._clock, timeout=timeout
        )
        return eutils.PubMed(asked, wall)

    def _clock(self):
        return sum(self.slept)

    def months_later(self, months=1):
        self.now += timedelta(days=30 * months)
        self.medline.today = self.now.date()

    def run(self, strategy=STRATEGY, search=SEARCH, **more):
        """One run, whatever goes wrong with it."""
        return run.run(strategy, search, self.pubmed(**more), self.now)

    def attempt(self, search=SEARCH, **more):
        """All attempts as the command makes them."""
        return attempts.everything(search, self.pubmed(**more), lambda: self.now)

    def log(self):
        return tables.read("resources/run_log.csv").cells


def written(folder=Path("resources")):
    """{path: bytes} of everything but the log of runs, hidden files too."""
    return {
        str(path): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "run_log.csv"
    }


def last():
    return runs.read()[-1]
