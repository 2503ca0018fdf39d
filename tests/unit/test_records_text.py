"""Files written by any program come out as the same text."""

import gzip
import logging

import pytest

from living_review.errors import ReviewError
from living_review.records import text

WORDS = "TI  - Größe \u2013 \u03b1\nAU  - Müller, J\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(encoding, end):
    """Unicode with or without its mark and the three line ends are the same text."""
    assert text.decode(WORDS.replace("\n", end).encode(encoding), "f") == WORDS


def test_windows_1252_is_read_and_said(caplog):
    """Only lines that aren't UTF-8 are read as Windows-1252, and the log names them."""
    raw = "first\nGröße\n".encode() + "Müller \u2013 €\n".encode("cp1252") + b"last\n"
    with caplog.at_level(logging.WARNING):
        assert text.decode(raw, "a.ris") == "first\nGröße\nMüller \u2013 €\nlast\n"
    assert caplog.messages == ["a.ris: not UTF-8, read as Windows-1252: line 3"]


def test_the_log_names_a_few_lines(caplog):
    """Of many foreign lines the log names the first and counts the others."""
    text.decode(b"\xe9\n" * 9, "a.csv")
    assert caplog.messages == [
        "a.csv: not UTF-8, read as Windows-1252: line 1, 2, 3, 4, 5 and 4 more"
    ]


def test_control_characters_and_inner_marks_go():
    """A byte order mark left by joining files is dropped, a control character is a space."""
    assert text.decode("a\x00b\x0bc\td\ufeff\n".encode(), "f") == "a b c\td\n"


def test_gzip_is_unpacked_whatever_the_name(tmp_path):
    """The bytes say that a file is gzipped, not its suffix."""
    path = tmp_path / "a.ris"
    path.write_bytes(gzip.compress(b"hello"))
    assert text.read_bytes(path) == b"hello"
    assert text.glance(path, 3) == "hel"


def test_what_cannot_be_opened_is_named(tmp_path):
    """A missing file and a damaged gzip are messages for people."""
    with pytest.raises(ReviewError, match=r"no\.ris can't be read: No such file"):
        text.read_bytes(tmp_path / "no.ris")
    path = tmp_path / "cut.ris"
    path.write_bytes(gzip.compress(b"hello" * 1000)[:-9])
    with pytest.raises(ReviewError, match=r"cut\.ris can't be unpacked"):
        text.read_bytes(path)
