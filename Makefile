# Each environment is stamped with what it was made from, so nothing is installed twice.
PYTHON ?= python3
TESTS ?=
BENCH ?=
VENV := .venv
BIN := $(VENV)/bin
WANDB := .venv-wandb
# Three a core, and eight at most: a test waits for other processes now and then, and has neighbors that are busy.
WORKERS := $(shell $(PYTHON) -c "import os; print(min(8, 3 * (os.cpu_count() or 1)))")
MADE_FROM := pyproject.toml hatch_build.py tuilab/engines/fused.c tuilab/engines/wide.c tuilab/engines/fused.h
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# As pip does with what it copies: no start compiles anew what lies here, in an environment that keeps nothing either.
COMPILE := $(BIN)/python -m compileall -q tuilab

# What is compiled once is not to be compiled anew by every process that a test starts.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test test-engines test-peers torture check lessons bench bench-gpu bench-tui snapshots screenshots clean

run: $(VENV)/run.stamp
	@$(BIN)/tuilab

test: $(VENV)/dev.stamp
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist worksteal $(TESTS)

# The tests that want PyTorch, on its CPU tensors; `make test` passes without it and does not look at these.
test-engines: $(VENV)/bench.stamp
	$(BIN)/python -m pytest tests/torch

# The tests beside scikit-learn, onnxruntime, Optuna and Dask, likewise.
test-peers: $(VENV)/peers.stamp
	$(BIN)/python -m pytest tests/peers

torture: $(VENV)/peers.stamp
	$(BIN)/python -m pytest tests/torture

check: $(VENV)/dev.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

lessons: $(VENV)/run.stamp
	$(BIN)/tuilab presets check

bench: $(VENV)/bench.stamp
	OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 MKL_NUM_THREADS=1 $(BIN)/python -m benchmarks

# Large networks on a GPU, by the clock on the wall; without a GPU it says so.
bench-gpu: $(VENV)/bench.stamp
	$(BIN)/python -m benchmarks.gpu

# BENCH=--loaded measures keys alone, beside busy processes.
bench-tui: $(VENV)/dev.stamp $(WANDB)/stamp
	$(BIN)/python -m benchmarks.tui $(BENCH)

snapshots: $(VENV)/dev.stamp
	$(BIN)/python -m pytest tests/ui --snapshot-update

screenshots: $(VENV)/run.stamp
	$(BIN)/python -m tuilab.ui.screenshot docs

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: $(MADE_FROM) | $(BIN)/python
	$(PIP) --editable .
	@$(COMPILE)
	@touch $@

$(VENV)/dev.stamp: $(MADE_FROM) | $(BIN)/python
	$(PIP) --editable '.[dev]'
	@$(COMPILE)
	@touch $@ $(VENV)/run.stamp

$(VENV)/bench.stamp: $(MADE_FROM) | $(BIN)/python
	$(PIP) --editable '.[dev,bench]'
	@touch $@ $(VENV)/dev.stamp $(VENV)/run.stamp

$(VENV)/peers.stamp: $(MADE_FROM) | $(BIN)/python
	$(PIP) --editable '.[dev,peers]'
	@touch $@ $(VENV)/dev.stamp $(VENV)/run.stamp

$(WANDB)/stamp:
	$(PYTHON) -m venv $(WANDB)
	$(WANDB)/bin/python -m pip install --quiet --disable-pip-version-check 'wandb>=0.31'
	@touch $@

clean:
	rm -rf $(VENV) $(WANDB) dist build .pytest_cache .ruff_cache .mypy_cache .import_linter_cache .hypothesis
