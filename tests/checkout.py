"""A working copy of the shipped review, to run the whole workflow in."""

import csv
import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CHECKOUT = ("Snakefile", "profiles", "workflow", "src", "report", "config", "resources")
NOT_CHECKED_OUT = shutil.ignore_patterns("__pycache__", "*.egg-info")
STAGES = (
    *("check", "records", "pairs", "works", "screening", "syntheses", "figures", "contrasts"),
    *("courses", "descriptions", "changes", "report"),
)
FIGURES = 15  # files of an analysis: five kinds, each for wide screens, narrow ones and paper
PAGE = {"report": 2}  # index.html under the page's key, and at the path that never changes


@dataclass
class Checkout:
    """A working copy of the shipped review, and the results in it."""

    folder: Path

    @property
    def environment(self):
        return os.environ | {"PYTHONPATH": str(self.folder / "src"), "PYTHONDONTWRITEBYTECODE": "1"}

    def start(self, *arguments):
        return subprocess.Popen(
            [sys.executable, "-m", "snakemake", *arguments],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments, code=0):
        """Run Snakemake; what it printed. The exit code has to be the one given."""
        process = self.start(*arguments)
        printed, _ = process.communicate(timeout=300)
        assert process.returncode == code, printed
        return printed

    def command(self, *arguments, code=0):
        """Run living-review; what it printed. code: None if any will do."""
        done = subprocess.run(
            [sys.executable, "-m", "living_review", *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert code is None or done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    def results(self):
        """{path below results/: (digest, inode, time of change)} of what is not hidden."""
        folder = self.folder / "results"
        paths = [path for path in folder.rglob("*") if path.is_file()]
        return {
            str(path.relative_to(folder)): (
                hashlib.sha256(path.read_bytes()).hexdigest(),
                path.stat().st_ino,
                path.stat().st_mtime_ns,
            )
            for path in paths
            if not any(part.startswith(".") for part in path.relative_to(folder).parts)
        }

    def digests(self):
        """{path: digest} of every result but the plan and what is kept beside it."""
        results = self.results().items()
        beside = ("plan/", "inputs/")
        return {path: cells[0] for path, cells in results if not path.startswith(beside)}

    def written(self, before):
        """{stage: number of its files that are new or were written again}; of pages, the page."""
        changed = [path for path, state in self.results().items() if before.get(path) != state]
        pages = [path for path in changed if path.endswith("/index.html") and "/site/" not in path]
        others = [path for path in changed if not path.startswith("report/")]
        stages = [path.split("/")[0] for path in (*others, *pages)]
        return {stage: stages.count(stage) for stage in STAGES if stage in stages}

    def page(self):
        return (self.folder / "results/report/index.html").read_text()

    def table(self, name):
        path = self.folder / "resources" / name
        with path.open(newline="") as lines:
            return list(csv.DictReader(lines))

    def write_table(self, name, rows):
        path = self.folder / "resources" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", newline="") as lines:
            writer = csv.DictWriter(lines, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)

    def edit(self, path, old, new):
        """Replace a text that must be there."""
        file = self.folder / path
        text = file.read_text()
        assert old in text, f"{old!r} not in {path}"
        file.write_text(text.replace(old, new))

    def copy_to(self, folder):
        shutil.copytree(self.folder, folder, symlinks=True)
        return Checkout(folder)


def check_out(folder):
    """The shipped review as git would lay it out, nothing derived."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in CHECKOUT:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=NOT_CHECKED_OUT)
        else:
            shutil.copy(source, folder / name)
    return Checkout(folder)


def counted(written):
    """Without the check, which is keyed by every byte, and the page that shows the change."""
    return {stage: n for stage, n in written.items() if stage not in ("check", "report")}


def reseen(review, before):
    """What a run wrote, by stage."""
    review.run()
    return review.written(before)


MOUNTED = pytest.mark.skipif(
    shutil.which("unshare") is None
    or subprocess.run(
        ["unshare", "--mount", "--map-root-user", "true"], capture_output=True, check=False
    ).returncode
    != 0,
    reason="this machine lets nobody mount a folder in a name space of its own",
)


def mounted(review, script):
    """Run a shell script in which folders may be mounted; they are gone afterwards."""
    return subprocess.run(
        ["unshare", "--mount", "--map-root-user", "sh", "-c", script, "sh", sys.executable],
        cwd=review.folder,
        env=review.environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
