"""capture: intake from outside. Imports of tables: `plan_import`, `control_table`."""

from invledger.capture.controls import control_table
from invledger.capture.counting import FileCount, ImportPlan, LeftOutCount, OutputCount
from invledger.capture.import_map import ImportMap, MapDocument
from invledger.capture.map_reader import read_import_map
from invledger.capture.plan import plan_import

__all__ = [
    "FileCount", "ImportMap", "ImportPlan", "LeftOutCount", "MapDocument", "OutputCount",
    "control_table", "plan_import", "read_import_map",
]  # fmt: skip
