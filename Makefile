# ShopConnect: each step is skipped when nothing that it depends on has changed.
SHELL := /bin/sh
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
# Each process that finds no compiled modules takes a second more to start, and tests start hundreds.
unexport PYTHONDONTWRITEBYTECODE
VENV := .venv
PYTHON_RUN := $(VENV)/bin/python
MESSAGES := $(shell find shopconnect recommender chatbot templates -name '*.po' 2>/dev/null)
VERSION := $(shell awk -F '"' '/^version = / {print $$2; exit}' pyproject.toml)
SBOM := $(PYTHON_RUN) .ci/sbom.py "$(VERSION)"
JOBS ?= 3
INTO ?= dist

.PHONY: help install dev-install demo up test test-live lint soak bench plugin messages texts lock audit sbom release clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

install: $(VENV)/installed $(VENV)/messages ## .venv with everything the system needs

dev-install: $(VENV)/dev-installed $(VENV)/messages ## and with what its tests need

demo: install $(if $(PLATFORM),dev-install) ## the whole system with the invented shop (ONCE=1 shows it and ends, DATA=folder brings another shop, PLATFORM=shopify or woocommerce has it live there)
	@$(if $(PLATFORM),$(PYTHON_RUN) -m tests.peers.node)
	@exec $(PYTHON_RUN) manage.py up --demo $(if $(PLATFORM),--platform $(PLATFORM)) $(if $(DATA),--data "$(DATA)") $(if $(CURRENCY),--currency $(CURRENCY)) $(if $(TIMEZONE),--timezone $(TIMEZONE)) $(if $(ONCE),--once) $(if $(FRESH),--fresh) $(if $(PORT),--port $(PORT))

up: install ## the whole system, empty
	@exec $(PYTHON_RUN) manage.py up $(if $(FRESH),--fresh) $(if $(PORT),--port $(PORT))

test: dev-install ## every test, on real PostgreSQL, Redis, Celery and Chromium
	@$(PYTHON_RUN) -m tests.browser.chromium
	@$(PYTHON_RUN) -m tests.peers.node
	@$(PYTHON_RUN) -m pytest -n $(JOBS) --dist worksteal $(ARGS)

test-live: dev-install ## the contract with a real WooCommerce, install included (SHOPCONNECT_WOO_URL, _USER, _PASSWORD; _INSECURE=1 for its own certificate)
	@$(PYTHON_RUN) -m pytest tests/connectors/woocommerce/live -m live_woo $(ARGS)

soak: dev-install ## the long stories: servers killed, two checkouts at once, another user; PHP
	@$(PYTHON_RUN) -m tests.peers.debian nginx=nginx-light caddy php=php-cli
	@$(PYTHON_RUN) -m tests.peers.node
	@$(PYTHON_RUN) -m pytest tests/soak --timeout 900 -n 2 --dist loadfile -m "not alone" $(ARGS)
	@$(PYTHON_RUN) -m pytest tests/soak --timeout 900 -m alone $(ARGS)

bench: install ## measure against the yardsticks (WHAT=widget, chat, events, webhooks, load, train or prices; all seven, and loads from platforms, unless said)
	@for what in $(or $(WHAT),widget chat events webhooks load "load --platform shopify" "load --platform woocommerce --products 20000" "load --platform woocommerce --orders 50000" train prices); do $(PYTHON_RUN) manage.py bench $$what $(ARGS) || exit 1; done

lint: dev-install ## style, types, imports, templates, migrations, production settings
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports
	@$(VENV)/bin/djlint templates --lint --quiet
	@PYTHONWARNINGS=ignore::RuntimeWarning $(PYTHON_RUN) manage.py makemigrations --check --dry-run
	@.ci/check_production

plugin: install ## the plugin for WordPress, in dist/ (INTO=folder, SERVICE=https://... for the address that it leads to)
	@$(PYTHON_RUN) manage.py woocommerce_plugin "$(INTO)" $(if $(SERVICE),--service "$(SERVICE)")

messages: $(VENV)/installed ## compile the French and English texts
	@for folder in $$(find shopconnect recommender chatbot templates -type d -name locale 2>/dev/null); do \
		$(VENV)/bin/pybabel -q compile -d "$$folder" -D django || exit 1; done
	@touch $(VENV)/messages

texts: dev-install ## print every text with its French, for reading
	@$(PYTHON_RUN) manage.py shell -v 0 -c "import runpy; runpy.run_module('tests.walls.test_texts', run_name='__main__')"

lock: $(VENV)/bin/uv ## compile the requirements from pyproject.toml, with hashes
	@$(VENV)/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements.txt
	@$(VENV)/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra test -c requirements.txt pyproject.toml -o requirements-dev.txt
	@$(PYTHON_RUN) -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['optional-dependencies']['semantic'], sep='\n')" | $(VENV)/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --no-deps - -o requirements-semantic.txt

audit: dev-install ## compare the lock with a list of advisories (ADVISORIES=folder of OSV's JSON files)
	@$(PYTHON_RUN) .ci/audit.py

sbom: install ## the bill of materials of a release (CycloneDX JSON), on standard output
	@$(SBOM)

release: install ## archive, bill of materials and checksums of the last commit, in dist/ (INTO=folder)
	@mkdir -p "$(INTO)"
	@git archive --prefix=shopconnect-$(VERSION)/ -o "$(INTO)/shopconnect-$(VERSION).tar.gz" HEAD
	@$(SBOM) > "$(INTO)/shopconnect-$(VERSION).cdx.json"
	@cd "$(INTO)" && sha256sum shopconnect-$(VERSION).tar.gz shopconnect-$(VERSION).cdx.json > SHA256SUMS

clean: ## remove .venv and what the tools left, but no data
	@rm -rf $(VENV) staticfiles .mypy_cache .ruff_cache .import_linter_cache

$(VENV)/bin/uv:
	@.ci/make_venv $(VENV)

$(VENV)/installed: requirements.txt requirements-redis.txt requirements-semantic.txt .ci/make_venv .ci/install
	@.ci/make_venv $(VENV)
	@.ci/install $(VENV) requirements.txt
	@.ci/install $(VENV) requirements-semantic.txt --no-deps || echo "The chat finds answers by their words alone, until make install can get them." >&2
	@touch $@

$(VENV)/dev-installed: requirements-dev.txt $(VENV)/installed
	@.ci/install $(VENV) requirements-dev.txt
	@touch $@

$(VENV)/messages: $(MESSAGES) $(VENV)/installed
	@$(MAKE) messages
