.DEFAULT_GOAL := help
.PHONY: help demo test quick nightly bench release-check site format clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: ## Set up, audit real data or a synthetic register, and print the path of the report
	@sh scripts/demo.sh

test: ## Set up and run every check and test
	@sh scripts/test.sh

quick: ## Set up and run the quick checks and tests, in about a minute
	@sh scripts/quick.sh

nightly: ## Run the slow tests, on registers of up to a million entries, and every example of the others
	@sh scripts/setup.sh test && OVERT_NIGHTLY=1 .venv/bin/pytest -m slow && OVERT_NIGHTLY=1 sh scripts/test.sh

bench: ## Set up and run the benchmarks against plain DuckDB and other tools (slow)
	@sh scripts/bench.sh

release-check: ## Build what a release publishes, twice, and install, run and check it (slow)
	@sh scripts/setup.sh release && .venv/bin/python -m scripts.release_check

format: ## Format the code
	@sh scripts/setup.sh test && .venv/bin/ruff check --fix . && .venv/bin/ruff format .

clean: ## Remove all generated files, including the environment
	rm -rf .venv .tools demo out .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
