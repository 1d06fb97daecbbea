# Two commands: `make demo` shows the main job on a bundled repository, `make test` runs the tests.
# Each makes its own virtual environment from the hashed lock and keeps it until the lock changes.
.PHONY: demo test lint schemas prepared lock bench clean
.DEFAULT_GOAL := help

# A container image may ask Python for no byte code, and then each process of the tests compiles anew all it imports.
unexport PYTHONDONTWRITEBYTECODE

DEV := .venv
DEMO := .venv-demo

help:
	@echo "make demo    run the whole job on the bundled example repository"
	@echo "make test    run the tests"
	@echo "make lint    ruff, basedpyright, import-linter, published schemas, prepared lists"
	@echo "make bench   measure the figures of docs/benchmarks.md"
	@echo "make lock    renew requirements/*.txt (needs uv)"

$(DEV)/lock.txt: requirements/dev.txt
	@MLOPS_AGENT_SYSTEM=1 sh scripts/environment.sh dev $(DEV)

$(DEMO)/lock.txt: requirements/core.txt
	@MLOPS_AGENT_SYSTEM=1 sh scripts/environment.sh core $(DEMO)

demo: $(DEMO)/lock.txt
	@PATH="$(CURDIR)/$(DEMO)/bin:$$PATH" sh scripts/demo.sh

test: $(DEV)/lock.txt
	$(DEV)/bin/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

lint: $(DEV)/lock.txt
	$(DEV)/bin/ruff check .
	$(DEV)/bin/ruff format --check .
	$(DEV)/bin/basedpyright
	$(DEV)/bin/lint-imports
	$(DEV)/bin/python scripts/schemas.py --check
	$(DEV)/bin/python scripts/prepare.py --check

schemas: $(DEV)/lock.txt
	$(DEV)/bin/python scripts/schemas.py

prepared: $(DEV)/lock.txt
	$(DEV)/bin/python scripts/prepare.py

bench: $(DEV)/lock.txt
	$(DEV)/bin/python benchmarks/run_all.py

lock:
	sh scripts/lock.sh

clean:
	rm -rf $(DEV) $(DEMO) dist .pytest_cache .ruff_cache .hypothesis
