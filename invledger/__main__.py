"""`python -m invledger`."""

from invledger.cli import main

if __name__ == "__main__":
    main()
