# the tests are dozens of processes, and without it each would compile all of the suite and of its tests anew
unexport PYTHONDONTWRITEBYTECODE

PYTHON ?= python3
BIN := .venv/bin
MADE := .venv/made
# many tests wait for a server that does not answer, so two processes keep one core busy
WORKERS ?= $(shell $(BIN)/python -c 'import os; print(2 * (os.cpu_count() or 1))')

.PHONY: conformance test test-long lint format docs browser screenshots cassettes kill-matrix dead-servers benchmark compatibility clean

conformance: $(MADE)-run  ## replay the exchanges of a real DIAL Core through all checks
	$(BIN)/pytest

test: $(MADE)-dev  ## run the suite's own tests
	@echo "The suite's own tests take about five minutes on two free cores, and longer where others use them."
	$(BIN)/pytest tests -m 'not long' -n $(WORKERS) --dist worksteal

test-long: $(MADE)-dev  ## those that take long: faults of a network, hostile schemas, all wrong answers that are known
	$(BIN)/pytest tests/cases tests -m long -n $(WORKERS) --dist worksteal

lint: $(MADE)-dev  ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(MADE)-dev  ## rewrite the code in its style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(MADE)-dev  ## write what is generated: docs/requirements.md, docs/contract.md, docs/options.md, examples.json, the figures of README.md, usage.md and proof.md, and what the notebook prints
	$(BIN)/python -m conformance.reports.requirements docs/requirements.md
	$(BIN)/python -m conformance.reports.contract_page docs/contract.md
	$(BIN)/python -m conformance.reports.options docs/options.md
	$(BIN)/python -m conformance.run.settings_schema docs/settings.schema.json
	$(BIN)/python -m conformance.standin.proof.examples conformance/reports/examples.json cassettes/dial-core-0.25
	$(BIN)/python -m tests.readme
	$(BIN)/python -m tests.notebook

browser:  ## install a browser for the tests of the page, on Debian and as root; nothing if there is one
	command -v chromium || (apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends chromium fonts-dejavu-core)

screenshots: $(MADE)-dev  ## draw the pictures of the report, docs/report-*.png
	SCREENSHOTS=1 BROWSER_TESTS=required $(BIN)/pytest tests/report/test_in_browser.py -k pictures

cassettes: $(MADE)-dev  ## add to the recorded sets what the captures of real Cores have and they have not
	$(BIN)/python -m tests.standin.recorded_sets

kill-matrix: $(MADE)-dev  ## compute which requirements each defect violates; fails if docs/kill-matrix.md was not current
	$(BIN)/python -m conformance.standin.proof.kill_matrix docs/kill-matrix.md

dead-servers: $(MADE)-dev  ## count what passes for servers that are no DIAL
	$(BIN)/python -m tests.dead_servers

compatibility:  ## replay beside other plugins, on the oldest and newest pytest and Python
	$(PYTHON) -m tests.compatibility

benchmark: $(MADE)-dev  ## measure the table "Speed" of docs/architecture.md
	$(BIN)/python -m benchmarks

clean:  ## remove the environment and all caches
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist site *.egg-info

# Each environment is made once, and again only when pyproject.toml changes.
$(MADE)-venv:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	touch $@

$(MADE)-run: $(MADE)-venv pyproject.toml
	@echo "Installing what the suite needs into .venv; it takes about half a minute."
	$(BIN)/python -m pip install --disable-pip-version-check --editable .
	touch $@

$(MADE)-dev: $(MADE)-run pyproject.toml
	@echo "Installing what its own tests need, too; it takes about a minute."
	$(BIN)/python -m pip install --disable-pip-version-check --editable '.[test,dev]'
	touch $@
