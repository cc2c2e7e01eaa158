"""What the engine `compiled` hands to machine code: a group of days, and the books' words.

All of it is flat memory by its address (see `ledger.flat`, `ledger.compiled_form`).
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from invledger.books.machine import Code
from invledger.books.swift import METHODS, SILENT_KEYS, Day, NotPlain, Plain
from invledger.ledger import compiled_form as form
from invledger.ledger.flat import PAD, Room, Table, address_of, ints, text
from invledger.store import FolderTree


class Desk:
    """Some days that are read, costed and printed together; used for one group after the other."""

    def __init__(self) -> None:
        self.record = ints(form.DESK_SIZE)
        self.address = address_of(self.record)
        self.dates: list[str] = []
        self._data, self._rows, self._figures = Room(0), Room(0), Room(0)
        self._context = Room(form.CONTEXT_BYTES)
        self.made, self.sums = ints(0), ints(0)
        self.ends, self.sizes, self.counts = ints(0), ints(0), ints(0)
        self.spans = ints(0)  # where each file begins and ends
        self._held: tuple[array[int], ...] = ()

    @property
    def count(self) -> int:
        """How many rows there are."""
        return self.record[form.COUNT]

    def lay(self, group: Sequence[Day]) -> None:
        """Put the text of some days down, and room for their rows; raises NotPlain, Refused."""
        files = [(number, path) for number, day in enumerate(group) for path in day.paths]
        room = sum(day.size for day in group)
        self._data = self._data.held(room)
        self.dates = [day.date for day in group]
        self.spans, size, taken = ints(0), 0, self._data.bytes
        tree = FolderTree(group[0].tree.root)  # threads do not share what it holds open
        with tree.held():
            for _, path in files:
                count = tree.read_into(path, taken[size : room + 1])
                if count < 0:
                    raise NotPlain(f"{path} grows")
                self.spans.extend((size, size + count))
                size += count
        taken[size : size + PAD] = b" " * PAD
        rows_max = size // form.LEAST + 1
        self._rows = self._rows.held(8 * form.COLUMNS * rows_max)
        numbers = ints(number for number, _ in files)
        dates = text("".join(group[number].date for number, _ in files).encode())
        days = text("".join(self.dates).encode())
        self.made, self.ends = ints(4 * len(group)), ints(len(group))
        self.sizes, self.counts = ints(len(group)), ints(len(group))
        self._held = numbers, dates, days
        self._say({
            form.DATA: self._data.address, form.DATA_SIZE: size, form.FILES: len(files),
            form.SPANS: address_of(self.spans), form.DATES: address_of(dates),
            form.FILE_DAYS: address_of(numbers), form.ROWS: self._rows.address,
            form.ROWS_MAX: rows_max, form.DAYS: len(group), form.DAY_DATES: address_of(days),
            form.ENDS: address_of(self.ends), form.MADE: address_of(self.made),
            form.SIZES: address_of(self.sizes), form.COUNTS: address_of(self.counts),
            form.CONTEXT: self._context.address,
        })  # fmt: skip

    def text_of(self, file: int) -> bytes:
        """What a file says, by its turn."""
        return self._data.bytes[self.spans[2 * file] : self.spans[2 * file + 1]].tobytes()

    def make_room(self) -> None:
        """Room for what is reckoned of the rows that were read."""
        step = 8 * self.count
        self._figures = self._figures.held((3 + form.LINE_COLUMNS) * step)
        start = self._figures.address
        self._say({
            form.ORDER: start, form.SPARE: start + step, form.COSTS: start + 2 * step,
            form.LINES: start + 3 * step,
        })  # fmt: skip

    def print_to(self, out: Room, slots: int) -> None:
        """Where vouchers, and sums of so many kinds of lines, shall stand."""
        self.sums = ints(slots * len(self.dates))
        self._say({form.OUT: out.address, form.SUMS: address_of(self.sums), form.SLOTS: slots})

    @property
    def ids(self) -> int:
        """Where the hashes of all ids begin, in total order."""
        return self.record[form.LINES] + 8 * form.LINE_ID * self.count

    def field(self, row: int, column: int) -> int:
        """What is known of a row."""
        return self._rows.ints[row * form.COLUMNS + column]

    def id_at(self, place: int) -> bytes:
        """The id of a row by its place in total order."""
        row = self._figures.ints[place]
        start, size = self.field(row, form.ID), self.field(row, form.ID_SIZE)
        return self._data.bytes[start : start + size].tobytes()

    def line(self, column: int) -> list[int]:
        """A column of what the kernel is given."""
        return self._column(column).tolist()

    def rows_noted(self) -> bytes:
        """What `prefix_months` notes of rows, column by column."""
        return b"".join(map(self._column, form.NOTED))

    def _column(self, column: int) -> memoryview[int]:
        start = (3 + column) * self.count
        return self._figures.ints[start : start + self.count]

    def inputs(self) -> list[str]:
        """The digest of each day's rows."""
        made = self.made.tobytes().hex()
        return [made[at : at + 64] for at in range(0, len(made), 64)]

    def _say(self, fields: dict[int, int]) -> None:
        for field, value in fields.items():
            self.record[field] = value


class Words:
    """The words of the books as tables, and what is known of each by its number."""

    def __init__(self, plain: Plain, code: Code) -> None:
        words, self.code = plain.words, code
        parties, items = words.parties, words.items
        named = {
            form.TYPES: words.types, form.PARTIES: [party.code for party in parties],
            form.LOCATIONS: words.locations, form.ITEMS: [item.code for item in items],
            form.SILENT: SILENT_KEYS, form.REASONS: words.reasons,
        }  # fmt: skip
        tables = {field: Table(said, code.fill) for field, said in named.items()}
        names = Table([party.name for party in parties], code.fill)
        self.methods = ints(METHODS.index(plain.method(item)) for item in items)
        #: Scopes of pools: each location may be one, each site, and the company.
        self.scopes_max = 2 * len(words.locations) + 2
        numbers = {
            form.DECIMALS: ints(item.decimals for item in items), form.RANKS: ints(words.ranks),
            form.CLASSES: ints(words.classes), form.METHODS: self.methods,
        }  # fmt: skip
        self._held = tables, names, numbers
        self.record = record = ints(form.BOOKS_SIZE)
        for field, table in tables.items():
            record[field : field + 4] = ints(table.words)
        for field, table in (
            (form.PARTY_TEXTS, tables[form.PARTIES]), (form.ITEM_TEXTS, tables[form.ITEMS]),
            (form.NAME_TEXTS, names),
        ):  # fmt: skip
            record[field : field + 2] = ints(table.texts)
        for field, values in numbers.items():
            record[field] = address_of(values)
        record[form.MONEY], record[form.SCOPES] = plain.decimals, self.scopes_max
        blank = ints(form.spelt(f" {plain.currency}".encode()))
        record[form.BLANK_CURRENCY : form.BLANK_CURRENCY + 3] = blank
        self.address = address_of(record)
        texts = [item.code for item in items]
        texts += [said for party in parties for said in (party.code, party.name)]
        #: No number, code or name takes more bytes.
        self.longest = max(72, *(len(said.encode()) for said in texts))
