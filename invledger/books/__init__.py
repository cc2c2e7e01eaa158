"""books: the use cases that join the rooms: load, derive, post, book, record, init …"""

from invledger.books.booking import BookOutcome, Signers, book
from invledger.books.deriving import derive, policies_of
from invledger.books.doctor import Finding, doctor
from invledger.books.entry import Entry
from invledger.books.founding import NewCompany, init, sample_root
from invledger.books.importing import ImportOutcome, import_files
from invledger.books.loading import Rulebook, load, load_rules
from invledger.books.masterdata import AddOutcome, add_item, add_location, add_party
from invledger.books.opening import open_books
from invledger.books.posting import Change, PostOutcome, post
from invledger.books.record import Recorder, RecordOutcome, record
from invledger.books.stamping import audit_stamp

__all__ = [
    "AddOutcome", "BookOutcome", "Change", "Entry", "Finding", "ImportOutcome",
    "NewCompany", "PostOutcome", "RecordOutcome", "Recorder", "Rulebook", "Signers",
    "add_item", "add_location", "add_party", "audit_stamp", "book", "derive", "doctor",
    "import_files", "init", "load", "load_rules", "open_books", "policies_of", "post",
    "record", "sample_root",
]  # fmt: skip
