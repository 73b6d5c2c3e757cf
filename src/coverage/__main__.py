"""`python -m coverage` is the command `vote-coverage`."""

from coverage.cli import main

if __name__ == "__main__":
    main()
