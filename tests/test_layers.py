"""Imports only point downwards, and importing costs little."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import soundlasso

ROOT = Path(soundlasso.__file__).parent

# A part may import the parts that are named behind it, itself, and what everybody may.
EVERYBODY = {"errors", "_version", "atomic", "config", "processes", "database"}
ALLOWED: dict[str, set[str]] = {
    "errors": set(),
    "_version": set(),
    "atomic": set(),
    "config": set(),
    "processes": set(),
    "database": set(),
    # Architecture.
    "dsp": set(),
    "nn": {"dsp"},
    "models": {"nn", "dsp"},
    # Use.
    "audio": set(),
    "metrics": set(),
    "query": {"models", "nn"},
    "device": set(),
    "plotting": {"audio"},
    "engine": {"audio", "query", "dsp"},
    # Where the two columns meet.
    "zoo": {"models", "nn", "dsp", "query", "engine"},
    "api": {"zoo", "engine", "query", "device"},
    # Data and training, which separating never touches.
    "corpus": set(),
    "datasets": {"audio", "corpus"},
    "mixing": {"corpus", "dsp"},
    "training": {
        "models", "nn", "dsp", "query", "corpus", "mixing", "metrics", "plotting", "zoo",
    },
    "evaluation": {"audio", "corpus", "dsp", "engine", "metrics", "mixing", "plotting"},
    "listening": {"audio", "engine", "evaluation", "plotting"},
    "web": {"__init__", "audio", "engine", "listening", "plotting", "zoo"},
    # The top.
    "__init__": {"api", "audio", "engine", "zoo"},
    "cli": {
        "__init__", "api", "audio", "corpus", "datasets", "device", "engine", "evaluation",
        "listening", "mixing", "plotting", "query", "training", "web", "zoo",
    },
    "__main__": {"cli"},
}  # fmt: skip


def _part(module: str) -> str:
    return module.split(".")[1] if "." in module else "__init__"


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: relative import"
            names = [node.module]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        found |= {_part(name) for name in names if name.split(".")[0] == "soundlasso"}
    return found


def test_imports_point_downwards() -> None:
    checked = 0
    for path in ROOT.rglob("*.py"):
        relative = path.relative_to(ROOT)
        part = relative.parts[0].removesuffix(".py")
        wrong = _imports(path) - ALLOWED[part] - EVERYBODY - {part}
        assert not wrong, f"{relative} imports {', '.join(sorted(wrong))}"
        checked += 1
    assert checked > 60


def test_allowed_imports_have_no_cycle() -> None:
    left = dict(ALLOWED)
    while left:
        free = [part for part, needs in left.items() if not needs & left.keys()]
        assert free, f"a cycle among {sorted(left)}"
        for part in free:
            del left[part]


def _modules_after(statement: str) -> set[str]:
    code = f"import json, sys; {statement}; print(json.dumps(list(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    return set(json.loads(result.stdout))


def test_importing_the_package_and_the_cli_loads_nothing_heavy() -> None:
    heavy = {"torch", "numpy", "soundfile", "transformers", "matplotlib", "av", "rich.progress"}
    assert not heavy & _modules_after("import soundlasso")
    assert not heavy & _modules_after("import soundlasso.cli")


def test_separating_loads_neither_training_nor_optional_packages() -> None:
    loaded = _modules_after("import soundlasso; soundlasso.load")
    assert "soundlasso.engine.separator" in loaded
    unwanted = {"transformers", "matplotlib", "av", "huggingface_hub", "scipy"}
    assert not unwanted & loaded
    assert not [
        name for name in loaded if name.startswith(("soundlasso.training", "soundlasso.corpus"))
    ]
