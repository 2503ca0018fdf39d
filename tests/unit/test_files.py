"""Files are written in one form, whole or not at all, and a refusal is worded for people."""

import errno
import json
import os
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from living_review import files
from living_review.errors import ReviewError

SCALARS = st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False)
VALUES = st.recursive(
    SCALARS.filter(lambda value: value not in (float("inf"), float("-inf"))),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner),
)


@given(VALUES)
def test_json_is_indented_as_python_does(value):
    """Byte for byte what json.dumps writes, whatever texts hold."""
    expected = json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False)
    assert files.indented_json(value) == expected


@pytest.mark.parametrize("value", [float("nan"), [float("inf")], {"a": [1, float("-inf")]}])
def test_no_number_that_json_lacks_is_written(value, tmp_path):
    """NaN and infinity are refused, and nothing is left behind."""
    with pytest.raises(ValueError, match="not JSON compliant"):
        files.replace_json(tmp_path / "a.json", value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "No space left on device"),
        (errno.EDQUOT, "Disk quota exceeded"),
        (errno.EROFS, "Read-only file system"),
        (errno.EACCES, "Permission denied"),
    ],
)
def test_a_refusal_to_write_says_what_to_do(number, words):
    """Which file, what the system says, that nothing else is lost."""
    with pytest.raises(ReviewError) as error, files.writing_refused():
        raise OSError(number, os.strerror(number), "results/works/a.parquet")
    assert str(error.value).startswith(f"results/works/a.parquet: {words}.")
    assert "nothing else is lost; make room or let this folder be written" in str(error.value)


def test_other_errors_of_the_system_stay_what_they_are():
    """A file that is absent is no full disk, but a bug or an answer of its own."""
    with pytest.raises(FileNotFoundError), files.writing_refused():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), "a")


def test_files_from_the_future_are_dated_now(tmp_path):
    """A clock that was ahead dated them; older ones keep their time, absent ones are no error."""
    ahead, old = tmp_path / "ahead", tmp_path / "old"
    for path, when in ((ahead, 2_300_000_000), (old, 600_000_000)):
        path.write_text("")
        os.utime(path, (when, when))
    before = time.time()
    files.out_of_the_future([ahead, old, tmp_path / "absent"])
    assert before - 1 <= ahead.stat().st_mtime <= time.time()
    assert old.stat().st_mtime == 600_000_000
