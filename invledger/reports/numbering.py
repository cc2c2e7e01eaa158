"""How a voucher is called in a report: 记-1 where it is booked, its identity where it is not."""

from __future__ import annotations

from dataclasses import dataclass

from invledger.model import Voucher
from invledger.posting.sources import Sources


@dataclass(slots=True)
class VoucherNames:
    """Names of vouchers by identity, and of the voucher that a movement made."""

    numbers: dict[str, tuple[str, int]]  # identity -> word, number
    by_movement: dict[str, str]  # id of a movement -> identity of its first voucher

    @classmethod
    def of(cls, sources: Sources) -> VoucherNames:
        numbers = {entry.identity: (entry.word, entry.number) for entry in sources.register}
        by_movement: dict[str, str] = {}
        for voucher in sources.posted:
            for link in voucher.links:
                by_movement.setdefault(link, voucher.identity)
        return cls(numbers, by_movement)

    def of_voucher(self, voucher: Voucher) -> str:
        """`记-1`, or the empty text for a voucher that is not booked."""
        found = self.numbers.get(voucher.identity)
        return f"{found[0]}-{found[1]}" if found is not None else ""

    def of_movement(self, id_: str) -> str:
        """Number of the voucher of a movement, its identity while not booked, or nothing."""
        return self.of_identity(self.by_movement.get(id_, ""))

    def of_identity(self, identity: str) -> str:
        """Number of a voucher, its identity while not booked."""
        found = self.numbers.get(identity)
        return f"{found[0]}-{found[1]}" if found is not None else identity
