"""Names by content: a derived file is called after a digest of all that it was computed from.

    key = digest of the stage, of what it reads, of its part of the config, of its code,
          and of the keys of the results that it builds on

1. When the workflow is read, plan.py makes a Name for every result that the checkout calls for.
2. A rule makes the results whose file is missing; what exists under its name is right for ever.
3. A job makes the digests anew from the bytes it has read and from the code on disk, and refuses
   to write if one differs: `Name.verify`. An edit during a run can't end up under an old name.

No clock and no modification time is ever asked.
"""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

from living_review import files, syntax
from living_review.errors import StaleError

CHECKOUT = syntax.SOURCES.parents[1]  # the package runs from the checkout that holds the workflow
KEY_DIGITS = 20  # 80 bits
# Distributions that are called otherwise than what they let one import.
DISTRIBUTIONS = {
    "Bio": "biopython",
    "pypandoc": "pypandoc_binary",
    "ruamel": "ruamel.yaml",
    "sklearn": "scikit-learn",
}


def digest(value: Any) -> str:
    """Digest of a JSON-able value; the order of keys in objects doesn't count.

    A value that has a digest of its own, made of all that it holds, is asked for it.
    """
    own = getattr(value, "digest", None)
    return own if isinstance(own, str) else files.digest(files.canonical_json(value))


@dataclass(frozen=True)
class Name:
    """One result that the checkout calls for.

    stage: also its folder below results/; label: what people call it, such as an analysis;
    parts: digest of each thing that it is computed from; suffixes: its files, the main one last.
    values: those things themselves, as long as the plan that made the name is at hand.
    """

    stage: str
    label: str
    parts: Mapping[str, str]
    suffixes: tuple[str, ...]
    values: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, stage: str, label: str, suffixes: Iterable[str], **parts: Any) -> "Name":
        digests = {part: digest(value) for part, value in parts.items()}
        return cls(stage, label, digests, tuple(suffixes), parts)

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> "Name":
        """A name as it was written down."""
        return cls(told["stage"], told["label"], told["parts"], tuple(told["suffixes"]))

    def told(self) -> dict[str, Any]:
        """The name in plain values, without what its parts are digests of."""
        parts, suffixes = dict(self.parts), list(self.suffixes)
        return {"stage": self.stage, "label": self.label, "parts": parts, "suffixes": suffixes}

    @property
    def key(self) -> str:
        return digest([self.stage, dict(self.parts)])[:KEY_DIGITS]

    @property
    def paths(self) -> list[str]:
        return [f"results/{self.stage}/{self.key}{suffix}" for suffix in self.suffixes]

    @property
    def path(self) -> str:
        """The main file, written last."""
        return self.paths[-1]

    def is_missing(self) -> bool:
        """Whether any of its files is: a job makes all of them."""
        return not all(Path(path).exists() for path in self.paths)

    def verify(self, **read: Any) -> None:
        """Raise StaleError if what a job has read is not what the name was made of.

        Every part has to be given but `upstream`: those are files called by their own content.
        """
        unread = set(self.parts) - set(read) - {"upstream"}
        if unread:
            raise TypeError(f"{self.stage} {self.label}: {sorted(unread)} not verified")
        changed = [part for part, value in read.items() if digest(value) != self.parts[part]]
        if changed:
            raise StaleError(
                f"{self.stage} {self.label}: {', '.join(changed)} changed while the run was under "
                "way. Nothing was written under the old name; run again to take up the change."
            )


class Plan(NamedTuple):
    """Every name that the checkout calls for, and the protocol that they were made from."""

    config: dict[str, Any]
    names: tuple[Name, ...]

    def of(self, stage: str) -> list[Name]:
        return [name for name in self.names if name.stage == stage]

    def paths(self, stage: str, suffix: str = "") -> list[str]:
        """Files of a stage, or those of them with that ending."""
        paths = [path for name in self.of(stage) for path in name.paths]
        return [path for path in paths if path.endswith(suffix)]

    def missing(self, stage: str) -> list[str]:
        """Files of the stage's results that are still to be made."""
        return [path for name in self.of(stage) if name.is_missing() for path in name.paths]

    def write(self) -> str:
        """Write the plan under a name of its own content; returns its path."""
        content = {"config": self.config, "names": [name.told() for name in self.names]}
        path = f"results/plan/{digest(content)[:KEY_DIGITS]}.json"
        if not Path(path).exists():
            files.replace_json(path, content)
        return path

    @classmethod
    def read(cls, path: Path | str) -> "Plan":
        """A plan as it was written; it knows nothing of what changed since."""
        content = files.read_json(path)
        return cls(content["config"], tuple(map(Name.read, content["names"])))


# --- code ------------------------------------------------------------------------------------


def script(rule: str) -> Path:
    """The script of a rule; both bear the same name."""
    return CHECKOUT / "workflow" / "scripts" / f"{rule}.py"


@cache
def code(script: Path) -> dict[str, str]:
    """All the code that a script runs: {module or library: digest or version}.

    Modules of this package count by their syntax tree without docstrings, so that comments and
    layout don't; libraries that they import by version; Python by its minor version.
    """
    closure = {"script": script}
    libraries: set[str] = set()
    queue = [script]
    while queue:
        for module in syntax.read(queue.pop()).imports:
            if not module.startswith(syntax.PACKAGE):
                libraries.add(module)
            elif module not in closure and (file := _file(module)):
                closure[module] = file
                queue.append(file)
    return (
        {module: syntax.read(file).digest for module, file in closure.items()}
        | {library: _version(library) for library in libraries}
        | {"python": "{}.{}".format(*sys.version_info)}
    )


def _file(module: str) -> Path | None:
    """None for what is imported from a module and is no module itself."""
    stem = syntax.SOURCES.parent.joinpath(*module.split("."))
    candidates = (stem.with_suffix(".py"), stem / "__init__.py")
    return next((file for file in candidates if file.is_file()), None)


@cache
def _version(library: str) -> str:
    try:
        return metadata.version(DISTRIBUTIONS.get(library, library))
    except metadata.PackageNotFoundError:
        return ",".join(
            metadata.version(name) for name in metadata.packages_distributions().get(library, [])
        )
