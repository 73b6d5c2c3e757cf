# The commands of this project. `make report` and `make test` each set up all they need.
PYTHON ?= python3
STUDY ?= studies/demo.yml
VENV := .venv
UV := .cache/uv/bin/uv
RUN := $(VENV)/bin/vote-coverage
export PYTHONHASHSEED = 0

.PHONY: report test lab bench clean check lock browser

report: $(VENV)/.runtime  ## build the study's tables and its report: make report STUDY=studies/demo.yml
	@.ci/timed "import" $(RUN) import $(STUDY)
	@.ci/timed "build" $(RUN) build $(STUDY)
	@.ci/timed "report" $(RUN) report $(STUDY)

test: $(VENV)/.dev browser  ## style, types, tests
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/pytest -n 2 --dist loadgroup $(PYTEST_ARGS)

lab: $(VENV)/.runtime  ## open JupyterLab on the notebooks
	$(VENV)/bin/jupyter lab notebooks/00_overview.ipynb

bench: $(VENV)/.dev  ## every benchmark, in full, beside its peers
	@set -e; for b in benchmarks/*.py; do echo "== $$b"; $(VENV)/bin/python $$b $(BENCH_ARGS); done

browser:  ## Chromium, for the tests that look at the report
	@command -v chromium >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then apt-get update -qq && apt-get install -y -qq chromium >/dev/null; \
	  else echo "chromium is not on the PATH and cannot be installed without root: browser tests will be skipped (apt-get install chromium)"; fi; }

lock: $(UV) $(VENV)/.dev  ## refresh the hashed locks after a change in pyproject.toml
	$(UV) pip compile -q pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" --extra build -o locks/runtime.txt
	$(UV) pip compile -q pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" --extra build --extra dev --extra cluster -c locks/runtime.txt -o locks/dev.txt

$(UV): locks/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { echo "Python 3.11, 3.12 or 3.13 is needed: make PYTHON=python3.12 …"; exit 2; }
	@mkdir -p .cache && $(PYTHON) -m venv .cache/uv && .cache/uv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r locks/uv.txt && touch $(UV)

$(VENV)/.runtime: locks/runtime.txt pyproject.toml | $(UV)
	@.ci/timed "installation" sh -ec '[ -x $(VENV)/bin/python ] || $(UV) venv -q --python $(PYTHON) $(VENV); $(UV) pip install -q --compile-bytecode --python $(VENV)/bin/python --require-hashes -r locks/runtime.txt; $(UV) pip install -q --python $(VENV)/bin/python --no-deps --no-build-isolation -e .; touch $@'

$(VENV)/.dev: locks/dev.txt $(VENV)/.runtime
	@.ci/timed "installation of the test tools" sh -ec '$(UV) pip install -q --compile-bytecode --python $(VENV)/bin/python --require-hashes -r locks/dev.txt; touch $@'

clean:  ## remove what was built (not the archive in data/raw)
	rm -rf data/processed reports .mypy_cache .ruff_cache
	find . -name __pycache__ -prune -exec rm -rf {} +
