"""Tests of posting: rules, valuation, vouchers."""
