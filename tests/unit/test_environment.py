"""One set of packages, told to pip and to conda."""

import re
import tomllib
from pathlib import Path

from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
CONDA_ALONE = {"python", "quarto", "pandoc"}


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def names(requirements):
    return {normal(re.match(r"[\w.-]+", line)[0]) for line in requirements}


def locked(file):
    lines = (ROOT / file).read_text().split()
    assert all(re.fullmatch(r"[\w.-]+==[\w.!+-]+", line) for line in lines)
    return {normal(name): version for name, _, version in (line.partition("==") for line in lines)}


def test_the_lock_holds_what_the_project_needs():
    """Everything that pyproject.toml names is pinned, with what builds the package."""
    needed = names([*PROJECT["project"]["dependencies"], *PROJECT["build-system"]["requires"]])
    assert needed <= set(locked("requirements.lock"))
    extra = names(PROJECT["project"]["optional-dependencies"]["dev"])
    assert extra <= set(locked("requirements-dev.lock"))


def test_no_package_is_pinned_twice():
    """What the tests need comes on top of what the workflow needs."""
    assert not set(locked("requirements.lock")) & set(locked("requirements-dev.lock"))


def test_conda_gets_the_same_versions():
    """environment.yml = pyproject.toml at the versions of the lock."""
    environment = YAML(typ="safe").load(ROOT / "environment.yml")["dependencies"]
    listed = {normal(line.partition("=")[0]): line.partition("=")[2] for line in environment}
    pinned = {name: version for name, version in listed.items() if not name.endswith(">")}
    called = {
        normal(name): other for name, other in PROJECT["tool"]["living-review"]["conda"].items()
    }
    needed = names([*PROJECT["project"]["dependencies"], *PROJECT["build-system"]["requires"]])
    lock = locked("requirements.lock")
    expected = {normal(called.get(name, name)): lock[name] for name in needed}
    assert pinned == expected | {"pip": ""}
    assert set(listed) - set(pinned) == {f"{name}>" for name in CONDA_ALONE}


def test_each_dependency_has_its_reason():
    """One line says why a package is there."""
    text = (ROOT / "pyproject.toml").read_text()
    lines = re.findall(r'^    "[\w.-]+>=.*$', text, re.MULTILINE)
    assert len(lines) >= len(PROJECT["project"]["dependencies"])
    assert all(re.search(r"# \w+", line) for line in lines), lines
