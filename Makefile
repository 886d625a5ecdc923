.PHONY: report test format golden docs messages bench

report: ## Set up and print the coverage report
	test -x .venv/bin/python || python3 -m venv .venv
	.venv/bin/pip install --quiet .
	.venv/bin/gcm-ld report coverage

test: ## Set up and run lint, types and tests
	sh check.sh

format: ## Write Python and Turtle in their canonical forms
	.venv/bin/ruff format .
	.venv/bin/gcm-ld format ontology shapes data

golden: ## Write the expected reports anew
	.venv/bin/python tests/update_golden.py

docs: ## Write the generated pages anew
	.venv/bin/python docs/build.py

bench: ## Measure and print the tables of docs/performance.md
	.venv/bin/python benchmarks/run.py

messages: ## Gather the messages of the code and bring the catalogues of languages up to date
	.venv/bin/python docs/messages.py
