# make demo   set up and play the 2022 campaign, then open the Prefect UI
# make test   set up, then lint, types and all tests, on all cores
# make quick  the tests that need no server and no patience
# make faults kills, stops and power cuts, all that are tried, and what they cost
# make bench  how long things take, each beside its peer or limit
# make lock   compile the hash-locked requirements anew from pyproject.toml

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --compile-bytecode

.PHONY: setup demo test quick faults bench lint lock clean

setup: $(VENV)/.runtime

$(VENV)/.uv: requirements-uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo 'Python 3.11 or later is needed: make PYTHON=python3.12'; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo 'The venv module is needed: apt-get install python3-venv'; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.txt
	@touch $@

$(VENV)/.runtime: $(VENV)/.uv requirements.txt pyproject.toml
	$(INSTALL) -r requirements.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q cuibao flows
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.txt
	$(INSTALL) -r requirements-dev.txt
	@touch $@

demo: export CUIBAO_HOME := $(CURDIR)/.demo
demo: setup
	@rm -rf $(CUIBAO_HOME)
	@$(BIN)/cuibao replay --from 2022-04-18 --to 2022-07-26 --leave-last-morning
	@CUIBAO_NOW=2022-07-26T08:30 $(BIN)/cuibao up --run-morning

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# One worker more than cores, as much of a test is waiting for a server; tests that share a service go to the same one
# (tests/workers.py). One that dies ends the run.
PYTEST := $(BIN)/pytest --numprocesses $(shell expr $$(nproc) + 1) --max-worker-restart 0

test: lint
	$(PYTEST)

quick: $(VENV)/.dev
	$(PYTEST) -m 'not slow'

faults: $(VENV)/.dev
	CUIBAO_ALL_FAULTS=1 $(PYTEST) tests/faults

bench: $(VENV)/.dev
	$(BIN)/python -m bench

UV_COMPILE := uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --no-annotate
lock:
	echo 'uv' | $(UV_COMPILE) - -o requirements-uv.txt
	$(UV_COMPILE) pyproject.toml --extra postgresql --extra build -o requirements.txt
	$(UV_COMPILE) pyproject.toml --extra dev --extra build --extra postgresql -c requirements.txt -o requirements-dev.txt

clean:
	rm -rf $(VENV) .demo .mypy_cache .pytest_cache .ruff_cache
