"""Exact fractions to decimal text and back, as accounts are written."""

from __future__ import annotations

from fractions import Fraction

from invledger.model import divide_rounded

DECIMALS_MAX = 10  # of a price in the books


def decimals_of(exact: Fraction, most: int = DECIMALS_MAX) -> int | None:
    """How many decimals write the number exactly; None where `most` do not."""
    for decimals in range(most + 1):
        if (exact * 10**decimals).denominator == 1:
            return decimals
    return None


def plain(exact: Fraction, decimals: int = 0) -> str:
    """The number in full, with at least so many decimals; it has no more than 10."""
    needed = decimals_of(exact, 20)
    if needed is None:
        raise ValueError(f"{exact} is no decimal number")
    return rounded(exact, max(decimals, needed))


def rounded(exact: Fraction, decimals: int) -> str:
    """The number with so many decimals, half away from zero."""
    scaled = exact * 10**decimals
    digits = divide_rounded(scaled.numerator, scaled.denominator)
    sign, text = ("-" if digits < 0 else ""), str(abs(digits)).rjust(decimals + 1, "0")
    return f"{sign}{text[:-decimals]}.{text[-decimals:]}" if decimals else f"{sign}{text}"


def like(model: str, exact: Fraction) -> str:
    """The number with as many decimals as the model has."""
    return rounded(exact, len(model.partition(".")[2]))
