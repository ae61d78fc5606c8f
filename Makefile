# make run   everything on 127.0.0.1:$KLAS_PORT (8000), with example data
# make test  all tests; ARGS="tests/klas -k health" chooses some
PYTHON ?= python3
ARGS ?=
PY = .venv/bin/python
APPS = klas accounts pharmacies medicines notifications motivations applications decisions licences
# Its warnings about its own comments are many and say nothing: shown only with what it found.
BANDIT = $(PY) -m bandit --quiet --severity-level medium --recursive $(APPS) tools

.DEFAULT_GOAL := run
.PHONY: run test golden lint audit format lock bench static messages install install-test

install:
	@$(PYTHON) tools/install.py run

install-test:
	@$(PYTHON) tools/install.py test

run: install
	@KLAS_DEMO=$${KLAS_DEMO-1} exec $(PY) manage.py run

test: install-test
	$(PY) -m pytest -n auto --maxprocesses 4 --dist loadgroup -m "not bench" $(ARGS)

# Measured on the real database, one process, nothing else running.
bench: install-test
	$(PY) -m pytest -n 0 -p no:randomly -s -m bench $(ARGS)

# The letters' pictures, made anew: look at each before it is committed.
golden: install-test
	KLAS_GOLDEN=1 $(PY) -m pytest tests/decisions/test_letter_looks.py

lint: install-test
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy $(APPS)
	$(PY) -m djlint --lint --quiet templates
	$(BANDIT) 2>/dev/null || $(BANDIT)

# Known vulnerabilities in what the lock files name. Needs PyPI's vulnerability service.
audit: install-test
	$(PY) tools/audit.py

format: install-test
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

# The versions in use, with hashes, for every Python and system we support. Needs PyPI.
lock: install-test
	$(PY) -m pip install --quiet uv
	$(PY) tools/lock.py

# The front-end's finished files are in the repository: only who changes static/src needs npm.
static:
	cd static/src && npm ci && npm run build

messages: install-test
	$(PY) manage.py makemessages --locale en --no-wrap --no-location --no-obsolete --ignore ".venv/*" --ignore "static/*" --ignore "tests/*"
	$(PY) manage.py compilemessages --ignore ".venv/*"
