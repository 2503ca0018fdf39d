"""LaTeX as BibTeX fields hold it: accents, commands, groups and short formulas, as plain text."""

import logging
import re

from pylatexenc import latex2text, latexwalker

from living_review.records.fields import clean

LONGEST = 20_000  # characters; no field that is decoded is near that, and the walker is slow

_SPEAKS = re.compile(r"[\\{}$~]|--|``|''")
# What databases write without the escape that LaTeX wants: as text it stands for itself
_BARE = re.compile(r"(?<!\\)([%&#])")
_DOLLAR = re.compile(r"(?<!\\)\$(?:([^$]{1,300}?)(?<!\\)\$)?")
_FORMULA = re.compile(r"[\\^_=<>]|\A\w\Z")
_SCRIPT = re.compile(r"(?<!\\)[_^](?=[{\\\w+-])")
_COMMAND = re.compile(r"\\(?:[A-Za-z]+\*?\s?|.)")
_ESCAPED = re.compile(r"\\([_%&#${}~^-])")
_ANGLES = {"less": "<", "greater": ">"}
_ANGLE = re.compile(r"(?:\\text|\$\\)(less|greater)(?:\{\}|\$)?")

_AS_IS = latex2text.MacroTextSpec
_CONTEXT = latex2text.get_default_latex_context_db()
_CONTEXT.add_context_category(
    "citations",
    prepend=True,
    macros=[
        _AS_IS("textless", "<"),
        _AS_IS("textgreater", ">"),
        _AS_IS("degree", "°"),
        _AS_IS("textdegree", "°"),
        _AS_IS("url", "%s"),
        _AS_IS("cite", ""),
    ],
)
_TEXT = latex2text.LatexNodes2Text(
    latex_context=_CONTEXT, math_mode="text", keep_comments=True, keep_braced_groups=False
)
_BOXES = re.compile(r"\\(?:mbox|hbox|text|rm|bf|it|em|sl|tt|sc|bibinfo)\b\s?")

# It warns of each command that it can't render, of which a hostile field may have thousands
logging.getLogger("pylatexenc").setLevel(logging.CRITICAL)


def decode(text: str) -> str:
    """A title, a name or an abstract on one line; what can't be decoded loses its commands."""
    if not _SPEAKS.search(text):
        return clean(text)
    if len(text) > LONGEST:
        return _stripped(text)
    written = _BARE.sub(r"\\\1", _DOLLAR.sub(_formula, _BOXES.sub("", text)))
    try:
        return clean(_TEXT.latex_to_text(written, tolerant_parsing=True))
    except (latexwalker.LatexWalkerParseError, RecursionError, IndexError, ValueError, TypeError):
        return _stripped(text)


def verbatim(text: str) -> str:
    """An identifier or a link: escapes and braces are undone, and nothing else."""
    text = _ANGLE.sub(lambda name: _ANGLES[name[1]], text)
    return clean(re.sub(r"\\url\b|[{}]", "", _ESCAPED.sub(r"\1", text)))


def _formula(found: re.Match[str]) -> str:
    """A formula without its sub- and superscript marks ("CO2"); a lone dollar is money."""
    inner = found[1]
    if inner is None:
        return r"\$"
    return f"${_SCRIPT.sub('', inner)}$" if _FORMULA.search(inner) else rf"\${inner}\$"


def _stripped(text: str) -> str:
    return clean(re.sub(r"[{}]", "", _COMMAND.sub(" ", text)))
