# Each target sets up what it needs and is quick when that is there already.
# Wanted from the machine: Python 3.11 or later, Node 20 or later, make.

PYTHON ?= python3
ARGS ?=
PY := .venv/bin/python
NPM_CI := npm ci --no-audit --no-fund --loglevel=error

WEB_SOURCES := $(shell find web -path web/node_modules -prune -o -path web/dist -prune -o -type f -print 2>/dev/null)
CHECKS := check-format check-lint check-house check-types check-imports check-openapi check-template check-web
SYNC := $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)

.PHONY: help run test check fix package web staff finance archive catalogue soak setup browser $(CHECKS)

help:
	@echo 'make run      the whole product on this machine      make run ARGS="--port 9000 --fresh", ARGS=--help'
	@echo 'make test     every test                             make test ARGS="tests/domain -k window"'
	@echo 'make check    format, lint, types, contracts, API description, template, web: seconds'
	@echo 'make fix      puts right what can be put right by machine'
	@echo 'make package  what goes to the cloud                 make package ARGS="--out DIR"'
	@echo 'make staff    passes or rejects registrations        make staff ARGS="--help", while make run runs'
	@echo 'make soak     the product under load and kill -9    make soak ARGS="--minutes 2", ten by default'
	@echo 'make finance  finds payments, gives money back       make finance ARGS="--help", while make run runs'
	@echo 'make archive  imports earlier years                  make archive ARGS="--help", while make run runs'
	@echo 'make catalogue  imports exams, and changes them     make catalogue ARGS="--help", while make run runs'
	@echo '              these four take --data DIR where make run does'

run: .venv/installed local/node_modules/installed web/dist/index.html
	@$(PY) -m local $(ARGS)

test: .venv/installed local/node_modules/installed web/dist/index.html browser
	@cd web && npm test --silent -- --passWithNoTests
	@$(PY) -m pytest -n 2 --dist worksteal $(ARGS)

check: .venv/installed web/node_modules/installed
	@$(MAKE) --no-print-directory --keep-going -j2 $(SYNC) $(CHECKS)

fix: .venv/installed web/node_modules/installed
	@$(PY) -m ruff check --fix --quiet .; $(PY) -m ruff format --quiet .
	@$(PY) -m chalicelib.api.openapi docs/openapi.json
	@cd web && npm run types --silent && npm run fix --silent

package: .venv/installed
	@$(PY) -m deploy.package $(ARGS)

web: web/dist/index.html

staff: .venv/installed
	@$(PY) -m local.command staff $(ARGS)

finance: .venv/installed
	@$(PY) -m local.command finance $(ARGS)

archive: .venv/installed
	@$(PY) -m local.command archive $(ARGS)

catalogue: .venv/installed
	@$(PY) -m local.command catalogue $(ARGS)

soak: .venv/installed local/node_modules/installed web/dist/index.html
	@$(PY) -m tests.soak $(ARGS)

setup: .venv/installed local/node_modules/installed web/node_modules/installed

browser: .venv/installed
	@$(PY) -m local.browser

check-format:
	@$(PY) -m ruff format --check --quiet . || { echo 'The format is off: make fix'; exit 1; }

check-lint:
	@$(PY) -m ruff check --quiet .

# What no linter has a rule for: a file is at most 300 lines, and tests use fakes instead of patches.
check-house:
	@git ls-files -co --exclude-standard '*.py' | xargs wc -l | awk '$$2 != "total" && $$1 > 300 {print $$2 " has " $$1 " lines, more than 300"; bad = 1} END {exit bad}'
	@! grep -rnE 'monkeypatch\.(setattr|setitem)' tests --include='*.py' || { echo 'Write a fake instead: tests/fakes/'; exit 1; }

check-types:
	@$(PY) -m mypy --no-error-summary

check-imports:
	@.venv/bin/lint-imports --no-logo > .venv/imports.txt 2>&1 || { cat .venv/imports.txt; exit 1; }

check-openapi:
	@$(PY) -m chalicelib.api.openapi --check docs/openapi.json

check-template:
	@$(PY) -m deploy.check

check-web:
	@cd web && npm run check --silent

.venv/installed: requirements.txt requirements-dev.txt
	@command -v $(PYTHON) > /dev/null || { echo 'Python is missing: install Python 3.11 or later.'; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "$$($(PYTHON) --version) is too old: make PYTHON=python3.11 or later."; exit 1; }
	@test -x $(PY) || { echo 'Making .venv …'; $(PYTHON) -m venv .venv \
	  || { rm -rf .venv; echo 'The venv could not be made: on Debian, apt install python3-venv.'; exit 1; }; }
	@echo 'Installing the Python packages …'
	@$(PY) -m pip install -qq --disable-pip-version-check -r requirements-dev.txt
	@touch $@

%/node_modules/installed: %/package.json %/package-lock.json
	@command -v npm > /dev/null || { echo 'npm is missing: install Node 20 or later.'; exit 1; }
	@node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' \
	  || { echo "Node $$(node --version) is too old: install Node 20 or later."; exit 1; }
	@echo 'Installing the npm packages of $* …'
	@cd $* && $(NPM_CI)
	@touch $@

web/dist/index.html: $(WEB_SOURCES) | web/node_modules/installed
	@echo 'Building the web pages …'
	@cd web && npm run build --silent
	@touch $@
