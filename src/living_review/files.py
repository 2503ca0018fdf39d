"""Files: read whole, written beside and then renamed, so that no reader meets half of one."""

import errno
import fcntl
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from living_review.errors import BusyError, ReviewError

_as_json = json.encoder.encode_basestring  # of a text

UNFINISHED = ".unfinished-"  # what is being written beside its place; git passes over it


def canonical_json(value: Any) -> str:
    """The one JSON text of a value: sorted keys, no spaces, no NaN."""
    return json.dumps(
        value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )


def digest(content: bytes | str) -> str:
    """SHA-256 of bytes, or of a text in UTF-8, as 64 hex digits."""
    if isinstance(content, str):
        content = content.encode()
    return hashlib.sha256(content).hexdigest()


# What the system says where a disk is full or a folder can't be written.
REFUSED = (
    *(errno.ENOSPC, errno.EDQUOT, errno.EFBIG),
    *(errno.EROFS, errno.EACCES, errno.EPERM),
)


@contextmanager
def writing_refused() -> Iterator[None]:
    """Raise ReviewError, worded for people, where the system refuses to write."""
    try:
        yield
    except OSError as error:
        if error.errno not in REFUSED:
            raise
        at = error.filename or Path.cwd()
        raise ReviewError(
            f"{at}: {error.strerror}. What was being written is left out, nothing else is lost; "
            "make room or let this folder be written, then run again."
        ) from error


@contextmanager
def replacing(path: Path | str) -> Iterator[Path]:
    """A path beside `path` to write to; it takes the place of `path` when the block ends well."""
    with _beside(path) as beside:
        yield beside
        with beside.open("rb") as written:
            os.fsync(written.fileno())
        beside.chmod(0o666 & ~_umask())
        beside.replace(path)


@contextmanager
def _beside(path: Path | str) -> Iterator[Path]:
    """An empty file in the same folder, gone at the end unless it was renamed."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=UNFINISHED, suffix=path.suffix)
    os.close(handle)
    beside = Path(name)
    try:
        yield beside
    finally:
        beside.unlink(missing_ok=True)


@contextmanager
def hidden_folder(parent: Path | str) -> Iterator[Path]:
    """A folder to fill that nobody sees; it is gone at the end, unless `settle` gave it a name."""
    parent = Path(parent)
    parent.mkdir(parents=True, exist_ok=True)
    hidden = Path(tempfile.mkdtemp(dir=parent, prefix=UNFINISHED))
    try:
        yield hidden
    finally:
        shutil.rmtree(hidden, ignore_errors=True)


def settle(hidden: Path, path: Path | str) -> None:
    """Give a filled folder its name at once, in the same folder; nothing may have it already."""
    path = Path(path)
    for written in sorted(hidden.iterdir()):
        written.chmod(0o666 & ~_umask())
        _sync(written)
    hidden.chmod(0o777 & ~_umask())
    _sync(hidden)
    hidden.rename(path)
    _sync(path.parent)


def out_of_the_future(paths: Iterable[Path | str]) -> None:
    """Give files that a clock ahead of ours has dated the time of now; absent ones are passed over.

    Snakemake refuses a new result that is older than what it was made from.
    """
    now = time.time()
    for path in map(Path, paths):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime > now:
                os.utime(path, (now, now))


def sweep(*folders: Path | str) -> None:
    """Take away what killed processes left half-written. The caller holds the folders' lock."""
    for left in (left for folder in folders for left in Path(folder).glob(f"{UNFINISHED}*")):
        if left.is_dir():
            shutil.rmtree(left)
        else:
            left.unlink()


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def replace_all(contents: Mapping[Path | str, bytes]) -> None:
    """Several files at once: all are written beside before the first one is renamed.

    If a renaming fails, those before it are taken back. A process that is killed between two of
    them leaves whole files, the first of them in the order given.
    """
    with ExitStack() as stack:
        before = {path: _content(path) for path in contents}
        besides = {path: stack.enter_context(_beside(path)) for path in contents}
        for path, content in contents.items():
            besides[path].write_bytes(content)
            _sync(besides[path])
            besides[path].chmod(0o666 & ~_umask())
        done: list[Path | str] = []
        try:
            for path, beside in besides.items():
                beside.replace(path)
                done.append(path)
        except OSError:
            for path in done:
                _put_back(path, before[path])
            raise


def _content(path: Path | str) -> bytes | None:
    try:
        return Path(path).read_bytes()
    except FileNotFoundError:
        return None


def _put_back(path: Path | str, content: bytes | None) -> None:
    if content is None:
        Path(path).unlink()
    else:
        replace_bytes(path, content)


def replace_bytes(path: Path | str, content: bytes) -> None:
    with replacing(path) as beside:
        beside.write_bytes(content)


def replace_text(path: Path | str, text: str) -> None:
    replace_bytes(path, text.encode())


def replace_json(path: Path | str, value: Any) -> None:
    """Indented for people, keys in the order given; NaN and infinity are refused."""
    replace_text(path, indented_json(value) + "\n")


def indented_json(value: Any, line: str = "\n") -> str:
    """What json.dumps gives with indent=1, letters as they are, in a third of its time.

    json.dumps leaves its fast encoder where it indents. line: what begins a line at this depth.
    """
    if isinstance(value, str):
        return _as_json(value)
    within = line + " "
    if isinstance(value, dict) and value:
        entries = [f"{_key(key)}: {indented_json(entry, within)}" for key, entry in value.items()]
        return f"{{{within}{f',{within}'.join(entries)}{line}}}"
    if isinstance(value, list | tuple) and value:
        entries = [
            _as_json(entry) if type(entry) is str else indented_json(entry, within)
            for entry in value
        ]
        return f"[{within}{f',{within}'.join(entries)}{line}]"
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _key(key: Any) -> str:
    return _as_json(key) if isinstance(key, str) else f'"{json.dumps(key)}"'


def read_json(path: Path | str) -> Any:
    return json.loads(Path(path).read_bytes())


def lock(path: Path | str) -> int:
    """Hold a lock until this process ends, however it ends. Raises BusyError if another has it.

    Returns the open descriptor, which is the lock; programs started from here don't inherit it.
    """
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    held = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        other = os.read(held, 20).decode(errors="replace").strip() or "unknown"
        os.close(held)
        raise BusyError(
            f"Another run is at work in {Path.cwd()} (process {other}). Wait until it has ended; "
            "nothing was changed."
        ) from None
    os.ftruncate(held, 0)
    os.write(held, str(os.getpid()).encode())
    return held
