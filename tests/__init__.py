"""The tests: a package, so that helpers can be imported by their full name."""
