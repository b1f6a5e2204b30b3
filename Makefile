# Zustrich: every command. `make run` and `make test` need Python 3.11+, Node (or none) and make.
PYTHON ?= python3
SETUP = $(PYTHON) -m tools.bootstrap

.PHONY: help run test soak check bench screenshots messages lock clean

help:
	@echo "make run    set everything up and start it: http://localhost:8000"
	@echo "make test   every test; ARGS=\"tests/booking -k slots\" runs some, DB=postgres on PostgreSQL"
	@echo "make soak   the same proofs at full size"
	@echo "make check  lint, types, migrations"
	@echo "make bench  measure it against a floor; SOAK=1 at full size"
	@echo "make screenshots  take the pictures of docs/screenshots anew"
	@echo "make messages  gather the texts to translate into locale/"
	@echo "make lock   pin the packages anew"
	@echo "make clean  remove what the set-up made; keeps var/, your data"

run: export DEBUG ?= 1
run:
	@$(SETUP) -- -m tools.supervise

test:
	@$(SETUP) --dev -- -m tools.test

soak: export SOAK = 1
soak:
	@$(SETUP) --dev -- -m tools.test

check:
	@$(SETUP) --dev -- -m tools.check

bench:
	@$(SETUP) --dev -- -m benchmarks

screenshots:
	@$(SETUP) --dev -- -m tools.screenshots

messages:
	@$(SETUP) --dev -- -m tools.translations

lock:
	@$(SETUP) --dev -- -m tools.lock

clean:
	rm -rf .venv node_modules static/vendor .mypy_cache .pytest_cache .ruff_cache test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
