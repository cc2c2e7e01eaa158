"""capture: see the design, section 4."""
