# invledger: what a stranger and CI run. `make` alone lists the targets.
# Everything lives in .venv; a second run installs nothing unless pyproject.toml or constraints.txt changed.

SHELL := /bin/sh
VENV := .venv
PY := $(VENV)/bin/python
SHARED ?= ../shared
CASES ?= $(SHARED)/cases
JOBS ?= 2
EXTRAS ?= dev
N ?= 10000

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1

.PHONY: help demo test full slow northwind cases mutants rivals bench requirements clean

help:
	@echo "make demo            the sample company, built in a scratch folder (OUT=DIR names it) and shown"
	@echo "make test            install and run the fast tests, ruff and mypy first"
	@echo "make full            every test, the slow ones too (make slow: only those)"
	@echo "make northwind       import the sample data of SHARED=$(SHARED) into a company (OUT=DIR)"
	@echo "make cases           costing cases of CASES=$(CASES) through the whole program"
	@echo "make rivals          the same movements in Tryton (installed from PyPI) and here"
	@echo "make bench           time N=$(N) movements against other engines (SHAPES=1: many items, one, open layers)"
	@echo "make mutants         does a test notice when the cost engine is made wrong? N=600 SEED=1"
	@echo "make requirements    every required capability and the tests that prove it"
	@echo "make clean           remove $(VENV) and what tools leave behind"
	@echo "PYTHON=python3.12 names the interpreter of a new $(VENV); EXTRAS=dev,excel what is installed."

# The newest Python from 3.11 on that can make a virtual environment.
$(PY):
	@command -v git >/dev/null || { echo "git is missing. Debian, Ubuntu: apt install git" >&2; exit 6; }
	@found=; lacking=; \
	for python in $(or $(PYTHON),python3.14 python3.13 python3.12 python3.11 python3); do \
	    $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	    $$python -c 'import ensurepip, venv' 2>/dev/null && { found=$$python; break; }; \
	    lacking=$${lacking:-$$python}; \
	done; \
	if [ -z "$$found" ] && [ -n "$$lacking" ]; then \
	    echo "$$lacking cannot make a virtual environment." >&2; \
	    echo "Debian, Ubuntu: apt install $${lacking}-venv" >&2; exit 6; \
	elif [ -z "$$found" ]; then \
	    echo "invledger needs Python 3.11 or newer$(if $(PYTHON),; $(PYTHON) is not)." >&2; \
	    echo "Debian 12, Ubuntu 24.04: apt install python3 python3-venv" >&2; exit 6; \
	fi; \
	echo "making $(VENV) with $$found"; \
	$$found -m venv --clear $(VENV) || { rm -rf $(VENV); exit 6; }

define install
@echo "installing invledger$(1) into $(VENV)"
@$(PY) -m pip install --quiet -c constraints.txt -e '.$(1)' || \
    { echo "installing failed: is a package registry within reach? (make clean starts anew)" >&2; exit 6; }
@$(PY) -c 'import ctypes.util, sys; sys.exit(not ctypes.util.find_library("zbar"))' || \
    echo "note: libzbar0 is missing, so codes in images cannot be read. Debian, Ubuntu: apt install libzbar0"
@touch $@
endef

$(VENV)/.installed: pyproject.toml constraints.txt | $(PY)
	$(call install,)

$(VENV)/.installed-$(EXTRAS): pyproject.toml constraints.txt | $(PY)
	$(call install,[$(EXTRAS)])
	@touch $(VENV)/.installed

$(VENV)/.installed-bench: pyproject.toml constraints.txt | $(PY)
	$(call install,[bench])
	@touch $(VENV)/.installed

demo: $(VENV)/.installed
	@out='$(OUT)'; $(VENV)/bin/invledger demo "$${out:-$$(mktemp -d)/company}"

test: $(VENV)/.installed-$(EXTRAS)
	$(PY) -m pytest -q -n $(JOBS) --dist worksteal

slow: $(VENV)/.installed-$(EXTRAS)
	$(PY) -m pytest -q -n $(JOBS) --dist worksteal -m slow || [ $$? = 5 ]  # 5: there is none

full: $(VENV)/.installed-$(EXTRAS)
	$(PY) -m pytest -q -n $(JOBS) --dist worksteal -m ''

northwind: $(VENV)/.installed-$(EXTRAS)
	@out='$(OUT)'; $(PY) -m tests.northwind "$${out:-$$(mktemp -d)/northwind}" \
	    --data $(SHARED)/data/northwind

cases: $(VENV)/.installed-$(EXTRAS)
	$(PY) -m tests.cases $(CASES)

rivals: $(VENV)/.installed-$(EXTRAS)
	$(PY) -m tests.rivals.tryton

bench: $(VENV)/.installed-bench
	$(PY) -m tests.bench --n $(N) --shared $(SHARED) $(if $(SHAPES),--shapes)

mutants: N = 600
mutants: SEED = 1
mutants: $(VENV)/.installed-$(EXTRAS)
	nice -n 19 $(PY) -m tests.mutation -n $(N) --seed $(SEED) --jobs $(JOBS)

requirements: $(VENV)/.installed-$(EXTRAS)
	@$(PY) -m tests.requirements_report $(SHARED)/docs/REQUIREMENTS.md

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +
