# Two commands do everything on a fresh machine: `make demo` and `make test`.
# Both install into .venv once, from the exact pins of constraints.txt, and reuse it afterwards.

PY ?= $(shell command -v python3.11 || command -v python3.12 || echo python3)
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check -c constraints.txt
LOCK := $(shell cat pyproject.toml constraints.txt | sha256sum | cut -c1-12)
DEMO_EXTRAS := train,wsi,dicom
TEST_EXTRAS := $(DEMO_EXTRAS),claims,linkage,bench,launchers,serve,test,dev
DEMO := runs/demo

# A machine that forbids writing .pyc files would compile torch and monai again at every start.
unexport PYTHONDONTWRITEBYTECODE
export PYTHONUNBUFFERED := 1

.PHONY: help demo demo-board test test-slow check format bench gpu wheel lock clean

help: ## Show this help
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

$(VENV)/.demo-$(LOCK):
	@echo "Installing the workbench into $(VENV) (once; a few minutes)" >&2
	@test -x $(BIN)/python || $(PY) -m venv $(VENV)
	@$(PIP) -e '.[$(DEMO_EXTRAS)]'
	@touch $@

$(VENV)/.test-$(LOCK):
	@echo "Installing the workbench and its test tools into $(VENV) (once; a few minutes)" >&2
	@test -x $(BIN)/python || $(PY) -m venv $(VENV)
	@$(PIP) -e '.[$(TEST_EXTRAS)]'
	@touch $@ $(VENV)/.demo-$(LOCK)

demo: $(VENV)/.demo-$(LOCK) ## Install, then run slides -> tiles -> features -> model -> score -> board -> report
	@$(BIN)/workbench train experiment=demo paths.runs=$(DEMO)
	@$(MAKE) --no-print-directory demo-board

# The run as a challenge for practice: its labels are public, its two models are the teams. Other
# code makes another run, and its board a store of its own.
demo-board: RUN = $(firstword $(shell ls -td $(DEMO)/pathology_slides-attention_mil-*/))
demo-board: STORE = $(DEMO)/stores/$(notdir $(RUN:/=))
demo-board: BOARD = --challenge tissue-lesions-practice --store $(STORE)
demo-board:
	@$(BIN)/workbench challenge open $(RUN) --store $(STORE)
	@$(BIN)/workbench submit $(RUN) $(BOARD) --team attention_mil --wait
	@$(BIN)/workbench submit $(RUN)baselines/mean_pool $(BOARD) --team mean_pool --wait
	@$(BIN)/workbench leaderboard $(BOARD) --html $(DEMO)/board.html

test: $(VENV)/.test-$(LOCK) check ## Install, lint, type-check, run the test suite (slow tests excluded)
	@$(BIN)/python -m pytest -n 2 --dist loadfile

test-slow: $(VENV)/.test-$(LOCK) ## Run the tests marked slow
	@$(BIN)/python -m pytest -n 2 --dist loadfile -m slow

check: $(VENV)/.test-$(LOCK) ## Lint (code, docstrings, format) and type-check
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

format: $(VENV)/.test-$(LOCK) ## Format the code and mend what lint can mend
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(VENV)/.test-$(LOCK) ## Run every benchmark against its named peer
	@for f in scripts/benchmarks/*.py; do echo "== $$f"; $(BIN)/python $$f || exit 1; done

gpu: $(VENV)/.demo-$(LOCK) ## Run every GPU check and print one table
	@$(BIN)/python scripts/gpu_acceptance.py

wheel: $(VENV)/.test-$(LOCK) ## Build the wheel, install it in a clean environment, run it from another folder
	@$(BIN)/python scripts/check_wheel.py

lock: ## Write constraints.txt again from the ranges of pyproject.toml (needs uv)
	@$(PY) scripts/lock.py

clean: ## Remove the environment, caches and demo output
	rm -rf $(VENV) .pytest_cache .ruff_cache .mypy_cache build dist $(DEMO)
