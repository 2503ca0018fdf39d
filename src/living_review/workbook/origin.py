"""What a row of a sheet was made from, carried by the row itself as one word.

So it survives whatever a spreadsheet does to the rest: sorting, copying, another format, a sheet
saved alone. Whoever changes it by hand is told.
"""

import base64
import binascii
import json
import zlib
from typing import NamedTuple

VERSION = "1."
CHECKED = 8  # hex digits of the CRC that guards against damage
MOST_UNPACKED = 2_000_000  # bytes


class Origin(NamedTuple):
    """The sheet, and the cells that are compared, as they stood when the row was made."""

    sheet: str
    cells: dict[str, str]
    stands: bool  # in a table or ledger; else filled in for somebody to complete


def pack(origin: Origin) -> str:
    text = json.dumps(origin, ensure_ascii=False, separators=(",", ":")).encode()
    packed = base64.urlsafe_b64encode(zlib.compress(text, 9)).decode()
    return f"{VERSION}{zlib.crc32(text):0{CHECKED}x}.{packed}"


def unpack(word: str) -> Origin | None:
    """None if the word is not one that `pack` wrote."""
    try:
        said, packed = word.removeprefix(VERSION).split(".")
        unpacker = zlib.decompressobj()
        text = unpacker.decompress(base64.urlsafe_b64decode(packed), MOST_UNPACKED)
        if not word.startswith(VERSION) or int(said, 16) != zlib.crc32(text):
            return None
        sheet, cells, stands = json.loads(text)
    except (ValueError, zlib.error, binascii.Error):
        return None
    plain = isinstance(cells, dict) and all(isinstance(cell, str) for cell in cells.values())
    return Origin(sheet, cells, stands) if plain else None
