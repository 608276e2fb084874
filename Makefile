# Every target sets up what it needs in .venv from the locks, and does nothing twice.
PYTHON ?= python3.11
UV := 0.13.8
PIP_AUDIT := 2.10.1
BIN := .venv/bin

.PHONY: run test test-slow soak fuzz lint docs bench lock audit image image-test base clean

run: .venv/runtime.done  ## say test_input.json into output/
	@$(BIN)/python handler.py

test: .venv/dev.done .venv/sdk2.done  ## all tests that need no GPU
	@$(BIN)/python -m pytest

test-slow: .venv/dev.done .venv/sdk2.done  ## the tests that take minutes, which CI runs too
	@$(BIN)/python -m pytest -m slow

MINUTES ?= 10
JOBS ?= 10000
SDK ?= 1

soak: .venv/dev.done .venv/sdk2.done  ## jobs through the real SDK while everything goes wrong; MINUTES=10 JOBS=10000 SDK=1
	@$(BIN)/python -m tests.soak --minutes $(MINUTES) --jobs $(JOBS) --sdk $(SDK)

lint: .venv/dev.done  ## style, formatting, types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

docs: .venv/dev.done  ## write docs/api.md and the README's table of settings
	@$(BIN)/python -m docs.generate

bench: .venv/dev.done  ## this worker and upstream in turn; takes some ten minutes
	@$(BIN)/python -m bench.cold_start
	@$(BIN)/python -m bench.synthesis

COMPILE = $(BIN)/uv pip compile --quiet --python-version 3.11 --python-platform x86_64-manylinux_2_28 \
	--generate-hashes --no-emit-index-url --no-annotate --no-header --no-strip-extras $(LOCKFLAGS)

lock: $(BIN)/uv  ## compile the locks; LOCKFLAGS=--upgrade takes newer releases
	@$(COMPILE) pyproject.toml --extra provenance --group dev -o requirements/dev.txt
	@$(COMPILE) pyproject.toml --extra provenance -c requirements/dev.txt -o requirements/runtime.txt
	@$(COMPILE) --no-deps --group f5-tts -o requirements/f5-tts.txt
	@$(COMPILE) --no-deps requirements/sdk2.in -o requirements/sdk2.txt

$(BIN)/uv:
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV)

INSTALL = VIRTUAL_ENV=.venv $(BIN)/uv pip install --quiet --no-deps --require-hashes -r

.venv/runtime.done: requirements/runtime.txt requirements/f5-tts.txt | $(BIN)/uv
	@echo "installing the worker's packages into .venv (about a minute)"
	@$(INSTALL) requirements/runtime.txt -r requirements/f5-tts.txt
	@touch $@

.venv/dev.done: requirements/dev.txt | $(BIN)/uv  # a superset of the runtime, in the same versions
	@echo "installing the development packages into .venv (about a minute)"
	@$(INSTALL) $<
	@touch .venv/runtime.done $@

.venv/sdk2.done: requirements/sdk2.txt | $(BIN)/uv
	@$(BIN)/uv pip install --quiet --no-deps --require-hashes --python $(BIN)/python --target .venv/sdk2 -r $<
	@touch $@

AUDIT = $(BIN)/uv tool run --from pip-audit==$(PIP_AUDIT) pip-audit --strict --disable-pip --require-hashes $(AUDITFLAGS)

fuzz: .venv/dev.done  ## damage recordings of every kind and have the decoder read them, for MINUTES=10
	@$(BIN)/python -m tests.support.fuzz $(MINUTES)

audit: $(BIN)/uv  ## known vulnerabilities in dev.txt, which holds runtime.txt, and in SDK 2; AUDITFLAGS="--ignore-vuln ID"
	@$(AUDIT) -r requirements/dev.txt
	@$(AUDIT) -r requirements/sdk2.txt

image:  ## the image, with docker or buildah; IMAGE=name:tag CA=bundle.pem BAKE_MODEL=... BAKE_FLASH_ATTN=... (README)
	@image/build

image-test:  ## IMAGE's contents, main job and doctor, inside it
	@image/test

base:  ## pin the Dockerfile's base to the newest digest of its tag
	@image/base

clean:
	@rm -rf .venv output
