"""render: see the design, section 4."""
