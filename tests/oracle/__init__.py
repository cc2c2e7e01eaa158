"""Figures from elsewhere: published cases, exact fractions, beancount's own booking."""
