"""costing: the kernel. Lines in total order and policies in; costs, layers and findings out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from invledger import late

if TYPE_CHECKING:
    from invledger.costing.explain import Node, explain_line
    from invledger.costing.flows import Flow, Flows, flows_into
    from invledger.costing.focus import focus
    from invledger.costing.interface import (
        Costed,
        CostLine,
        Kind,
        Layer,
        PoolState,
        Rate,
        Setting,
        Share,
        Switch,
        Trouble,
        TrueUp,
    )
    from invledger.costing.kernel import cost
    from invledger.costing.methods import METHODS
    from invledger.costing.run import KernelError
    from invledger.costing.trouble import problem_of

__all__ = [
    "METHODS", "CostLine", "Costed", "Flow", "Flows", "KernelError", "Kind", "Layer", "Node",
    "PoolState", "Rate", "Setting", "Share", "Switch", "Trouble", "TrueUp", "cost",
    "explain_line", "flows_into", "focus", "problem_of",
]  # fmt: skip

__getattr__ = late(
    __name__,
    {
        "explain": ("Node", "explain_line"),
        "flows": ("Flow", "Flows", "flows_into"),
        "focus": ("focus",),
        "interface": (
            "Costed", "CostLine", "Kind", "Layer", "PoolState", "Rate", "Setting", "Share",
            "Switch", "Trouble", "TrueUp",
        ),
        "kernel": ("cost",),
        "methods": ("METHODS",),
        "run": ("KernelError",),
        "trouble": ("problem_of",),
    },
)  # fmt: skip
