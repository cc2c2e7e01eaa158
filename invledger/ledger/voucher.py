"""Vouchers as text, as files of a day, and as a digest that knows no number and no place."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256

from invledger.ledger.layout import aligned, header, meta_lines
from invledger.model import Posting, Voucher, format_scaled

_USUAL_WORD = "记"


def print_voucher(voucher: Voucher, decimals: int) -> str:
    """A voucher as one block; what people wrote (`derived` False) has no `voucher:`."""
    tags = dict(voucher.meta).get("tags", "")
    lines = [header(voucher.date, (voucher.payee, voucher.narration), voucher.links, tags)]
    lines += meta_lines(
        [
            ("voucher", voucher.identity if voucher.derived else ""),
            ("word", voucher.word if voucher.word != _USUAL_WORD else ""),
            *(pair for pair in voucher.meta if pair[0] != "tags"),
        ]
    )
    for posting in voucher.postings:
        lines.append(
            aligned(
                f"  {posting.account}", format_scaled(posting.amount, decimals), posting.currency
            )
        )
        lines += ["    red: TRUE"] if posting.red else []
        lines += meta_lines(posting.meta, "    ")
    return "\n".join(lines) + "\n"


def print_voucher_file(
    vouchers: Sequence[Voucher], decimals: int, *, engine: str, inputs: str
) -> str:
    """A day's derived vouchers in the order given; `inputs` is the digest of what they rest on."""
    head = f"; derived by invledger {engine} — do not edit\n; inputs: sha256:{inputs}\n"
    return "\n".join([head, *(print_voucher(voucher, decimals) for voucher in vouchers)])


def voucher_digest(voucher: Voucher, decimals: int) -> str:
    """SHA-256 (hex) over all a voucher says; its number, file and line are no part of it."""
    said = [
        voucher.date, voucher.identity, voucher.word, voucher.payee, voucher.narration,
        sorted(set(voucher.links)), sorted(voucher.meta),
        [_said(posting, decimals) for posting in voucher.postings],
    ]  # fmt: skip
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def _said(posting: Posting, decimals: int) -> list[object]:
    amount = format_scaled(posting.amount, decimals)
    return [posting.account, amount, posting.currency, posting.red, sorted(posting.meta)]
