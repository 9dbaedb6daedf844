# Tradewire. GNU make and a POSIX shell; everything else is installed into .venv from locked requirements.

PYTHON ?= python3
VENV ?= .venv
ARGS ?=
WORKERS ?= 3
KILLS ?= 1000

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check
DEMO := build/demo

PYTEST = $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal
# The tests of the pure rooms prove their coverage. Measuring it doubles their time, so `make test` leaves it to CI.
PURE := tests/core tests/properties tests/render tests/sources tests/topics tests/watchers

# Stamps say what is done, so that a second run starts at once.
MADE := $(VENV)/.made
RUNS := $(VENV)/.runs
DEVELOPS := $(VENV)/.develops

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test unit coverage soak bench lint run check wheel lock clean

help: ## list what can be made
	@echo 'Usage: make TARGET [PYTHON=python3.12] [ARGS="..."]'
	@echo
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-8s %s\n", $$1, $$2 }' Makefile

demo: $(RUNS) ## replay real history on this machine: no token, no network
	@mkdir -p $(DEMO)
	@$(BIN)/tradewire demo --keep $(DEMO) $(ARGS)

test: lint unit ## run every check

unit: $(DEVELOPS) ## run the tests alone (ARGS="-k word" for some)
	$(PYTEST) $(or $(ARGS),tests)

coverage: $(DEVELOPS) ## prove how much of the pure rooms their tests reach
	$(PYTEST) --cov --cov-config=tests/coverage.ini $(PURE)

soak: $(DEVELOPS) ## kill the service 1,000 times (or KILLS=300); writes build/soak.json
	@mkdir -p build
	TRADEWIRE_CRASH_ROUNDS=$(KILLS) TRADEWIRE_SOAK=build/soak.json $(BIN)/python -m pytest tests/crash/test_service_kills.py -p no:xdist

bench: $(RUNS) ## time it beside named peers; writes build/bench.json
	@$(BIN)/python -m tests.bench.run

lint: $(DEVELOPS) ## check style and types
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy

run: $(RUNS) ## run the service with your config.toml
	@$(BIN)/tradewire run $(ARGS)

check: $(RUNS) ## read all sources now with your config.toml, and send what is due
	@$(BIN)/tradewire check $(ARGS)

wheel: $(RUNS) ## build the wheel into dist/
	$(BIN)/python -m hatchling build -t wheel

lock: ## write the locked requirements anew (needs uv)
	@command -v uv >/dev/null 2>&1 || { echo 'make lock needs uv: https://docs.astral.sh/uv/' >&2; exit 1; }
	@mkdir -p build
	$(PYTHON) -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep="\n")' > build/build.in
	$(LOCK) pyproject.toml build/build.in -o requirements.txt
	$(LOCK) pyproject.toml build/build.in --group dev -c requirements.txt -o requirements-dev.txt

LOCK = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate

clean: ## remove what was made, .venv included; your config.toml and store stay
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage .coverage.*
	find bot watchers tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(MADE):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Tradewire needs Python 3.11 or newer; $(PYTHON) is: $$($(PYTHON) --version 2>&1 | head -n 1)" >&2; \
	  echo 'try: make $(MAKECMDGOALS) PYTHON=python3.12' >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo 'this Python comes without venv; on Debian and Ubuntu install the package python3-venv' >&2; exit 1; }
	@echo 'Making $(VENV) ...'
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(RUNS): $(MADE) requirements.txt pyproject.toml
	@echo 'Installing the locked requirements ...'
	@$(PIP) --require-hashes --no-deps -r requirements.txt
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(DEVELOPS): $(RUNS) requirements-dev.txt
	@echo 'Installing what the checks need ...'
	@$(PIP) --require-hashes --no-deps -r requirements-dev.txt
	@touch $@
