# The two commands: `make` runs the demo study, `make test` proves the installation.
PYTHON ?= python3
CORES ?= all
PACKAGE ?= core
WORKERS ?= 4 # some tests mostly wait
STUDIES := tests/workflow tests/faults tests/real tests/slurm
BIN := .venv/bin

.DEFAULT_GOAL := demo
.PHONY: demo check test test-studies test-gpu test-slurm resume lint lock clean help

.venv/installed: requirements.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements.txt
	touch $@

demo: .venv/installed ## create the environment and run the default study (generated data, offline)
	$(BIN)/snakemake --cores $(CORES)

test: .venv/installed ## create the environment and run the tests of the library and of the default study
	$(BIN)/python -m pytest --numprocesses $(WORKERS) $(STUDIES:%=--ignore=%)

test-studies: .venv/installed ## run the tests that run further studies: from elsewhere, killed, on real data, on SLURM
	$(BIN)/python -m pytest --numprocesses $(WORKERS) $(STUDIES)

check: .venv/installed ## formatting, types, and the tests of one package: make check PACKAGE=probing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/snakefmt --check Snakefile workflow
	$(BIN)/mypy
	$(BIN)/python -m pytest -q --numprocesses 2 tests/$(PACKAGE)

test-gpu: .venv/installed ## run the tests that need a graphics card, and no others
	$(BIN)/python -m pytest -m gpu

test-slurm: .venv/installed ## bring up a SLURM on this machine (Debian: slurm-wlm, munge; root) and run its tests
	HUMANCENTRIC_SLURM_STUDY=1 $(BIN)/python -m pytest tests/slurm

resume: .venv/installed ## continue a run on SLURM whose submitting process was killed; ARGS= other arguments
	$(BIN)/python profiles/slurm/resume $(ARGS)

lint: .venv/installed ## formatting and lint, of Python and of the workflow
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/snakefmt --check Snakefile workflow
	$(BIN)/snakemake --lint

lock: ## write requirements.txt from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --group test --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header --quiet -o requirements.txt

clean: ## remove everything the workflow made
	rm -rf results logs benchmarks .snakemake

help: ## show this
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/:/'
