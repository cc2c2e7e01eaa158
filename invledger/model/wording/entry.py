"""The shape of one entry in the catalogue of Problems."""

from __future__ import annotations

from typing import NamedTuple


class Wording(NamedTuple):
    """The sentences of one Problem code; `about` is its manual page (why it matters, an example)."""

    severity: str
    exit_code: int
    en: str
    zh: str
    remedy_en: str
    remedy_zh: str
    about: str = ""
