"""The text of a file that somebody dropped in, whatever program wrote it."""

import gzip
import io
import logging
import re
import zlib
from pathlib import Path

from living_review.errors import ReviewError

log = logging.getLogger(__name__)

# utf-32 first: its little-endian mark begins with that of utf-16
MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
GZIP = b"\x1f\x8b"
LINES_NAMED = 5

# They stand for nothing in a citation, and some break a table or a terminal
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def open_bytes(path: Path) -> io.BufferedIOBase:
    """The bytes of a file, unpacked if they are gzipped."""
    try:
        with path.open("rb") as file:
            packed = file.read(2) == GZIP
        return gzip.open(path, "rb") if packed else path.open("rb")
    except OSError as error:
        raise ReviewError(f"{path.name} can't be read: {error.strerror or error}") from error


class Stream:
    """A file read to its end, or to where its gzip is damaged; `damage` says so."""

    def __init__(self, file: io.BufferedIOBase) -> None:
        self._file = file
        self.damage = ""

    def read(self, size: int) -> bytes:
        parts = []
        while size > 0 and not self.damage:
            try:
                part = self._file.read1(size)
            except (OSError, EOFError, zlib.error) as error:
                self.damage = str(error)
                break
            if not part:
                break
            parts.append(part)
            size -= len(part)
        return b"".join(parts)


def read_bytes(path: Path) -> bytes:
    """All bytes of a file, unpacked if they are gzipped."""
    with open_bytes(path) as file:
        try:
            return file.read()
        except (OSError, EOFError, zlib.error) as error:
            raise ReviewError(f"{path.name} can't be unpacked: {error}") from error


def glance(path: Path, size: int) -> str:
    """About the first `size` bytes as text; what can't be decoded is replaced."""
    with open_bytes(path) as file:
        raw = Stream(file).read(size)
    return _plain(raw.decode(_marked(raw) or "utf-8", errors="replace"))


def decode(raw: bytes, name: str) -> str:
    r"""The text of a file, with \n between its lines and no control characters but tabs.

    UTF-8 with or without its mark, else UTF-16 by its mark. What is neither is decoded line by
    line, since exports of several programs get joined: UTF-8 where it fits, else Windows-1252,
    and the log names those lines of the file `name`.
    """
    if marked := _marked(raw):
        return _plain(raw.decode(marked, errors="replace"))
    try:
        return _plain(raw.decode("utf-8"))
    except UnicodeDecodeError:
        return _plain(_decode_lines(raw, name))


def _marked(raw: bytes) -> str:
    return next((encoding for mark, encoding in MARKS if raw.startswith(mark)), "")


def _plain(text: str) -> str:
    # A mark between two texts is left over from joining files
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\ufeff", "")
    return _CONTROL.sub(" ", text)


def _decode_lines(raw: bytes, name: str) -> str:
    decoded, foreign = [], []
    for number, line in enumerate(re.split(rb"(?<=\n)|(?<=\r)(?!\n)", raw), start=1):
        try:
            decoded.append(line.decode("utf-8"))
        except UnicodeDecodeError:
            decoded.append(line.decode("cp1252", errors="replace"))
            foreign.append(number)
    named = ", ".join(map(str, foreign[:LINES_NAMED]))
    more = f" and {len(foreign) - LINES_NAMED} more" if len(foreign) > LINES_NAMED else ""
    log.warning("%s: not UTF-8, read as Windows-1252: line %s%s", name, named, more)
    return "".join(decoded)
