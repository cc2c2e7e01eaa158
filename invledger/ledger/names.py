"""Codes of the outside world -> legal names of the ledger, by injective functions.

A code that is legal already stays as it is. Any other gets a reserved beginning and spells what is
illegal in hexadecimal UTF-8, so that two codes never meet in one name; the original is kept in
quoted metadata (`sku:`, `code:`, `doc:`).
"""

from __future__ import annotations

import re
import unicodedata

_SKU = "SKU."
_PART = "Z-"
_LINK = "_."

_LEGAL_COMMODITY = re.compile(r"[A-Z][A-Z0-9._-]*[A-Z0-9]")
_WORDS = frozenset({"TRUE", "FALSE", "NULL"})

#: ISO 4217: active codes of money, precious metals and funds.
CURRENCIES = frozenset(
    """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD
    BTN BWP BYN BZD CAD CDF CHE CHF CHW CLF CLP CNH CNY COP COU CRC CUC CUP CVE CZK DJF DKK
    DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS
    INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD
    MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR
    PAB PEN PGK PHP PKR PLN PYG QAR RMB RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SLL
    SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU
    UYW UZS VED VES VND VUV WST XAF XAG XAU XCD XDR XOF XPD XPF XPT XSU XUA YER ZAR ZMW ZWG
    ZWL
    """.split()  # noqa: SIM905 - a list of one code a line would hide the file
)


#: Letters of codes: plain ones, accented Latin ones, Han. Nothing that only looks like another:
#: no Greek, Cyrillic or full-width letters, no foreign digits, no marks.
CODE_LETTERS = "A-Za-z0-9\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u017f\u3400-\u4dbf\u4e00-\u9fff"


def strange_in(code: str) -> str:
    """The name of the first character that no code may hold, or ""."""
    if code.isascii() and code.isprintable() and code == code.strip(" "):
        return ""
    found = re.search(f"[^ -~{CODE_LETTERS}]|^ | $", code)  # compiled late: it takes long
    return unicodedata.name(found[0], f"U+{ord(found[0]):04X}") if found else ""


def is_like_currency(name: str) -> bool:
    """Whether a commodity is named like money."""
    return name in CURRENCIES


def commodity_of(sku: str) -> str:
    """The commodity for an item code: legal in beancount, never a currency; injective.

    `COLA-330` stays; `6901234567890` becomes `SKU.6901234567890`; anything else is spelled
    between apostrophes (`可乐` -> `SKU.'E58FAFE4B990'''0`).
    """
    is_legal = _LEGAL_COMMODITY.fullmatch(sku) is not None
    if is_legal and not (sku.startswith(_SKU) or sku in _WORDS or is_like_currency(sku)):
        return sku
    body = _spelled(sku, r"[A-Z0-9._-]+", "'{}'")
    # A commodity ends in a letter or digit; an empty spelling occurs nowhere else.
    return _SKU + (body if body[-1:].isalnum() else body + "''0")


def account_component_of(text: str) -> str:
    """A legal component of an account name for any text; injective.

    Letters of every script are legal after a first capital letter or digit: `W01-华东仓` stays,
    `银行` becomes `Z-银行`, other characters are spelled (`a b` -> `Z-a-20-b`).
    """
    if text and not text.startswith(_PART) and _is_component(text):
        return text
    parts = []
    for character in text:
        if character == "-":
            parts.append("--")
        elif character.isalpha() or character.isdecimal():
            parts.append(character)
        else:
            parts.append(f"-{character.encode().hex().upper()}-")
    return _PART + "".join(parts)


def _is_component(text: str) -> bool:
    first = unicodedata.category(text[0])
    return first in {"Lu", "Nd"} and all(
        character == "-" or character.isalpha() or character.isdecimal() for character in text
    )


def link_of(text: str) -> str:
    """A legal link or tag (without `^`) for any text; injective. `PO-2601-0007` stays."""
    is_legal = re.fullmatch(r"[A-Za-z0-9/._-]+", text) is not None
    if is_legal and not text.startswith(_LINK):
        return text
    return _LINK + _spelled(text.replace("_", "__"), r"[A-Za-z0-9/._-]+", "_{}_")


def _spelled(text: str, legal: str, form: str) -> str:
    """Runs of illegal characters in hexadecimal UTF-8, in a form that legal runs cannot have."""
    pieces = []
    at = 0
    for run in re.finditer(legal, text):
        if run.start() > at:
            pieces.append(form.format(text[at : run.start()].encode().hex().upper()))
        pieces.append(run[0])
        at = run.end()
    if at < len(text):
        pieces.append(form.format(text[at:].encode().hex().upper()))
    return "".join(pieces)
