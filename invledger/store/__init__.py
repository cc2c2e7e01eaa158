"""store: the disk. Tree on a folder, YAML, append, atomic replace, locks, cache, child process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from invledger import late

if TYPE_CHECKING:
    from invledger.store.append import Appended, append_block
    from invledger.store.cache import Cache, StatIndex
    from invledger.store.child import run_foreign
    from invledger.store.counter import next_number, state_folder
    from invledger.store.folder import FolderTree, holding, read_given
    from invledger.store.lock import Lock
    from invledger.store.replace import replace_file, replace_files
    from invledger.store.root import find_root, is_company
    from invledger.store.yamlfile import parse_yaml, read_yaml

__all__ = [
    "Appended", "Cache", "FolderTree", "Lock", "StatIndex",
    "append_block", "find_root", "holding", "is_company", "next_number", "parse_yaml",
    "read_given", "read_yaml", "replace_file", "replace_files", "run_foreign", "state_folder",
]  # fmt: skip

__getattr__ = late(
    __name__,
    {
        "append": ("Appended", "append_block"),
        "cache": ("Cache", "StatIndex"),
        "child": ("run_foreign",),
        "counter": ("next_number", "state_folder"),
        "folder": ("FolderTree", "holding", "read_given"),
        "lock": ("Lock",),
        "replace": ("replace_file", "replace_files"),
        "root": ("find_root", "is_company"),
        "yamlfile": ("parse_yaml", "read_yaml"),
    },
)  # fmt: skip
