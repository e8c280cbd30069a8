# Two commands suffice: `make run` shows the product, `make test` proves it. Everything lives in .venv and data/.
PYTHON ?= python3
BIN := .venv/bin
COMPILE := $(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-strip-extras --no-header --universal --python-version 3.11

.PHONY: help setup run test cluster check fix lock oracles spark docs site ui serve bench years nations scaling clean

help:            ## this list
	@grep -hE '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed -E 's/: .*## /\t/' | expand -t 12

setup: .venv/.ready ## the environment, from the lock file

.venv/.ready: locks/dev.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.11 setup" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r locks/dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

oracles: .venv-oracles/.ready ## the libraries that judge exports and disclosure control, in an environment of their own

.venv-oracles/.ready: locks/oracles.lock
	$(PYTHON) -m venv .venv-oracles
	.venv-oracles/bin/pip install --quiet --disable-pip-version-check --require-hashes -r locks/oracles.lock
	@touch $@

# The client of Spark brings pandas, which would slow every other test: it stands in an environment layered over .venv.
spark: .venv-spark/.ready .venv-spark-server/.ready ## a client of Spark, and a Spark to test against, in environments of their own

.venv-spark/.ready: locks/spark.lock .venv/.ready
	$(PYTHON) -m venv .venv-spark
	for site in $(CURDIR)/.venv/lib/python3*/site-packages; do echo "import site; site.addsitedir('$$site')" > .venv-spark/lib/$$(basename $$(dirname $$site))/site-packages/project.pth; done
	.venv-spark/bin/pip install --quiet --disable-pip-version-check --require-hashes -r locks/spark.lock
	@touch $@

.venv-spark-server/.ready: locks/spark-server.lock
	$(PYTHON) -m venv .venv-spark-server
	.venv-spark-server/bin/pip install --quiet --disable-pip-version-check --require-hashes -r locks/spark-server.lock
	@touch $@

run: setup ## the main job on a small synthetic nation
	$(BIN)/cakupan demo

test: setup oracles $(if $(filter no,$(CLUSTER)),,cluster) ## every test; CLUSTER=no leaves out those of a Spark cluster
	$(BIN)/pytest --numprocesses auto --maxprocesses 4 --dist loadfile --ignore tests/cluster

cluster: spark ## the tests of a Spark cluster: two workers on this machine, three minutes
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
	$(COMPILE) pyproject.toml --output-file locks/runtime.lock
	$(COMPILE) --extra spark --group dev --constraints locks/dev.lock pyproject.toml --output-file locks/spark.lock
	$(COMPILE) --group spark-server --output-file locks/spark-server.lock

ui: setup ## the Dagster UI on loopback
	$(BIN)/cakupan ui

serve: setup ## webserver and daemon on loopback, for months as they land
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
