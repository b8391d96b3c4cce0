"""`python -m overt.cli`."""

from overt.cli import main

if __name__ == "__main__":
    main()
