# make run    serve the example at http://127.0.0.1:5000 (PORT=… for another port)
# make test   install what is missing, then every check and every test
# make test-deep   the same with many more examples, and what takes long
# make lint   style and types only
# make mutate which changes to the arithmetic no test notices (docs/mutation.md)
# make bench  how long the slow things take: one table of ratios (BENCH=evaluate for one of them)

.DEFAULT_GOAL := run
.DELETE_ON_ERROR:
SHELL := /bin/bash

PORT ?= 5000
PYTHON ?= $(shell command -v python3.11 || command -v python3)
WORKERS ?= 2

VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/.stamps
# a Node.js of at least 20 that is here already, else the one that comes as a Python package
NODE_IS_NEW := $(shell node -e 'process.exit(process.versions.node.split(".")[0] >= 20 ? 0 : 1)' 2>/dev/null && echo yes)
NPM := $(if $(NODE_IS_NEW),npm,$(CURDIR)/$(BIN)/npm)
export PATH := $(if $(NODE_IS_NEW),$(PATH),$(CURDIR)/$(BIN):$(PATH))

.PHONY: run test test-deep lint mutate bench install assets chromium clean

# the example keeps to its own database and secrets, whatever the environment holds for real use
EXAMPLE_DATABASE_URL ?=
EXAMPLE := env -u SECRET_KEY -u BID_KEY TENDER_EXAMPLE=1 DATABASE_URL="$(EXAMPLE_DATABASE_URL)"
FLASK := $(EXAMPLE) $(BIN)/flask --app wsgi

run: install assets
	@$(FLASK) database upgrade
	@$(FLASK) example load 2>$(STAMPS)/example || grep -q already $(STAMPS)/example \
	  || { cat $(STAMPS)/example; echo "To begin again: rm -rf instance && make run"; exit 1; }
	@echo && $(FLASK) example accounts
	@echo && echo "Open http://127.0.0.1:$(PORT)   (Ctrl+C stops)"
	@exec $(EXAMPLE) $(BIN)/gunicorn --config python:tender.serving --bind 127.0.0.1:$(PORT) wsgi:app

test: install assets chromium lint
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --benchmark-disable --durations 10

# and what takes long: many more examples, tenders with 200 bidders, the browser on both databases
test-deep: install assets chromium lint
	HYPOTHESIS_PROFILE=deep $(BIN)/python -m pytest -m "deep or not deep" -n $(WORKERS) --dist worksteal \
	  --benchmark-disable --durations 10

lint: install
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy scoring lots tender wsgi.py

# small changes to the arithmetic, one at a time: which does no test notice? docs/mutation.md has the answers
mutate: install
	HYPOTHESIS_PROFILE=brief $(BIN)/mutmut run --max-children $(WORKERS)
	@$(BIN)/mutmut results

bench: install
	$(BIN)/python -m tests.benchmarks $(BENCH)

install: $(STAMPS)/python

assets: $(STAMPS)/assets

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed. Say where: make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(STAMPS)/python: pyproject.toml constraints.txt | $(BIN)/python
	@mkdir -p $(STAMPS)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "$$(grep '^pip==' constraints.txt)"
	PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --constraint constraints.txt --build-constraint constraints.txt \
	  --editable . --group dev
	@touch $@

$(STAMPS)/npm: package.json package-lock.json .npmrc $(STAMPS)/python
	$(NPM) ci --silent
	@touch $@

$(STAMPS)/assets: $(STAMPS)/npm $(wildcard tender/assets/*)
	$(NPM) run --silent build
	@touch $@

# the browser for tests: CHROMIUM, the system's, or one fetched now
chromium: install
	@bash tests/browser/ensure-chromium $(BIN)

clean:
	rm -rf $(VENV) node_modules tender/static instance build *.egg-info
