# Everything happens in config/setup.py, with the first Python here that is new enough and has venv.
fits = import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))
PYTHON = $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c '$(fits)' >/dev/null 2>&1 && echo $$p && exit; done; echo python3)
.PHONY: run test nightly check bench messages screenshots setup stop help

define with_python
@command -v $(PYTHON) >/dev/null || { echo "Jiqun needs Python 3.11 or newer: install python3 with its venv." >&2; exit 1; }
@$(PYTHON) config/setup.py $@ $(ARGS)
endef

run:
	$(with_python)
test:
	$(with_python)
nightly:
	$(with_python)
check:
	$(with_python)
bench:
	$(with_python)
messages:
	$(with_python)
screenshots:
	$(with_python)
setup:
	$(with_python)
stop:
	$(with_python)
help:
	$(with_python)
