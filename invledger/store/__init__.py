"""store: see the design, section 4."""
