"""The numbers of a page that neither its results nor the terms of the field account for."""

import ast
import re
from collections.abc import Iterator
from typing import Any

NUMBER = re.compile(r"(?<![\w.&#])\d+(?:[.,]\d+)*(?!\w)")  # not the 2 of tau2, which is a letter
# What is called by a number, and the sources of methods; a number in them counts nothing.
TERMS = [
    r"\b95% (?:CI|PI|intervals?)",
    r"\(Clopper-Pearson, 95%\)",
    r"\b(?:Fewer than 1|More than 99) in 100\b",
    r"(?:in|In|of|Of|per|Per) 100\b",
    r"<1\b|>99\b",
    r"\bp < 0\.001\b",
    r"\bT[1-4][a-c]\b",
    r"\bPRISMA 2020\b",
    r"\bindex is 0 where\b",
    r"\bis 1$",
    r"like 2026-11-23",
    r"BMJ 350:h870|J Clin Epidemiol 121:62-70",
    # a method by its authors and year
    r"[A-Z][a-z]+ (?:et al\.|and [A-Z][a-z]+) \(?[12]\d{3}\b",
    r"\((?:Iorio|Foroutan|Viechtbauer|Santesso) [12]\d{3}|Foroutan 2020",
    r"\bRendered by [a-z]+ [\d.]+\d",
]
TERM = re.compile("|".join(TERMS))


def unaccounted(texts: list[str], results: dict[str, Any]) -> list[str]:
    """Each number that is not accounted for, within the text that has it."""
    known = forms(results)
    return [
        f"{found[0]} in: {text[max(0, found.start() - 60) : found.end() + 40]}"
        for text in (TERM.sub(" ", text) for text in texts)
        for found in NUMBER.finditer(text)
        if found[0] not in known
    ]


def forms(value: Any) -> set[str]:
    """Every way in which a number of the results may be written on the page."""
    return {form for one in numbers(value) for form in one}


def numbers(value: Any) -> Iterator[set[str]]:
    if isinstance(value, dict):
        for name, one in value.items():
            yield from numbers(name)
            yield from numbers(one)
    elif isinstance(value, list):
        yield written(len(value))
        for one in value:
            yield from numbers(one)
    elif isinstance(value, str):
        yield {*NUMBER.findall(value)}
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield written(value)


def written(value: float) -> set[str]:
    """As a whole number, with one to three decimals, with three digits, as a percentage."""
    size = abs(value)
    if isinstance(value, int):
        return {str(size), f"{size:,}", f"{size:.1f}"}
    whole = {f"{100 * size:.1f}", str(int(100 * size + 0.5)), f"{100 * size:.0f}"}
    return whole | {f"{size:.3g}", *(f"{size:,.{places}f}" for places in range(4))}


def literals(source: str) -> list[str]:
    """The sentences of a module that hold a digit beside the terms.

    A text without a space is a name, one with =" an attribute; docstrings are for programmers.
    """
    tree = ast.parse(source)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    formats = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.FormattedValue) and node.format_spec
        for part in ast.walk(node.format_spec)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in docstrings | formats
        and " " in node.value.strip()
        and '="' not in node.value
        and NUMBER.search(TERM.sub(" ", node.value))
    ]
