"""invledger: inventory and finance books as plain text under git (出入库财务管理系统).

The rooms and the one direction of imports between them are drawn in the README; each room's
`__init__.py` names its public functions.
"""

__version__ = "0.1.0"
