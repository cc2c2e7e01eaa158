"""books: the use cases that join the rooms: load, derive, post, book, record, init …

A use case is imported when it is first asked for, since start-up counts: a report needs neither
the doctor nor imports. Two are named as their modules are; what is public here is the function,
and no module of another name may import such a module.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from invledger import late

if TYPE_CHECKING:
    from invledger.books.booking import BookOutcome, Signers, book
    from invledger.books.closing import CloseOutcome, close, reopen
    from invledger.books.deriving import derive, policies_of
    from invledger.books.doctor import Finding, doctor
    from invledger.books.engines import engine_of
    from invledger.books.entry import Entry
    from invledger.books.founding import NewCompany, init, sample_root
    from invledger.books.gate import changes_of_closed
    from invledger.books.importing import ImportOutcome, import_files
    from invledger.books.loading import load
    from invledger.books.masterdata import AddOutcome, add_item, add_location, add_party
    from invledger.books.opening import open_books, open_management
    from invledger.books.posting import Change, PostOutcome, post
    from invledger.books.record import Recorder, RecordOutcome, record
    from invledger.books.ruling import Rulebook, load_rules
    from invledger.books.stamping import audit_stamp

__all__ = [
    "AddOutcome", "BookOutcome", "Change", "CloseOutcome", "Entry", "Finding", "ImportOutcome",
    "NewCompany", "PostOutcome", "RecordOutcome", "Recorder", "Rulebook", "Signers",
    "add_item", "add_location", "add_party", "audit_stamp", "book",
    "changes_of_closed", "close", "derive", "doctor", "engine_of",
    "import_files", "init", "load", "load_rules", "open_books", "open_management", "policies_of",
    "post", "record", "reopen", "sample_root",
]  # fmt: skip

__getattr__ = late(
    __name__,
    {
        "booking": ("BookOutcome", "Signers", "book"),
        "closing": ("CloseOutcome", "close", "reopen"),
        "deriving": ("derive", "policies_of"),
        "doctor": ("Finding", "doctor"),
        "engines": ("engine_of",),
        "entry": ("Entry",),
        "founding": ("NewCompany", "init", "sample_root"),
        "gate": ("changes_of_closed",),
        "importing": ("ImportOutcome", "import_files"),
        "loading": ("load",),
        "masterdata": ("AddOutcome", "add_item", "add_location", "add_party"),
        "opening": ("open_books", "open_management"),
        "posting": ("Change", "PostOutcome", "post"),
        "record": ("RecordOutcome", "Recorder", "record"),
        "ruling": ("Rulebook", "load_rules"),
        "stamping": ("audit_stamp",),
    },
)
