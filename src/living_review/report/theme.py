"""The theme as CSS: theme.scss is a layer of Sass for Quarto, of which little is known here.

Its first part sets variables to plain values; its rules are CSS in which #{$name} stands for one.
Anything else of Sass is refused, so that every renderer shows the same.
"""

import re

from living_review.errors import ReviewError

_DEFAULTS, _RULES = "/*-- scss:defaults --*/", "/*-- scss:rules --*/"
_VARIABLE = re.compile(r"\$([a-z][a-z0-9-]*):\s*([^$(){};]+?)\s*!default;")
_USED = re.compile(r"#\{\$([a-z][a-z0-9-]*)\}")
_SASS = re.compile(r"\$|#\{|&|^\s*//|@(?:use|forward|include|mixin|function|extend|if|each|for)\b")
_PASSED_OVER = re.compile(r"\s*(//.*)?")


def css(scss: str) -> str:
    """The rules with the values of the variables. Raises ReviewError that names the line."""
    values: dict[str, str] = {}
    rules: list[str] = []
    in_rules = False
    for number, line in enumerate(scss.splitlines(), 1):
        if line in (_DEFAULTS, _RULES):
            in_rules = line == _RULES
        elif in_rules:
            rules.append(_rule(line, number, values))
        elif found := _VARIABLE.fullmatch(line):
            values[found[1]] = found[2]
        elif not _PASSED_OVER.fullmatch(line):
            raise _refused(line, number, "allowed: $name: value !default;")
    return "\n".join(rules).strip() + "\n"


def _rule(line: str, number: int, values: dict[str, str]) -> str:
    unknown = [name for name in _USED.findall(line) if name not in values]
    if unknown:
        raise _refused(line, number, f"no variable ${unknown[0]} stands above it")
    style = _USED.sub(lambda used: values[used[1]], line)
    if _SASS.search(style):
        raise _refused(line, number, "only #{$name} is known of Sass where Quarto does not compile")
    return style


def _refused(line: str, number: int, why: str) -> ReviewError:
    return ReviewError(f"theme.scss line {number}: {line.strip()}: {why}")
