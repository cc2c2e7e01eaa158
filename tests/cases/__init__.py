"""Published costing cases, run through the whole program: `python -m tests.cases FOLDER`."""
