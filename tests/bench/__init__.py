"""Speed and memory: `python -m tests.bench --n 100000`, or `make bench N=100000`."""
