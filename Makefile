# `make` alone prints what there is to make.

PYTHON ?= $(shell python3.11 -c 'import sys; print(sys.executable)' 2>/dev/null || command -v python3)
SHELL := bash
.SHELLFLAGS := -o pipefail -c
VENV := .venv
# What a user needs, and what tests and checks need beyond that.
STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev
# Tools with an environment of their own, so that the project's holds nothing of theirs.
AUDIT := build/audit
LOCK := build/lock
ARGS ?=
CORES ?= logical
PARALLEL = -n $(CORES) --dist loadfile --no-loadscope-reorder
POSTERIOR ?=
# Readings with the same claims and reported values in every option, so that evidence compares them. What is counted may
# differ, as in jafra_dead_scope: the report is the same, and the question is how probable each way of counting makes it.
READINGS ?= missile_battalion mountain mountain_regained jafra_dead_scope
# POOL=NAME begins from what other battles taught (scenarios/pools/NAME.json); its pages have NAME in their own.
POOL ?=
ALL_ARGS = $(if $(POOL),+override.prior_pool=$(POOL)) $(ARGS)
SUFFIX = $(if $(POOL),_$(POOL))
COMMA := ,
SPACE := $(subst ,, )

.DEFAULT_GOAL := help
.PHONY: help run test slow verify faults mutants check docs notebooks catalogue trace schema whatif battles posterior report analyse outputs glossary bench dependencies lock audit clean

help: ## print these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

run: $(STAMP) ## fight the battle and write the report (settings: ARGS="name=value ...")
	$(VENV)/bin/sim run $(ARGS)

test: $(DEV_STAMP) ## run the tests, on every core (CORES=0: one after the other)
	$(VENV)/bin/pytest $(PARALLEL)

slow: $(DEV_STAMP) ## run the tests that take longer than a second or two each, some twenty minutes in all
	$(VENV)/bin/pytest -m slow $(PARALLEL)

verify: $(DEV_STAMP) $(VENV)/.installed-crosscheck ## hold laws against exact answers and the inference against pyABC, at length; the tables go to docs/validation.md
	$(VENV)/bin/pytest -m verify --verdicts=docs/validation.md

faults: $(DEV_STAMP) ## spoil files, results and runs thousands of times; the counts go to docs/reliability.md
	$(VENV)/bin/pytest -m hard --reliability=docs/reliability.md $(ARGS)

mutants: $(DEV_STAMP) $(VENV)/.installed-mutation ## put small faults into the source, count those that tests notice (docs/reliability.md)
	nice -n 10 $(VENV)/bin/python -m tools.mutants page=docs/reliability.md $(ARGS)

docs: $(DEV_STAMP) ## build the site (build/docs/index.html); a warning is an error
	$(VENV)/bin/python -m tools.site build

catalogue: $(DEV_STAMP) ## count the battles' sources and claims anew (scenarios/README.md)
	$(VENV)/bin/python -m tools.catalogue

check: $(DEV_STAMP) ## lint, format, types, direction of imports, stray addresses, locks
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(VENV)/bin/pytest tests/test_locks.py tests/test_repository.py -k "locks or address"

trace: $(STAMP) ## tell what became of each sentence of the text (scenarios/coverage.md)
	$(VENV)/bin/sim trace dec2014 > $(VENV)/coverage.md && mv $(VENV)/coverage.md scenarios/coverage.md

whatif: $(STAMP) ## ask every question about December 2014, of battles that have heard no claim yet
	$(VENV)/bin/sim whatif question=dec2014 runs=2000 engine=compiled $(ARGS)

schema: $(DEV_STAMP) ## write the JSON Schema of scenario files, which editors read, and the tables of docs/scenario.md
	$(VENV)/bin/sim schema > scenarios/.schema.partial
	mv scenarios/.schema.partial scenarios/scenario.schema.json
	$(VENV)/bin/python -m tools.claim_kinds docs/scenario.md
	$(VENV)/bin/python -m tools.rule_parameters docs/scenario.md

battles: $(DEV_STAMP) ## calibrate every battle, forecast each from the others, and write docs/battles.md (an hour on two cores; goes on where it stopped)
	$(VENV)/bin/python -m tools.battles $(ARGS)

# POSTERIOR=OUTPUT takes a calibration that is there already; ARGS has those under other readings, READING=OPTION:OUTPUT.
posterior: $(DEV_STAMP) ## calibrate December 2014, and put the posterior that is shipped with it into scenarios/posteriors/
	set -e; posterior=$(POSTERIOR); test -n "$$posterior" || posterior=$$($(VENV)/bin/sim calibrate | tail -1); \
	$(VENV)/bin/python -m tools.shipped_posterior $$posterior $(ARGS)

