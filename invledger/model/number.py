"""Numbers near money: integers only, one rounding function, one ASCII grammar.

Money is an integer of minor units, a quantity an integer of the item's own decimals, a price an
integer of `PRICE_DECIMALS` decimals. Every rounding of the program happens in `divide_rounded`:
half away from zero (四舍五入 of the absolute value), so that a reversal is the exact negative.
"""

from __future__ import annotations

import re

PRICE_DECIMALS = 10
PRICE_ONE = 10**PRICE_DECIMALS
DIGITS_MAX = 28

NUMBER = re.compile(r"([+-]?)(\d+)(?:\.(\d+))?", re.ASCII)


def divide_rounded(numerator: int, denominator: int) -> int:
    """`numerator / denominator` rounded half away from zero; raises ZeroDivisionError on zero."""
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    if numerator >= 0:
        return (2 * numerator + denominator) // (2 * denominator)
    return -((-2 * numerator + denominator) // (2 * denominator))


def parse_scaled(text: str, decimals: int) -> int | None:
    """Read an ASCII decimal number as an integer of `decimals` decimals.

    None where the text is no plain number, has more than 28 digits, or needs more decimals than
    allowed (trailing zeros do not count).
    """
    match = NUMBER.fullmatch(text)
    if match is None or len(text) > DIGITS_MAX + 2:
        return None
    sign, whole, fraction = match[1], match[2], match[3] or ""
    if len(fraction) > decimals:
        if fraction[decimals:].strip("0"):
            return None
        fraction = fraction[:decimals]
    value = int(whole + fraction.ljust(decimals, "0"))
    return -value if sign == "-" else value


def format_scaled(value: int, decimals: int, decimals_min: int | None = None) -> str:
    """Print an integer of `decimals` decimals: all of them, or no fewer than `decimals_min`."""
    if decimals == 0:
        return str(value)
    sign, digits = ("-" if value < 0 else ""), str(abs(value)).rjust(decimals + 1, "0")
    whole, fraction = digits[:-decimals], digits[-decimals:]
    if decimals_min is not None:
        fraction = fraction.rstrip("0").ljust(decimals_min, "0")
    return f"{sign}{whole}.{fraction}" if fraction else f"{sign}{whole}"


def format_price(value: int) -> str:
    """Print a price with at least two decimals and no idle zeros after them."""
    return format_scaled(value, PRICE_DECIMALS, 2)


def line_amount(quantity: int, quantity_decimals: int, price: int, money_decimals: int) -> int:
    """Quantity times price in minor units, rounded once."""
    scale = quantity_decimals + PRICE_DECIMALS - money_decimals
    return divide_rounded(quantity * price, 10**scale)


def share(total: int, part: int, whole: int) -> int:
    """The part of `total` that falls to `part` out of `whole`, rounded once."""
    return divide_rounded(total * part, whole)
