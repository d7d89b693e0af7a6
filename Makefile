# Everything on a fresh machine with Python 3.11 or newer:
#   make demo     paints the kitten in the Great Wave -> cat-great-wave.png
#   make test     runs the tests
# Both create the virtual environment .venv first, if it is not there.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
SOURCES := src tests benchmarks docs

.PHONY: demo test lint gallery cost compare clean

demo: $(VENV)/installed
	$(BIN)/brushwork demo

test: $(VENV)/installed
	$(BIN)/pytest -n auto --dist worksteal

lint: $(VENV)/installed
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports

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
	$(BIN)/pip install --quiet -c constraints.txt -e '.[dev,studio,cluster]'
	touch $@

clean:
	rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache .hypothesis
