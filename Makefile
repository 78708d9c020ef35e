# Two commands from nothing: `make demo` and `make test`. Needs git, make, python3 (3.11 or newer).
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test check bench soak browser

demo: .venv/ready
	$(BIN)/sixfold demo

test: .venv/ready-to-test browser check
	$(BIN)/python -m pytest

check: .venv/ready-to-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/ready-to-test
	$(BIN)/python -m tests.bench

soak: .venv/ready-to-test
	SIXFOLD_SOAK=1 $(BIN)/python -m pytest -m soak

.venv/ready: requirements.txt pyproject.toml
	@sh tests/environment.sh "$(PYTHON)" requirements.txt
	@touch $@

.venv/ready-to-test: requirements-test.txt pyproject.toml
	@sh tests/environment.sh "$(PYTHON)" requirements-test.txt
	@touch $@ .venv/ready

browser:
	@sh tests/browser.sh
