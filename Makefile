# Two commands matter: `make book` and `make test`. Both do all their own set-up.
# On Windows, or without make: `uv sync --locked`, then `uv run python -m tools COMMAND`.

SHELL := /bin/sh
VENV := .venv
RUN := $(VENV)/bin/python
UV := $(VENV)/bin/uv
UV_PIN := $(shell sed -n '/^name = "uv"$$/{n;s/version = "\(.*\)"/\1/p;}' uv.lock 2>/dev/null)
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
  "$$p" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null \
  && echo "$$p" && break; done)

# A relative data folder is meant from here, but notebooks run in their own folder.
ifneq ($(filter-out embedded,$(FIRSTNET_DATA)),)
export FIRSTNET_DATA := $(abspath $(FIRSTNET_DATA))
endif
export UV_PROJECT_ENVIRONMENT := $(VENV)
unexport VIRTUAL_ENV
# Python keeps what it has compiled; else every start of TensorFlow takes ten seconds more.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help lockfile setup book test notebooks lab serve bundle experiments bench vendor lock format clean

help:  ## list the commands
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | \
	  while IFS="$$(printf '\t')" read -r name what; do printf '  make %-12s %s\n' "$$name" "$$what"; done

lockfile:
	@test -n "$(UV_PIN)" || { echo "uv.lock is damaged or not there: bring it back with git checkout uv.lock"; exit 1; }

$(UV): | lockfile
	@test -n "$(PYTHON)" || { echo "No Python 3.11, 3.12 or 3.13 found. Install one of them, or say where it is: make PYTHON=..."; exit 1; }
	@echo "Setting up $(VENV) with $$($(PYTHON) --version); the first time takes a minute or two."
	@$(PYTHON) -m venv $(VENV) || { echo "This Python cannot make a virtual environment. On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check "uv==$(UV_PIN)"

setup: lockfile $(UV)  ## install everything, as locked, into .venv
	@$(UV) sync --locked

book: setup  ## build the HTML book into _build/html
	@$(RUN) -m tools book

test: setup  ## run every test
	@$(RUN) -m tools test $(ARGS)

notebooks: setup  ## execute the chapters that changed
	@$(RUN) -m tools notebooks $(ARGS)

lab: setup  ## open JupyterLab on the notebooks
	@$(RUN) -m tools lab $(ARGS)

serve: setup  ## serve the built book, to this machine or the network
	@$(RUN) -m tools serve $(ARGS)

bundle: book  ## archive the book for a room without internet
	@$(RUN) -m tools bundle $(ARGS)

experiments: setup  ## run the recorded experiments, resuming
	@$(RUN) -m tools experiments $(ARGS)

bench: setup  ## measure explorables in a browser, and trainings
	@$(RUN) -m tools bench $(ARGS)

vendor: setup  ## fetch the vendored files again (needs npm)
	@$(RUN) -m tools vendor $(ARGS)

lock: $(UV)  ## lock the dependencies again, export requirements.txt
	@$(RUN) -m tools lock $(ARGS)

format: setup  ## format and mend what ruff can
	@$(RUN) -m tools format

clean:  ## remove the built book; keep .venv and unfinished experiments
	@rm -rf _build/html _build/.doctrees
