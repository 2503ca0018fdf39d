"""The page made from its sources: by Quarto where it is installed, else by Pandoc."""

import functools
import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from living_review import files
from living_review.errors import ReviewError
from living_review.report import copies, pages, theme

PAGE = "index.html"
SOURCE = "index.qmd"
CONFIG = "_quarto.yml"
THEME, STYLE = "theme.scss", "page.css"


class RenderError(ReviewError):
    """A renderer that failed, with what it said."""


@functools.cache
def renderer() -> str:
    """Name and version of what will render the page, like "quarto 1.9.36" or "pandoc 3.9"."""
    quarto = shutil.which("quarto")
    if quarto:
        return f"quarto {_quarto_version(Path(quarto))}"
    return _first_line([str(_pandoc()), "--version"])


def is_quarto() -> bool:
    return renderer().startswith("quarto ")


def render(sources: Path, parts: Path, figures: Path, out: Path) -> str:
    """Renders the page and its copies into the folder `out`, index.html last; gives the renderer's
    name.

    sources: the .qmd, styles and Pandoc files; parts: what parts.write made; figures: SVG and PNG
    files. They are staged in a temporary folder, so that nothing is written beside the sources.
    Raises RenderError with the renderer's own words if it fails; there is no fall-back then.
    """
    name = renderer()
    with tempfile.TemporaryDirectory(prefix="living-review-") as folder:
        stage = Path(folder)
        _stage(Path(sources), Path(parts), Path(figures), stage, name)
        _make(stage)
        for made in (*copies.files(), PAGE):
            if not (stage / made).is_file():
                raise RenderError(f"{name} ended well, but made no {made}")
        _deliver(stage, Path(out))
    return name


def _make(stage: Path) -> None:
    """Quarto makes one format after the other, since two of its renders in one folder race."""
    if is_quarto():
        quarto = [str(shutil.which("quarto")), "render", SOURCE, "--to"]
        for command in (
            [*quarto, "html"],
            [*quarto, "docx", "--output", copies.DOCX],
            [*quarto, "typst", "--output", copies.PDF],
        ):
            _run(command, stage)
        return
    project = _read_yaml(stage / CONFIG)
    common = [str(_pandoc()), *_pandoc_options(project)]
    commands = [
        [*common, *_pandoc_page(stage, project), SOURCE],
        [*common, "--to=docx", f"--output={copies.DOCX}", SOURCE],
    ]
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda command: _run(command, stage), commands))


def _stage(sources: Path, parts: Path, figures: Path, stage: Path, name: str) -> None:
    shutil.copytree(sources, stage, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".*"))
    shutil.copytree(parts, stage / "_parts")
    shutil.copytree(figures, stage / "figures", ignore=shutil.ignore_patterns(".*"))
    if STYLE in _listed(_read_yaml(stage / CONFIG)["format"]["html"].get("css")):
        look = (stage / THEME).read_text("utf-8")
        (stage / STYLE).write_text(theme.css(look), "utf-8")
    variables = (parts / "_variables.yml").read_text("utf-8")
    (stage / "_variables.yml").write_text(f'{variables}renderer: "{name}"\n', "utf-8")


def _deliver(stage: Path, out: Path) -> None:
    """Figures, tables and what lies beside, then the page: who sees it finds all of it."""
    for figure in sorted((stage / "figures").iterdir()):
        files.replace_bytes(out / "figures" / figure.name, figure.read_bytes())
    for table in sorted((stage / "_parts/data").glob("*")):
        files.replace_bytes(out / "data" / table.name, table.read_bytes())
    beside = stage / "_parts/beside"
    for path in sorted(path for path in beside.rglob("*") if path.is_file()):
        files.replace_bytes(out / path.relative_to(beside), path.read_bytes())
    files.replace_bytes(out / "results.json", (stage / "_parts/results.json").read_bytes())
    for name in copies.files():
        files.replace_bytes(out / name, (stage / name).read_bytes())
    page = (stage / PAGE).read_bytes()
    for name, content in pages.split(page).items():
        files.replace_bytes(out / pages.FOLDER / name, content)
    files.replace_bytes(out / PAGE, page)


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


def _pandoc_options(project: Mapping[str, Any]) -> list[str]:
    """The options of _quarto.yml for all formats as Pandoc takes them: they are said in one place.

    Its filters come after ours, as they would come after Quarto's reading of its own marks.
    """
    return [
        "--from=pandoc/reader.lua",
        "--standalone",
        "--lua-filter=pandoc/filter.lua",
        *(f"--lua-filter={name}" for name in _listed(project.get("filters"))),
        *(f"--metadata-file={name}" for name in _listed(project.get("metadata-files"))),
        "--wrap=preserve",
        "--fail-if-warnings",
    ]


def _pandoc_page(stage: Path, project: Mapping[str, Any]) -> list[str]:
    """The options of the format html. Of documents, Word would ask whether to update a list of
    contents, and shows headings at the side."""
    html = project["format"]["html"]
    if html.get("theme", "none") != "none":
        raise RenderError(
            f"{CONFIG} asks for the theme {html['theme']}, which only Quarto compiles, and it is "
            "not installed; write `theme: none` and `css: page.css`"
        )
    for partial in _listed(html.get("template-partials")):
        shutil.copy(stage / partial, stage / "pandoc" / Path(partial).name)
    options = ["--to=html5", "--template=pandoc/template.html", "--mathml", f"--output={PAGE}"]
    for key in ("css", "include-in-header", "include-before-body", "include-after-body"):
        options += [f"--{key}={value}" for value in _listed(html.get(key))]
    if project.get("toc"):
        options += [
            "--toc",
            f"--toc-depth={project['toc-depth']}",
            f"--metadata=toc-title:{project['toc-title']}",
        ]
    return options + [f"--{key}" for key in ("embed-resources", "section-divs") if html.get(key)]


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
