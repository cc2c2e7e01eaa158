"""Standard cost 标准成本法: what is on hand is worth its standard, whatever was paid (CO-05).

Goods come in and leave at the standard value that `Setting.standards` gives for the line; what
was paid more or less is a variance of the line that brought them in. The pool holds the sum of
these values, so the rounding of single lines stays in it until the last unit takes it.
"""

from __future__ import annotations

from typing import ClassVar

from invledger.costing.average import AveragePool


class StandardPool(AveragePool):
    """One value, kept at standard by `Run.bring` and `Run.withdraw`."""

    __slots__ = ()

    at_standard: ClassVar[bool] = True
