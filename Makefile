# make run     serve the example at http://127.0.0.1:5000 (PORT=… for another port, PYTHON=… for another Python)
# make test    install what is missing, then every check and every test
# make test-deep   the same with many more examples, and what takes long
# make lint    style and types only
# make mutate  which changes to the arithmetic no test notices (docs/mutation.md)
# make crash   kill the server 200 times during submissions, on both databases (KILLS=… for another number)
# make bench   how long the slow things take: one table of ratios (BENCH=evaluate for one of them)
#
# make install assets   what a server needs, and its style sheet (docs/running.md)
# make postgresql       what it needs besides where the record is kept in PostgreSQL
# make best-total       the solver behind the allocation method best_total
# make wheel            the whole as one file that pip installs
# make test-pythons     the engine's tests on every Python from 3.11 on that is here
# make pins             renew the exact versions in requirements/

.DEFAULT_GOAL := run
.DELETE_ON_ERROR:
SHELL := /bin/bash

PORT ?= 5000
WORKERS ?= 2

# every path here is relative: this folder's own may hold a space, which make cannot name
VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/.stamps
PY := $(BIN)/python
PIP := $(PY) -m pip --disable-pip-version-check install --quiet
# a Node.js of at least 20 that is here already, else the one that comes as a Python package
NODE_IS_NEW := $(shell node -e 'process.exit(process.versions.node.split(".")[0] >= 20 ? 0 : 1)' 2>/dev/null && echo yes)
NPM := $(if $(NODE_IS_NEW),,PATH="$$PWD/$(BIN):$$PATH" )npm
NODE := $(if $(NODE_IS_NEW),,$(STAMPS)/node)
# an environment whose Python is gone counts for nothing
$(shell [ -e $(PY) ] || rm -rf $(STAMPS))

.PHONY: run test test-deep lint mutate crash bench install assets postgresql best-total wheel test-pythons pins tools tested chromium port clean

# the example keeps to its own database and secrets, whatever the environment holds for real use
EXAMPLE_DATABASE_URL ?=
EXAMPLE := env -u SECRET_KEY -u BID_KEY TENDER_EXAMPLE=1 DATABASE_URL="$(EXAMPLE_DATABASE_URL)"

run: port
	@$(MAKE) --no-print-directory -j2 install assets
	@$(EXAMPLE) $(PY) -m flask --app wsgi example begin
	@echo && echo "Open http://127.0.0.1:$(PORT)   (Ctrl+C stops)"
	@exec $(EXAMPLE) $(PY) -m gunicorn --config python:tender.serving --bind 127.0.0.1:$(PORT) wsgi:app

test: tested
	$(PY) -m pytest -n $(WORKERS) --dist worksteal --benchmark-disable --durations 10

# and what takes long: many more examples, tenders with 200 bidders, the browser on both databases
test-deep: tested
	HYPOTHESIS_PROFILE=deep $(PY) -m pytest -m "deep or not deep" -n $(WORKERS) --dist worksteal \
	  --benchmark-disable --durations 10

tested:
	@$(MAKE) --no-print-directory -j2 tools assets $(STAMPS)/axe
	@$(MAKE) --no-print-directory chromium lint

lint: tools
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m mypy scoring lots tender wsgi.py

# small changes to the arithmetic, one at a time: which does no test notice? docs/mutation.md has the answers
mutate: tools
	HYPOTHESIS_PROFILE=brief $(PY) -m mutmut run --max-children $(WORKERS)
	@$(PY) -m mutmut results

KILLS ?= 200
crash: tools assets
	$(PY) -m tests.crash $(KILLS)

bench: tools
	$(PY) -m tests.benchmarks $(BENCH)

install: $(STAMPS)/run

assets: $(STAMPS)/assets

postgresql best-total: %: $(STAMPS)/%

tools: $(STAMPS)/run $(STAMPS)/postgresql $(STAMPS)/best-total $(STAMPS)/test

wheel: assets $(STAMPS)/test
	rm -rf build
	$(PY) -m pip --disable-pip-version-check wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

test-pythons:
	@bash requirements/try-pythons

pins: tools
	$(PY) requirements/renew.py

$(STAMPS)/pip:
	@bash requirements/make-venv $(VENV) "$(PYTHON)"
	@$(PIP) "$$(grep '^pip==' requirements/run.txt)"
	@mkdir -p $(STAMPS) && touch $@

# the lists are whole, so pip looks for nothing more; what is never imported is never compiled
$(STAMPS)/%: requirements/%.txt | $(STAMPS)/pip
	$(PIP) --no-deps --no-compile --requirement $<
	@touch $@

$(STAMPS)/npm: package.json package-lock.json .npmrc $(NODE) | $(STAMPS)/pip
	$(NPM) ci --silent --omit=dev
	@touch $@

# what only the tests of pages need from npm
$(STAMPS)/axe: $(STAMPS)/npm
	$(NPM) ci --silent
	@touch $@

$(STAMPS)/assets: $(STAMPS)/npm $(wildcard tender/assets/*)
	$(NPM) run --silent build
	@touch $@

# the browser for tests: CHROMIUM, the system's, or one fetched now
chromium: tools
	@bash tests/browser/ensure-chromium $(BIN)

# before anything is installed: is somebody else on the port, and which is free?
port:
	@taken() { (exec 3<>/dev/tcp/127.0.0.1/$$1) 2>/dev/null; }; \
	taken $(PORT) || exit 0; free=$(PORT); while taken $$free; do free=$$((free + 1)); done; \
	echo "Port $(PORT) is taken by another program. Type: make run PORT=$$free"; exit 1

clean:
	rm -rf $(VENV) .venv-* node_modules tender/static instance build dist *.egg-info
