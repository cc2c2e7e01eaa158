"""What compiled code and its callers both know: columns of rows, fields of records, codes.

Records are arrays of 64-bit integers; a field that holds an array holds its address.
"""

from __future__ import annotations

from invledger.ledger.prescan import LINE_BYTES_MAX

#: The entries of `ledger`, and how many numbers each takes.
ENTRIES = {
    "fill": 5, "is_plain": 2, "scan": 2, "value": 2, "assign": 3, "slot_in": 2, "resolve": 3,
    "place_lines": 4, "first_repeat": 4, "move": 4, "room_for": 2, "digest_days": 1,
    "print_days": 3,
}  # fmt: skip

#: What is known of a row, by column. Texts are where they begin and how long they are.
ROW = (
    "payee", "payee_size", "id", "id_size", "head", "counter", "type", "party", "reason",
    "reason_size", "rank", "source", "target", "item", "quantity", "price", "price_decimals",
    "key", "id_hash", "like", "net", "day", "digest",
)  # fmt: skip
(
    PAYEE, PAYEE_SIZE, ID, ID_SIZE, HEAD, COUNTER, TYPE, PARTY, REASON,
    REASON_SIZE, RANK, SOURCE, TARGET, ITEM, QUANTITY, PRICE, PRICE_DECIMALS,
    KEY, ID_HASH, LIKE, NET, DAY, DIGEST,
) = range(len(ROW))  # fmt: skip
DIGEST_WORDS = 4  # SHA-256 of the movement's text, as numbers, from DIGEST on
COLUMNS = len(ROW) - 1 + DIGEST_WORDS
LEAST = 120  # bytes: no plain block is shorter

#: Columns of what the kernel is given, in total order.
(
    LINE_KIND, LINE_SOURCE, LINE_TARGET, LINE_QUANTITY, LINE_VALUE, LINE_METHOD, LINE_ID,
    LINE_ITEM, LINE_LIKE,
) = range(9)  # fmt: skip
LINE_COLUMNS = 9
NOTED = (LINE_LIKE, LINE_ITEM, LINE_QUANTITY, LINE_VALUE)  # from which the others follow

#: What `is_plain` says of a text.
UNCLEAN, ASCII, BEYOND_ASCII = range(3)

#: The books: words (four fields each) and their texts (two), arrays by the number of a word, the
#: decimals of money, how many scopes of pools there may be, and ` CNY` as `spelt`.
(
    TYPES, PARTIES, LOCATIONS, ITEMS, SILENT, REASONS, PARTY_TEXTS, ITEM_TEXTS, NAME_TEXTS,
    DECIMALS, RANKS, CLASSES, METHODS, MONEY, SCOPES, BLANK_CURRENCY,
) = (0, 4, 8, 12, 16, 20, 24, 26, 28, 30, 31, 32, 33, 34, 35, 36)  # fmt: skip
BOOKS_SIZE = 39

#: Some days that are read together. Texts are read from DATA; DATES holds ten bytes a file, as
#: DAY_DATES does a day; MADE takes 32 bytes of digest a day; CONTEXT is room to make one in (the
#: digest, then what the function needs, then a text), SPARE for as many numbers as there are rows.
(
    DATA, DATA_SIZE, FILES, SPANS, DATES, FILE_DAYS, ROWS, ROWS_MAX, COUNT, ORDER, SPARE, LINES,
    COSTS, DAYS, DAY_DATES, ENDS, MADE, CONTEXT, OUT, SIZES, COUNTS, SUMS, SLOTS,
) = range(23)  # fmt: skip
DESK_SIZE = 23
CONTEXT_TEXT = 160  # where the text begins
BLOCK_MAX = LINE_BYTES_MAX  # bytes of a block, so that no line of it is too long
CONTEXT_BYTES = CONTEXT_TEXT + 2 * BLOCK_MAX

#: Stencils as flat arrays (see `compiled_print`), and which number each kind of row has.
(
    STENCILS, VOUCHERS, PARTS, STEPS, BLOB, KEY_SLOTS, KEY_MASK, KEYS,
) = range(8)  # fmt: skip
PROGRAM_SIZE = 8
STENCIL_COLUMNS, VOUCHER_COLUMNS, PART_COLUMNS, STEP_COLUMNS = 8, 6, 6, 6
STENCIL_CLOSES = 7  # of a stencil: whether it has lines that are posted once a month

#: A step of a program: a text (where in the blob, how long) and a code for what follows it.
NOTHING, DATE, PAYEE_OF, ID_OF, ITEM_OF, PARTY_OF, COUNT_OF, FIGURE = range(8)


def spelt(text: bytes) -> tuple[int, int, int]:
    """A text of up to 16 bytes as `compiled_text.says` takes it."""
    return (
        int.from_bytes(text[:8], "little"), int.from_bytes(text[8:], "little"), len(text)
    )  # fmt: skip
