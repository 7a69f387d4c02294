"""``python -m soundlasso``."""

from soundlasso.cli import main

if __name__ == "__main__":
    main()
