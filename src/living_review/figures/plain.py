"""Outside text as one line of characters that any text format may hold."""

import re
import unicodedata

# What can't stand in XML, and what turns the direction of the text around it (a title that is
# read in another order than it is written can hide what it says).
_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\uffff"
    "\ud800-\udfff\U0001fffe\U0001ffff]"
)


def one_line(value: object) -> str:
    """The value as text: no control characters, no line breaks, spaces single, NFC; None is ""."""
    if value is None:
        return ""
    text = unicodedata.normalize("NFC", _UNPRINTABLE.sub(" ", str(value)))
    return " ".join(text.split())
