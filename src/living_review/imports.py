"""Registering a file of records that somebody exported by hand."""

from datetime import date, datetime
from pathlib import Path

from living_review import files, ledgers, records, sources, tables
from living_review.errors import ReviewError
from living_review.sources import Source


def register(
    file: Path,
    *,
    registered_at: datetime,
    source: str,
    method: str,
    platform: str,
    strategy: str,
    searched_on: date,
    note: str,
) -> Source:
    """Copy the file into resources/imports/ and add its line to the manifest.

    The file is read first: what its format is, and how many records it has. Raises ReviewError if
    it can't be read, if it is registered already, or if another file has its name.
    """
    if method not in sources.METHODS:
        raise ReviewError(f"method is {method!r}; allowed: {', '.join(sources.METHODS)}")
    if not file.is_file():
        raise ReviewError(f"{file}: no such file")
    content = file.read_bytes()
    registered = sources.imported()
    same = next((one for one in registered if one.sha256 == files.digest(content)), None)
    if same:
        raise ReviewError(f"{file} is registered already: {same.path}, on {same.registered_at}")
    name = f"{searched_on}-{file.name}"
    if (Path(sources.FOLDER) / name).exists():
        raise ReviewError(f"{sources.FOLDER}/{name} is another file; rename {file.name} first")
    format_ = records.format_of(file)
    found, quarantined = records.read(file, format_, name)
    entry = Source(
        id=Path(name).stem,
        registered_at=registered_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        file=name,
        sha256=files.digest(content),
        format=format_,
        source=source,
        method=method,
        platform=platform,
        strategy=strategy,
        searched_on=str(searched_on),
        count=str(len(found) + len(quarantined)),
        note=note,
    )
    before = tables.content(sources.MANIFEST)
    row = {column: getattr(entry, column) for column in sources.COLUMNS}
    manifest = ledgers.appended(before, sources.MANIFEST, sources.COLUMNS, [row])
    files.replace_all({Path(entry.path): content, Path(sources.MANIFEST): manifest})
    return entry
