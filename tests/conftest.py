"""What every test may use."""

from pathlib import Path

import pytest
from checkout import check_out
from hypothesis import settings

settings.register_profile("shared machine", deadline=None)
settings.load_profile("shared machine")

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Reference data kept beside the checkout; tests that read it skip where it is absent."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"reference data is not on this machine: no folder {folder}")
    return folder


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """The shipped review with its results, made once; nobody changes it."""
    checkout = check_out(tmp_path_factory.mktemp("built") / "review")
    checkout.run()
    return checkout
