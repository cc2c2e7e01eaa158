"""`python -m invledger`.

Python puts the working folder first on its path for `-m`. Books are no place to find modules in,
so it is taken away before anything else is imported; `python -P -m invledger` and the console
script never have it.
"""

import sys

if not sys.flags.safe_path:
    del sys.path[0]

from invledger.cli import main

if __name__ == "__main__":
    main()
