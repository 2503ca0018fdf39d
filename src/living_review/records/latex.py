"""LaTeX as BibTeX fields hold it: accents, commands, groups and short formulas, as plain text."""

import logging
import re
import unicodedata

from pylatexenc import latex2text, latexwalker

from living_review.records.fields import clean

LONGEST = 20_000  # characters; no field that is decoded is near that, and the walker is slow

_SPEAKS = re.compile(r"[\\{}$~]|--|``|''")

# What most fields have at most is replaced at once; only other commands need the walker, which
# takes milliseconds for an abstract
_ABOVE = dict(zip("`'^\"~=.cvHkrud", "\u0300\u0301\u0302\u0308\u0303\u0304\u0307\u0327\u030c\u030b"
                  "\u0328\u030a\u0306\u0323", strict=True))  # fmt: skip
_ACCENT = re.compile(
    r"\\(?:([`'^\"~=.])\s*(?:\{\s*)?(?:\\([ij])(?![A-Za-z])|([A-Za-z]))"
    r"|([cvHkrud])\s*\{\s*(?:\\([ij])(?![A-Za-z])|([A-Za-z]))\s*\})"
)
_SIGNS = {
    **{"ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å", "o": "ø"},
    **{"O": "Ø", "l": "ł", "L": "Ł", "textless": "<", "textgreater": ">", "textdegree": "°"},
    **{"textendash": "\u2013", "textemdash": "\u2014", "textquoteright": "\u2019"},
    **{"textquoteleft": "\u2018", "textregistered": "®", "textpm": "±", "texttimes": "\u00d7"},
}
_SIGN = re.compile(rf"\\({'|'.join(_SIGNS)})(?![A-Za-z])(?:\{{\}}|\s*)")
_LOOK = re.compile(
    r"\\(?:textit|textbf|textrm|textsc|textsf|texttt|textsubscript|textsuperscript|emph|text|mbox"
    r"|hbox|em|it|bf|rm|sc|sl|sf|tt)(?![A-Za-z])\s*"
)
_ESCAPE = re.compile(r"\\([%&#_])")
_TYPED = {"---": "\u2014", "--": "\u2013", "``": "\u201c", "''": "\u201d", "~": " "}
_TYPED_SIGN = re.compile("---|--|``|''|~")

# What databases write without the escape that LaTeX wants: as text it stands for itself
_BARE = re.compile(r"(?<!\\)([%&#])")
_DOLLAR = re.compile(r"(?<!\\)\$(?:([^$]{1,300}?)(?<!\\)\$)?")
_FORMULA = re.compile(r"[\\^_=<>]|\A\w\Z")
_SCRIPT = re.compile(r"(?<!\\)[_^](?=[{\\\w+-])")
_COMMAND = re.compile(r"\\(?:[A-Za-z]+\*?\s?|.)")
_ESCAPED = re.compile(r"\\([_%&#${}~^-])")
_ANGLES = {"less": "<", "greater": ">"}
_ANGLE = re.compile(r"(?:\\text|\$\\)(less|greater)(?:\{\}|\$)?")

_CONTEXT = latex2text.get_default_latex_context_db()
_CONTEXT.add_context_category(
    "citations",
    prepend=True,
    macros=[
        latex2text.MacroTextSpec(name, sign)
        for name, sign in {**_SIGNS, "degree": "°", "url": "%s", "cite": ""}.items()
    ],
)
_WALKER = latex2text.LatexNodes2Text(
    latex_context=_CONTEXT, math_mode="text", keep_comments=True, keep_braced_groups=False
)

# It warns of each command that it can't render, of which a hostile field may have thousands
logging.getLogger("pylatexenc").setLevel(logging.CRITICAL)


def decode(text: str) -> str:
    """A title, a name or an abstract on one line; what can't be decoded loses its commands."""
    if not _SPEAKS.search(text):
        return clean(text)
    simple = _simple(text)
    if "\\" not in simple and "$" not in simple:
        return clean(simple)
    return _walked(text) if len(text) <= LONGEST else _stripped(text)


def verbatim(text: str) -> str:
    """An identifier or a link: escapes and braces are undone, and nothing else."""
    text = _ANGLE.sub(lambda name: _ANGLES[name[1]], text)
    return clean(re.sub(r"\\url\b|[{}]", "", _ESCAPED.sub(r"\1", text)))


def _simple(text: str) -> str:
    """The text without accents, signs, escapes and groups; other commands and formulas stay."""
    text = _SIGN.sub(lambda sign: _SIGNS[sign[1]], _ACCENT.sub(_accented, text))
    text = _ESCAPE.sub(r"\1", _LOOK.sub("", text))
    if "\\" in text:
        return text  # braces may be escaped
    return re.sub("[{}]", "", _TYPED_SIGN.sub(lambda sign: _TYPED[sign[0]], text))


def _accented(found: re.Match[str]) -> str:
    letter = found[2] or found[3] or found[5] or found[6]
    return unicodedata.normalize("NFC", letter + _ABOVE[found[1] or found[4]])


def _walked(text: str) -> str:
    written = _BARE.sub(r"\\\1", _DOLLAR.sub(_formula, _LOOK.sub("", text)))
    try:
        return clean(_WALKER.latex_to_text(written, tolerant_parsing=True))
    except (latexwalker.LatexWalkerParseError, RecursionError, IndexError, ValueError, TypeError):
        return _stripped(text)


def _formula(found: re.Match[str]) -> str:
    """A formula without its sub- and superscript marks ("CO2"); a lone dollar is money."""
    inner = found[1]
    if inner is None:
        return r"\$"
    return f"${_SCRIPT.sub('', inner)}$" if _FORMULA.search(inner) else rf"\${inner}\$"


def _stripped(text: str) -> str:
    return clean(re.sub(r"[{}]", "", _COMMAND.sub(" ", text)))
