"""`python -m tuilab` and the `tuilab` command."""

from tuilab.cli import main

if __name__ == "__main__":
    main()
