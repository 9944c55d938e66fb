# Every target sets itself up: a virtual environment in .venv, the locked dependencies, the package.
PYTHON ?= python3
BIN := .venv/bin
SAMPLE := data/brightdesk
export MPLBACKEND := Agg

.DEFAULT_GOAL := help
.PHONY: nasty help pictures screenshots report test test-newest test-lowest monkey fuzz spark lab notebooks bench coverage-study decision-study learning-study docs book lint

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

.venv/ready: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Setting up .venv (once; a few minutes) ..."
	@env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pip install --quiet --compile --require-hashes -r requirements.lock
	@env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pip install --quiet --compile --no-deps --no-build-isolation --editable .
	@touch $@

report: .venv/ready ## the sample client's report: reports/brightdesk/report.html
	@$(BIN)/playbook run $(SAMPLE)

test: .venv/ready ## all tests, with the notebooks
	@$(BIN)/python -m pytest -n 2 --dist loadscope

EXAMPLES ?= 2000
fuzz: .venv/ready ## EXAMPLES odd files with odd declarations: the reader gives tables or a message, never a crash
	@DECLARATIONS=$(EXAMPLES) $(BIN)/python -m pytest -q tests/intake/test_any_declaration.py

spark: .spark/ready ## a Spark server for the tests that want one (450 MB; needs Java 17)

# Apart from the rest, for it is larger than all the rest, and only these tests need it: elsewhere the server is there.
.spark/ready: .venv/ready requirements-spark.lock
	@echo "Setting up .spark (once; a minute or two) ..."
	@$(BIN)/python -m pip install --quiet --require-hashes --no-deps --no-build-isolation --upgrade --target .spark -r requirements-spark.lock
	@touch $@

test-newest: ## the wheel with the newest versions of everything, outside the checkout, on samples and sparse clients
	@.ci/newest

test-lowest: ## the same with the lowest versions that pyproject.toml allows
	@.ci/newest lowest

monkey: .venv/ready ## odd clients, N of them: the smallest that fail are written to reports/monkey
	@PYTHONPATH=tests $(BIN)/python -m monkey -n $(N)

nasty: .venv/ready ## nasty arguments for every public function of the methods: numbers or advice, never a crash
	@PYTHONPATH=tests $(BIN)/python -m methods.nasty

lab: .venv/ready ## the notebooks in JupyterLab, on the sample client
	@$(BIN)/playbook lab $(SAMPLE)

notebooks: .venv/ready ## run the sample notebooks again and keep their outputs
	@$(BIN)/python -m book.samples && $(BIN)/python -m book.pictures

bench: .venv/ready ## speed and memory as ratios, written to bench/results.md
	@$(BIN)/python -m bench

coverage-study: .venv/ready ## how often our ranges hold the truth, written to playbook/coverage.md
	@$(BIN)/python tests/coverage_study.py

decision-study: .venv/ready ## how often the verdict is right, written to playbook/decisions.md
	@$(BIN)/python tests/decision_study.py

learning-study: .venv/ready ## how well sealed forecasts, monthly looks and the kept control do, written to playbook/learning-study.md
	@$(BIN)/python tests/learning_study.py

docs: .venv/ready ## write again the pages that are made from the code
	@$(BIN)/python -m book

pictures: .venv/ready ## the pictures of the chapters, drawn from their worked examples
	@$(BIN)/python -m book.worked_example && $(BIN)/python -m book.learning_example

screenshots: report ## the pictures of the README, taken from the sample's memo and start page (needs Chromium)
	@$(BIN)/python -m book.screenshots

book: .venv/ready ## the written playbook and the sample notebooks as a site: reports/book/index.html
	@$(BIN)/sphinx-build -q -E -W --keep-going -c book . reports/book && echo "book: reports/book/index.html"

lint: .venv/ready ## style and types
	@$(BIN)/ruff check . && $(BIN)/ruff format --check src tests book && $(BIN)/mypy
