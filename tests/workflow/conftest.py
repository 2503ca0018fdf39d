"""Real runs of the whole workflow, each case in a checkout of its own."""

import os
import shutil

import pytest


@pytest.fixture(params=["working checkout", pytest.param("fresh clone", marks=pytest.mark.slow)])
def review(request, built, tmp_path):
    """A built review to change: as it was left, or cloned anew with its results brought back."""
    copy = built.copy_to(tmp_path / "review")
    if request.param == "fresh clone":
        shutil.rmtree(copy.folder / ".snakemake")
        for number, path in enumerate(sorted(copy.folder.rglob("*"))):
            if path.is_file():
                os.utime(path, (1_600_000_000 + number % 977 * 3600,) * 2)
    return copy


@pytest.fixture
def working(built, tmp_path):
    """A built review to change, as it was left."""
    return built.copy_to(tmp_path / "review")
