"""`python -m dendrax` is the command line, wherever Python is."""

from dendrax.cli.main import main

if __name__ == "__main__":
    main()
