"""Percentages of counts as people print them; needs no library, since `check` has to be quick."""

from decimal import ROUND_HALF_UP, Decimal, localcontext

DIGITS_IF_NONE_PRINTED = 1


def rounded_percent(events: int, total: int, digits: int) -> str:
    """100 events/total as text, half rounded up, in exact arithmetic: 1 of 80 is 1.3, never 1.2."""
    with localcontext() as context:
        context.prec = 60
        exact = Decimal(100) * events / Decimal(total)
        return str(exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP))


def as_printed(events: int, total: int, printed: str) -> str:
    """The percentage with as many digits as were printed, one if nothing was."""
    digits = len(printed.partition(".")[2]) if printed else DIGITS_IF_NONE_PRINTED
    return rounded_percent(events, total, digits)
