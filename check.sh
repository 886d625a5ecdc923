#!/bin/sh
# Set up an environment of its own (.venv) and check everything: lint, types, the project's own
# checks, tests and doctests. Arguments go to pytest: -m "slow or not slow" runs the long ones, too.
set -eu
cd "$(dirname "$0")"
unset PYTHONDONTWRITEBYTECODE  # some thousand processes read what one of them compiled
[ -x .venv/bin/python ] || "${PYTHON:-python3}" -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
.venv/bin/ruff check .
.venv/bin/ruff format --check .
.venv/bin/mypy
.venv/bin/gcm-ld check
.venv/bin/python -m pytest -n 2 --dist worksteal "$@"
