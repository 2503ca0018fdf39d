"""What a file of code is: a digest of its syntax tree without docstrings, and what it imports.

Parsing all modules takes longer than all else at the start of a run that has nothing to do, so what
a file with just these bytes turned out to be is remembered below .snakemake. That is a memory and
never the truth: without it, or after a change of Python or of this module, all is parsed anew.
"""

import ast
import contextlib
import gc
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from living_review import files

PACKAGE = "living_review"
SOURCES = Path(__file__).parent
MEMORY = Path(".snakemake/living_review_syntax.json")
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


class Source(NamedTuple):
    """What a file of code is, and what it needs."""

    digest: str  # of its syntax tree without docstrings
    imports: frozenset[str]  # modules of this package, those above them too; names of libraries


_read: dict[str, Source] = {}  # by digest of path and bytes


@cache
def read(file: Path) -> Source:
    content = file.read_bytes()
    key = files.digest(f"{file}\n".encode() + content)
    if key not in _read:
        _read[key] = _remembered().get(key) or _parsed(file, content)
    return _read[key]


def remember() -> None:
    """Keep what was read for the next process; a folder that can't be written keeps nothing."""
    if _read == _remembered():
        return
    sources = {key: [source.digest, sorted(source.imports)] for key, source in _read.items()}
    with contextlib.suppress(OSError):
        files.replace_json(MEMORY, {"reader": _reader(), "sources": sources})


@cache
def _remembered() -> dict[str, Source]:
    try:
        memory = files.read_json(MEMORY)
        if memory["reader"] != _reader():
            return {}
        sources = memory["sources"].items()
        return {key: Source(digest, frozenset(imports)) for key, (digest, imports) in sources}
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return {}


@cache
def _reader() -> str:
    """Who read: another Python or another way of reading may find something else."""
    return files.digest(sys.version.encode() + Path(__file__).read_bytes())


def _parsed(file: Path, content: bytes) -> Source:
    with _no_collection():
        tree = ast.parse(content, filename=str(file))
        found: set[str] = set()
        for node in ast.walk(tree):
            if isinstance(node, DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
                node.body = node.body[1:]
            elif isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                base = _absolute(file, node)
                found |= {base} | {f"{base}.{alias.name}" for alias in node.names}
        return Source(files.digest(ast.dump(tree)), frozenset(_with_parents(found)))


@contextlib.contextmanager
def _no_collection() -> Iterator[None]:
    """Nothing in a syntax tree is garbage; looking for some took most of the time of parsing."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _absolute(file: Path, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    folder = file.parents[node.level - 1].relative_to(SOURCES.parent)
    return ".".join([*folder.parts, *filter(None, [node.module])])


def _with_parents(modules: Iterable[str]) -> Iterator[str]:
    for module in modules:
        names = module.split(".")
        if names[0] == PACKAGE:
            yield from (".".join(names[:n]) for n in range(1, len(names) + 1))
        elif names[0] not in sys.stdlib_module_names:
            yield names[0]
