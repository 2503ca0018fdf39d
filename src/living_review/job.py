"""What every job of the workflow does in the same way: know its names, log, word its errors."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from living_review import files, names
from living_review.errors import ReviewError
from living_review.names import Name, Plan

LOGS = Path("logs")
LOCK = LOGS / "run.lock"
FAILED = ".failed"


class Job(NamedTuple):
    """The plan, and the names in it that this job is to make."""

    plan: Plan
    names: list[Name]
    script: Path

    def verify(self, name: Name, **read: Any) -> None:
        """To be called with all that was read, before anything is renamed into place."""
        name.verify(code=names.code(self.script), **read)


@contextmanager
def of(snakemake: Any) -> Iterator[Job]:
    """The job that Snakemake hands to a script.

    A ReviewError ends it with the message alone, kept beside the log for the run's last words, and
    so does a full disk or a folder that can't be written; anything else is a bug and keeps its
    traceback.
    """
    log = Path(snakemake.log[0])
    logging.basicConfig(filename=log, filemode="w", level=logging.INFO, format="%(message)s")
    plan = Plan.read(snakemake.input.plan)
    outputs = set(snakemake.output)
    wanted = [name for name in plan.names if name.path in outputs]
    try:
        with files.writing_refused():
            yield Job(plan, wanted, names.script(snakemake.rule))
    except ReviewError as error:
        logging.error("%s", error)
        files.replace_text(log.with_suffix(FAILED), f"{error}\n")
        sys.exit(1)
    except Exception:
        logging.exception("%s", snakemake.rule)
        raise


def forget_failures() -> None:
    """Take away what failed jobs of an earlier run had to say."""
    for path in LOGS.glob(f"*{FAILED}"):
        path.unlink()


def failures() -> str:
    """What the jobs of this run that failed have to say."""
    return "\n".join(path.read_text() for path in sorted(LOGS.glob(f"*{FAILED}")))
