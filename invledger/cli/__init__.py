"""cli: see the design, section 4."""
