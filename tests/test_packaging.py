"""What is installed has everything that the clone has."""

import tomllib
from glob import glob
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "soundlasso"


def test_every_file_of_the_package_is_installed() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    patterns = settings["package-data"]["soundlasso"]
    matched = [glob(pattern, root_dir=PACKAGE, recursive=True) for pattern in patterns]
    assert all(matched), "a pattern of package-data matches nothing"
    installed = {name for names in matched for name in names}
    there = [path for path in PACKAGE.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    for path in there:
        name = path.relative_to(PACKAGE).as_posix()
        assert path.suffix == ".py" or name in installed, f"{name} would not be installed"
    assert {"zoo", "training", "web"} < {path.parent.parent.name for path in there}


def test_every_folder_with_code_is_a_package() -> None:
    for path in PACKAGE.rglob("*.py"):
        assert (path.parent / "__init__.py").is_file(), f"{path.parent} would not be installed"
