"""books: see the design, section 4."""
