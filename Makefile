# Two commands from nothing: `make demo` and `make test`. Needs git, make, python3 (3.11 or newer).
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test check bench soak audit sbom browser

demo: .venv/ready
	$(BIN)/sixfold demo

test: .venv/ready-to-test browser check
	$(BIN)/python -m pytest -n auto --dist worksteal

check: .venv/ready-to-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/ready-to-test
	$(BIN)/python -m tests.bench

# Stops at the first doubt: pip-audit without --strict says "none found" when it could not look.
audit: .venv/ready-to-test
	$(BIN)/ruff check --select S survey analysis questionnaires
	$(PYTHON) -m venv .venv/audit
	.venv/audit/bin/python -m pip install --quiet --disable-pip-version-check pip-audit
	@.venv/audit/bin/pip-audit --strict --disable-pip --require-hashes -r requirements.txt || { \
		echo "make audit: not passed. Either a library has a known hole, or pip-audit could not ask" \
			"PyPI for one of them (it says so above); then run it where https://pypi.org is reached." >&2; \
		exit 1; }

# The list of parts, from the lock alone: no part is asked for and none is sent anywhere.
sbom: .venv/ready-to-test
	$(PYTHON) -m venv .venv/sbom
	.venv/sbom/bin/python -m pip install --quiet --disable-pip-version-check cyclonedx-bom
	.venv/sbom/bin/cyclonedx-py requirements --output-reproducible --output-file .venv/sbom.json
	@echo "The list of parts is in .venv/sbom.json."

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