# POSTERIOR=OUTPUT takes a calibration that is there already. With POOL no laws are compared, as it is learned under one,
# and nothing of the invented battle is rehearsed, since no pool concerns it: docs/record.md has that.
report: $(DEV_STAMP) ## hold the calibrated battle against its record, and write docs/record.md (half an hour)
	set -e; sim=$(VENV)/bin/sim; \
	posterior=$(POSTERIOR); test -n "$$posterior" || posterior=$$($$sim calibrate $(ALL_ARGS) | tail -1); \
	battles=$$($$sim run parameters=posterior:$$posterior randomness=matched runs=2000 engine=compiled $(ALL_ARGS) | tail -1); \
	compared=$$($$sim score $$battles | tail -1); \
	laws=$(if $(POOL),,$$($$sim compare-models models=law $(ALL_ARGS) | tail -1)); \
	readings=$$(for name in $(READINGS); do $$sim compare-models models=reading.$$name $(ALL_ARGS) | tail -1; done); \
	tried=$(if $(POOL),,$$($$sim compare-models scenario=teaching models=law particles=300 recovery_trials=8 \
		recovery_particles=100 | tail -1)); \
	rehearsed=$(if $(POOL),,$$($$sim sbc | tail -1)); \
	$$sim report $$posterior $$compared $$laws $$readings $$tried $$rehearsed page=docs/record$(SUFFIX).md

analyse: $(DEV_STAMP) ## calibrate, forecast, ask what would have been, and write docs/findings.md (over an hour on two cores)
	set -e; sim=$(VENV)/bin/sim; \
	posterior=$(POSTERIOR); test -n "$$posterior" || posterior=$$($$sim calibrate $(ALL_ARGS) | tail -1); \
	whatif=$$($$sim whatif question=dec2014 parameters=posterior:$$posterior randomness=independent runs=8000 engine=compiled \
		page=docs/counterfactuals$(SUFFIX).md $(ALL_ARGS) | tail -1); \
	free=$$($$sim forecast $(ALL_ARGS) | tail -1); \
	given=$$($$sim forecast mode=given_orders $(ALL_ARGS) | tail -1); \
	$$sim analyse posterior=$$posterior whatif=$$whatif "forecasts=[$$free,$$given]" \
		"readings=[$(subst $(SPACE),$(COMMA),$(READINGS))]" page=docs/findings$(SUFFIX).md $(ALL_ARGS)

notebooks: $(DEV_STAMP) ## carry out the notebooks of docs/notebooks/ anew
	$(VENV)/bin/python -m tools.notebooks

outputs: $(DEV_STAMP) ## tell what output folders hold (docs/outputs.md)
	$(VENV)/bin/python -m tools.outputs > $(VENV)/outputs.md && mv $(VENV)/outputs.md docs/outputs.md

glossary: $(DEV_STAMP) ## list the terms that the program explains (docs/glossary.md)
	$(VENV)/bin/python -m tools.glossary > $(VENV)/glossary.md && mv $(VENV)/glossary.md docs/glossary.md

bench: $(DEV_STAMP) $(VENV)/.installed-bench ## measure the speed beside other engines, and write docs/performance.md
	$(VENV)/bin/python -m bench $(ARGS)
	$(VENV)/bin/python -m bench.laws

dependencies: $(DEV_STAMP) ## list every dependency with its licence (docs/dependencies.md)
	$(VENV)/bin/python -m tools.dependencies docs/dependencies.md

# Pins stay where pyproject.toml allows it: ARGS="--upgrade-package NAME" raises one, ARGS=--upgrade all of them.
lock: $(LOCK)/.installed ## pin every dependency with its hashes, as pyproject.toml asks (requirements/)
	$(COMPILE) pyproject.toml --all-extras --group build -o requirements/all.txt
	$(COMPILE) -c requirements/all.txt pyproject.toml -o requirements/run.txt
	set -e; for extra in dev bench mutation crosscheck; do \
		$(COMPILE) -c requirements/all.txt pyproject.toml --extra $$extra -o requirements/$$extra.txt; done
	set -e; for group in build audit lock; do \
		$(COMPILE) -c requirements/all.txt --group $$group -o requirements/$$group.txt; done

audit: $(AUDIT)/.installed ## ask the advisory database about every pin (needs the network)
	$(AUDIT)/bin/pip-audit --strict --disable-pip --require-hashes $(patsubst %,-r %,$(wildcard requirements/*.txt))

clean: ## remove the environment, builds and caches (outputs/ stays)
	rm -rf $(VENV) build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# What is installed is in a lock of requirements/ with its hashes, and what builds it too: it is installed first, and no
# build fetches anything by itself.
UV := $(shell command -v uv 2>/dev/null)
create_environment = $(if $(UV),\
	test -x $(1)/bin/python || uv venv --python "$(PYTHON)" $(1),\
	$(1)/bin/python -m pip --version >/dev/null 2>&1 || "$(PYTHON)" -m venv $(1))
install = $(if $(UV),uv pip install --python $(1)/bin/python,$(1)/bin/python -m pip install -q) --no-build-isolation $(2)
install_lock = $(call install,$(1),--require-hashes -r requirements/$(2).txt)
COMPILE = $(LOCK)/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header $(ARGS)

$(STAMP): pyproject.toml requirements/build.txt requirements/run.txt
	$(call create_environment,$(VENV))
	$(call install_lock,$(VENV),build)
	$(call install_lock,$(VENV),run)
	$(call install,$(VENV),--no-deps -e .)
	@touch $@

$(VENV)/.installed-%: requirements/%.txt $(STAMP)
	$(call install_lock,$(VENV),$*)
	@touch $@

build/%/.installed: requirements/%.txt
	$(call create_environment,build/$*)
	$(call install_lock,build/$*,$*)
	@touch $@
