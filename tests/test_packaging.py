"""What is installed has everything that the clone has."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "soundlasso"


def test_every_file_of_the_package_is_installed() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    patterns = settings["package-data"]["soundlasso"]
    # Below Python 3.13, "**" at the end means folders alone.
    matched = [list(PACKAGE.glob(f"{p}/*" if p.endswith("**") else p)) for p in patterns]
    assert all(matched), "a pattern of package-data matches nothing"
    installed = {path for paths in matched for path in paths}
    for path in PACKAGE.rglob("*"):
        if path.is_file() and path.suffix not in (".py", ".pyc"):
            assert path in installed, f"{path.relative_to(PACKAGE)} would not be installed"


def test_every_folder_with_code_is_a_package() -> None:
    for path in PACKAGE.rglob("*.py"):
        assert (path.parent / "__init__.py").is_file(), f"{path.parent} would not be installed"
