# Two commands suffice: `make run` shows the product, `make test` proves it. Everything lives in .venv and data/.
PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/uv pip install --quiet
COMPILE := $(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-strip-extras --no-header --universal --python-version 3.11

.PHONY: help setup run test test-all every cluster check fix lock oracles spark docs site ui serve bench years nations scaling clean

help:            ## this list
	@grep -hE '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed -E 's/: .*## /\t/' | expand -t 12

setup: .venv/.ready ## the environment of a developer, from the lock files

# pip fetches uv and setuptools, by their hashes in the lock file; uv installs everything else ten times faster, and keeps what it
# fetched. Running needs the runtime lock alone. The lock of developers has the same versions and more packages.
.venv/.tools: locks/dev.lock
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.11 setup" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	sed -n -e '/^setuptools==/,/# via/p' -e '/^uv==/,/# via/p' locks/dev.lock > .venv/tools.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r .venv/tools.lock
	@touch $@

.venv/.runtime: locks/runtime.lock pyproject.toml .venv/.tools
	$(INSTALL) --python $(BIN)/python --require-hashes -r locks/runtime.lock
	$(INSTALL) --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.ready: locks/dev.lock .venv/.runtime
	$(INSTALL) --python $(BIN)/python --require-hashes -r locks/dev.lock
	@touch $@

# Libraries that bring pandas would slow every other test: each kind has an environment of its own.
oracles: .venv-oracles/.ready ## the libraries that judge exports and disclosure control
spark: .venv-spark/.ready .venv-spark-server/.ready ## a client of Spark, and a Spark to test against

.venv-%/.ready: locks/%.lock | .venv/.ready
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv-$*
	$(INSTALL) --python .venv-$*/bin/python --require-hashes -r locks/$*.lock
	@touch $@

run: .venv/.runtime ## the main job on a small synthetic nation
	$(BIN)/cakupan demo

# Two processes on two cores; each process takes tests from the other when it has none left.
PYTEST := $(BIN)/pytest --numprocesses auto --maxprocesses 4 --dist worksteal --ignore tests/cluster

test: setup oracles ## the tests of every day
	$(PYTEST) -m "not slow and not exhaustive"

test-all: every cluster ## every test, also those of a Spark cluster; CI leaves out the exhaustive ones

every: setup oracles
	$(PYTEST) $(if $(filter true,$(CI)),-m "not exhaustive")

cluster: spark ## the tests of a Spark cluster: two workers on this machine
	.venv-spark/bin/python -m pytest tests/cluster

check: setup site ## lint, format, types, generated documents, links
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pipelines.dictionary --check
	DAGSTER_DISABLE_TELEMETRY=1 $(BIN)/dagster definitions validate --workspace workspace.yaml --log-level warning

fix: setup ## mend what tools can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: setup ## write the generated documents again
	$(BIN)/python -m pipelines.dictionary

# Pages are staged as they lie in the repository, so that a link is right there and on the site.
site: setup ## the documentation as pages in site/; a link to nowhere fails
	rm -rf build/pages site
	mkdir -p build/pages/schemas
	cp -R README.md CHANGELOG.md CONTRIBUTING.md GLOSSARY.md LICENSE docs build/pages/
	cp -R schemas/codes build/pages/schemas/
	NO_COLOR=1 $(BIN)/zensical build --clean --strict

lock: setup ## pin dependencies again, with hashes and without index lines
	$(COMPILE) --group dev pyproject.toml --output-file locks/dev.lock
	$(COMPILE) --group oracles --output-file locks/oracles.lock
	$(COMPILE) --constraints locks/dev.lock pyproject.toml --output-file locks/runtime.lock
	$(COMPILE) --extra spark --group dev --constraints locks/dev.lock pyproject.toml --output-file locks/spark.lock
	$(COMPILE) --group spark-server --output-file locks/spark-server.lock

ui: .venv/.runtime ## the Dagster UI on loopback
	$(BIN)/cakupan ui

serve: .venv/.runtime ## webserver and daemon on loopback, for months as they land
	$(BIN)/cakupan serve

bench: setup ## the limit and ours on the same files: make bench SCALE=0.01
	$(BIN)/python -m benchmarks --scale $(or $(SCALE),0.01)

years: setup ## two years at 1:1,000, from landing to one release
	$(BIN)/python -m benchmarks.two_years

nations: setup ## fifty nations whose true effect of outreach is known, through their files: an hour
	$(BIN)/python -m benchmarks.outreach_effect

scaling: spark ## what each table costs at 1:1,000 and 1:100, on DuckDB and on a Spark cluster here
	PYTHONPATH=. .venv-spark/bin/python -m benchmarks.scaling --scale 0.001 0.01 --spark

clean: ## remove the environment, the data and the pages
	rm -rf .venv .venv-oracles .venv-spark .venv-spark-server data site build
