"""posting: see the design, section 4."""
