"""ledger: text <-> records (design, section 2). Pure: bytes and a Tree in, values and text out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from invledger import late
from invledger.ledger.prescan import prescan

if TYPE_CHECKING:
    from invledger.ledger.blocks import Foreign
    from invledger.ledger.cache import dump_raw, load_raw
    from invledger.ledger.effective import item_at, location_at, party_at
    from invledger.ledger.entry import empty_files, entry_files
    from invledger.ledger.many_vouchers import voucher_printer
    from invledger.ledger.master import class_of, read_master, read_roles, read_units
    from invledger.ledger.money import read_money, read_register
    from invledger.ledger.movements import READER_VERSION, read_raw
    from invledger.ledger.names import (
        account_component_of,
        commodity_of,
        is_like_currency,
        link_of,
    )
    from invledger.ledger.order import id_key
    from invledger.ledger.pinpoint import pinpoint
    from invledger.ledger.print_master import (
        print_account,
        print_item,
        print_location,
        print_party,
        print_period,
        print_price,
        print_register_entry,
        print_setting,
    )
    from invledger.ledger.printer import print_movement, print_value_document
    from invledger.ledger.resolve import resolve
    from invledger.ledger.sums import judge_sum, sum_of, with_sum
    from invledger.ledger.voucher import print_voucher, print_voucher_file, voucher_digest

__all__ = [
    "READER_VERSION", "Foreign", "account_component_of", "class_of", "commodity_of", "dump_raw",
    "empty_files", "entry_files", "id_key", "is_like_currency", "item_at", "judge_sum", "link_of",
    "load_raw", "location_at", "party_at", "pinpoint", "prescan", "print_account", "print_item",
    "print_location", "print_movement", "print_party", "print_period", "print_price",
    "print_register_entry", "print_setting", "print_value_document", "print_voucher",
    "print_voucher_file", "read_master", "read_money", "read_raw", "read_register", "read_roles",
    "read_units", "resolve", "sum_of", "voucher_digest", "voucher_printer", "with_sum",
]  # fmt: skip

__getattr__ = late(
    __name__,
    {
        "blocks": ("Foreign",),
        "cache": ("dump_raw", "load_raw"),
        "effective": ("item_at", "location_at", "party_at"),
        "entry": ("empty_files", "entry_files"),
        "many_vouchers": ("voucher_printer",),
        "master": ("class_of", "read_master", "read_roles", "read_units"),
        "money": ("read_money", "read_register"),
        "movements": ("READER_VERSION", "read_raw"),
        "names": ("account_component_of", "commodity_of", "is_like_currency", "link_of"),
        "order": ("id_key",),
        "pinpoint": ("pinpoint",),
        "print_master": (
            "print_account", "print_item", "print_location", "print_party", "print_period",
            "print_price", "print_register_entry", "print_setting",
        ),
        "printer": ("print_movement", "print_value_document"),
        "resolve": ("resolve",),
        "sums": ("judge_sum", "sum_of", "with_sum"),
        "voucher": ("print_voucher", "print_voucher_file", "voucher_digest"),
    },
)  # fmt: skip
