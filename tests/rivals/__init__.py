"""The same movements in other systems: where and why figures differ. Not part of the tests."""
