.DEFAULT_GOAL := help
.PHONY: help demo test quick nightly bench format clean

help: ## Say what each target does
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: ## Set up, audit real data (or a synthetic register), and say where the report lies
	@sh scripts/demo.sh

test: ## Set up and pass every check and test
	@sh scripts/test.sh

quick: ## Set up and pass the checks of daily work, in about a minute
	@sh scripts/quick.sh

nightly: ## What takes minutes: registers of a million entries
	@sh scripts/setup.sh test && .venv/bin/pytest -m slow

bench: ## Set up and measure against the limit and the peers (long)
	@sh scripts/bench.sh

format: ## Format the code
	@sh scripts/setup.sh test && .venv/bin/ruff check --fix . && .venv/bin/ruff format .

clean: ## Remove what was built, the environment included
	rm -rf .venv .tools demo out .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
