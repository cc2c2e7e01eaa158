"""Decimals of currencies: declared ones win, then the minor units of ISO 4217, else two."""

from __future__ import annotations

from types import MappingProxyType

#: ISO 4217, list one: currencies whose minor unit is not a hundredth.
MINOR_UNITS = MappingProxyType(
    dict.fromkeys(
        ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND",
         "VUV", "XAF", "XOF", "XPF"),
        0,
    )
    | dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3)
)  # fmt: skip
USUAL = 2
