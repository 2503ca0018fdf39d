# `make help` lists what there is to do. All programs live in .venv, made from requirements.lock.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
NEEDED := 3.11
REVIEW ?= .# another review: make review REVIEW=examples/vasospasm
SNAKEMAKE := $(BIN)/snakemake --directory $(REVIEW)
NOTHING_NEW := 3# exit code of a search, which is no failure
.DEFAULT_GOAL := help
.PHONY: help review update month search demo tables prune reproduce test test-all check bench-search bench-dedup bench-synthesis bench-screening bench-check bench-page bench-living lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 26

review: $(VENV)/ready ## bring the review up to what this checkout holds; needs no network
	@$(SNAKEMAKE)

search: $(VENV)/ready ## ask Medline for what is new and add it to resources/
	@cd $(REVIEW) && { $(CURDIR)/$(BIN)/living-review search || test $$? = $(NOTHING_NEW); }

update: $(VENV)/ready ## search, then review; the page is made even when the search fails
	@( cd $(REVIEW) && $(CURDIR)/$(BIN)/living-review search ); searched=$$?; \
	$(SNAKEMAKE) || exit; \
	case $$searched in 0|$(NOTHING_NEW)) ;; *) \
	echo "The page is made, but the search failed: $(REVIEW)/resources/run_log.csv says why." >&2; \
	exit $$searched;; esac

month: $(VENV)/ready ## the same for cron: silent, with a lock and a log of its own; see docs/unattended.md
	@cd $(REVIEW) && $(CURDIR)/$(BIN)/living-review month

demo: $(VENV)/ready ## four months of a review's life against a stand-in of PubMed, in build/demo
	@$(BIN)/python examples/four_months.py

tables: $(VENV)/ready ## name every mistake in config and tables
	@cd $(REVIEW) && $(CURDIR)/$(BIN)/living-review check

prune: $(VENV)/ready ## list results that nothing calls for any more; `make prune YES=1` deletes them
	@cd $(REVIEW) && $(CURDIR)/$(BIN)/living-review prune $(if $(YES),--yes)

reproduce: $(VENV)/ready ## compute a published version again and compare: make reproduce VERSION=2026.11
	@cd $(REVIEW) && $(CURDIR)/$(BIN)/living-review reproduce $(VERSION) --build

test: $(VENV)/ready-to-test ## the tests; under 15 minutes on 2 cores
	@$(BIN)/python -m pytest -n auto -m "not slow"

test-all: $(VENV)/ready-to-test ## all tests, the long ones too; more than half an hour
	@$(BIN)/python -m pytest -n auto

check: $(VENV)/ready-to-test ## lint, format, types, lint of the workflow; lock, codebook, tables
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/snakefmt --check Snakefile workflow
	@$(BIN)/mypy
	@$(BIN)/python workflow/lint.py
	@$(BIN)/python -m pytest -q tests/unit/test_environment.py
	@$(BIN)/living-review check

bench-search: $(VENV)/ready ## time and memory of reading PubMed XML, and of a whole search
	@$(BIN)/python benchmarks/bench_search.py

bench-dedup: $(VENV)/ready ## works lost, duplicates left and time on labelled libraries
	@$(BIN)/python benchmarks/bench_dedup.py

bench-synthesis: $(VENV)/ready-to-test ## agreement with reference values, and time
	@$(BIN)/python benchmarks/bench_synthesis.py

bench-screening: $(VENV)/ready ## reading saved by the ranking, on labelled sets; ASREVIEW=<a python that has asreview> beside it
	@$(BIN)/python benchmarks/bench_screening.py $(if $(ASREVIEW),--asreview $(ASREVIEW))

bench-check: $(VENV)/ready ## time of checking tables of 1,000 rows
	@$(BIN)/python benchmarks/bench_check.py

bench-page: $(VENV)/ready-to-test ## size of the page with 2,000 studies, and time of rendering the shipped review
	@$(BIN)/python benchmarks/bench_page.py

bench-living: $(VENV)/ready ## time, memory and files of a month, at 100,000 records; SIZE="--records 1000000 --studies 10000 --analyses 200"
	@$(BIN)/python benchmarks/bench_living.py $(SIZE)

lock: ## write requirements.lock and requirements-dev.lock from pyproject.toml, newest versions
	@$(PYTHON) -m venv --clear build/lock
	@build/lock/bin/pip install --quiet flit_core
	@build/lock/bin/pip install --quiet --no-build-isolation .
	@build/lock/bin/pip freeze --exclude living-review > requirements.lock
	@build/lock/bin/pip install --quiet --no-build-isolation ".[dev]"
	@build/lock/bin/pip freeze --exclude living-review | grep -vxFf requirements.lock > requirements-dev.lock

clean: ## take away .venv and everything derived
	rm -rf $(VENV) .snakemake logs
	find results -mindepth 1 ! -name README.md -delete

$(VENV)/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < ($(subst .,$(comma),$(NEEDED))) and "Python $(NEEDED) or later is needed; $(PYTHON) is " + sys.version.split()[0] + ". Name another one: make PYTHON=python3.12 ...")'
	@echo "Building the environment in $(VENV) (once, a few minutes)"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/ready-to-test: $(VENV)/ready requirements-dev.lock
	@echo "Adding what the tests need"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements-dev.lock
	@touch $@

comma := ,
