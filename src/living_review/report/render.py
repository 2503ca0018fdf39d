"""The page made from its sources: by Quarto where it is installed, else by Pandoc."""

import functools
import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from living_review import files
from living_review.errors import ReviewError

PAGE = "index.html"
SOURCE = "index.qmd"


class RenderError(ReviewError):
    """A renderer that failed, with what it said."""


@functools.cache
def renderer() -> str:
    """Name and version of what will render the page, like "quarto 1.9.36" or "pandoc 3.9"."""
    quarto = shutil.which("quarto")
    if quarto:
        return f"quarto {_quarto_version(Path(quarto))}"
    return _first_line([str(_pandoc()), "--version"])


def render(sources: Path, parts: Path, figures: Path, out: Path) -> str:
    """Renders the page into the folder `out`, index.html last; gives the renderer's name.

    sources: the .qmd, styles and Pandoc files; parts: what parts.write made; figures: SVG and PNG
    files. They are staged in a temporary folder, so that nothing is written beside the sources.
    Raises RenderError with the renderer's own words if it fails; there is no fall-back then.
    """
    name = renderer()
    with tempfile.TemporaryDirectory(prefix="living-review-") as folder:
        stage = Path(folder)
        _stage(Path(sources), Path(parts), Path(figures), stage, name)
        if name.startswith("quarto "):
            _run([str(shutil.which("quarto")), "render", SOURCE, "--to", "html"], stage)
        else:
            _run([str(_pandoc()), *_pandoc_options(stage), SOURCE], stage)
        if not (stage / PAGE).is_file():
            raise RenderError(f"{name} ended well, but made no {PAGE}")
        _deliver(stage, Path(out))
    return name


def _stage(sources: Path, parts: Path, figures: Path, stage: Path, name: str) -> None:
    shutil.copytree(sources, stage, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".*"))
    shutil.copytree(parts, stage / "_parts")
    shutil.copytree(figures, stage / "figures", ignore=shutil.ignore_patterns(".*"))
    variables = (parts / "_variables.yml").read_text("utf-8")
    (stage / "_variables.yml").write_text(f'{variables}renderer: "{name}"\n', "utf-8")


def _deliver(stage: Path, out: Path) -> None:
    """Figures, tables and results.json for download, then the page: who sees it finds all of it."""
    for figure in sorted((stage / "figures").iterdir()):
        files.replace_bytes(out / "figures" / figure.name, figure.read_bytes())
    for table in sorted((stage / "_parts/data").glob("*")):
        files.replace_bytes(out / "data" / table.name, table.read_bytes())
    files.replace_bytes(out / "results.json", (stage / "_parts/results.json").read_bytes())
    files.replace_bytes(out / PAGE, (stage / PAGE).read_bytes())


def _run(command: Sequence[str], folder: Path) -> None:
    """Runs a renderer in a folder; what it says is shown only if it fails."""
    # a fixed time for whatever would print one
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "0", "TZ": "UTC"}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = (done.stderr or done.stdout).strip()
        raise RenderError(f"{Path(command[0]).name} could not render the page:\n{said}")


# ---- Pandoc ------------------------------------------------------------------------------


def _pandoc() -> Path:
    """The Pandoc that pypandoc_binary brings, else the one on PATH."""
    found = importlib.util.find_spec("pypandoc")
    if found and found.origin:
        beside = Path(found.origin).parent / "files"
        for name in ("pandoc", "pandoc.exe"):
            if (beside / name).is_file():
                return beside / name
    on_path = shutil.which("pandoc")
    if on_path:
        return Path(on_path)
    raise RenderError("neither Quarto nor Pandoc is installed; `pip install pypandoc_binary`")


def _pandoc_options(stage: Path) -> list[str]:
    """The options of _quarto.yml as Pandoc takes them, so that they are said in one place."""
    project = _read_yaml(stage / "_quarto.yml")
    html = {**project, **project["format"]["html"]}
    for partial in _listed(html.get("template-partials")):
        shutil.copy(stage / partial, stage / "pandoc" / Path(partial).name)
    options = [
        "--from=pandoc/reader.lua",
        "--to=html5",
        "--standalone",
        "--template=pandoc/template.html",
        "--lua-filter=pandoc/filter.lua",
        "--mathml",
        "--wrap=preserve",
        "--fail-if-warnings",
        f"--output={PAGE}",
    ]
    for option, key in (
        ("--metadata-file", "metadata-files"),
        ("--css", "css"),
        ("--include-in-header", "include-in-header"),
        ("--include-before-body", "include-before-body"),
        ("--include-after-body", "include-after-body"),
    ):
        options += [f"{option}={value}" for value in _listed(html.get(key))]
    options += [
        flag
        for flag, key in (
            ("--embed-resources", "embed-resources"),
            ("--section-divs", "section-divs"),
        )
        if html.get(key)
    ]
    if html.get("toc"):
        options += [
            "--toc",
            f"--toc-depth={html['toc-depth']}",
            f"--metadata=toc-title:{html['toc-title']}",
        ]
    return options


def _listed(value: Any) -> list[str]:
    return [] if value is None else [value] if isinstance(value, str) else list(value)


def _read_yaml(path: Path) -> Any:
    from ruamel.yaml import YAML  # not when the workflow is read

    return YAML(typ="safe", pure=True).load(path.read_text("utf-8"))


# ---- versions ----------------------------------------------------------------------------


def _quarto_version(program: Path) -> str:
    """From the file that Quarto keeps it in; asked of the program only if there is none."""
    prefix = program.resolve().parent.parent
    for path in (prefix / "share/version", prefix / "share/quarto/version"):
        if path.is_file():
            return path.read_text("utf-8").strip()
    return _first_line([str(program), "--version"])


def _first_line(command: Sequence[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode or not done.stdout.strip():
        raise RenderError(f"{command[0]} does not start: {done.stderr.strip()}")
    return done.stdout.splitlines()[0].strip()
