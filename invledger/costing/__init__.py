"""costing: see the design, section 4."""
