# Works with GNU make 3.81 (macOS) and with Git Bash on Windows.
ifeq ($(OS),Windows_NT)
PYTHON ?= python
PY := .venv/Scripts/python
else
PYTHON ?= python3
PY := .venv/bin/python
endif

# The course's tensors are tiny: with more threads, each would only wait for the others.
export OMP_NUM_THREADS = 1

# Packages from another folder would hide those in .venv.
unexport PYTHONPATH PYTHONHOME

# In containers, root is often the only user.
AS_ROOT = $(if $(filter 0,$(shell id -u)),--allow-root)

.PHONY: help lab test test-all test-rest notebooks html address handout bench diagnoses lock clean
.DEFAULT_GOAL := help

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' Makefile

lab: .venv/lab.stamp ## set up .venv and open the course in JupyterLab
	@echo "lab06: JupyterLab opens in your browser, or copy one of the addresses below. Ctrl-C ends it."
	$(PY) -m jupyterlab $(AS_ROOT) --ServerApp.root_dir=. notebooks/00_start_here.ipynb

# Two at a time: tests as they come, or all of a file in their order, such as a notebook's cells.
PYTEST = $(PY) -m pytest -n 2 --dist
NBVAL = $(PYTEST) loadfile --nbval --nbval-current-env --nbval-kernel-startup-timeout=600 notebooks
STARTED := $(shell date +%s)

# $(call step,name,command,what to do): a failure is named in the last line of the output.
step = $(2) || { code=$$?; echo; echo "make $@ FAILED at $(1). What to do: $(3)"; exit $$code; }
ALONE = fix it and run the failed ones alone: $(PY) -m pytest --lf
REPAIR = read the failure above. If the new output is the right one: make notebooks
# If all is well, the last line says how many tests and notebooks passed, and in how many minutes.
passed = @echo; echo "make $@ passed in $$((($$(date +%s) - $(STARTED)) / 60)) minutes:" \
    "$$(sed -n 's/.* tests="\([0-9]*\)".*/\1/p' build/$@.xml) tests," \
    "and the outputs of $(words $(wildcard notebooks/*.ipynb)) notebooks"

test: .venv/test.stamp ## test the course in 3 minutes: package, exercises, each notebook's outputs
	$(call step,lint,$(PY) -m ruff check .,$(PY) -m ruff check --fix .)
	$(call step,format,$(PY) -m ruff format --check .,$(PY) -m ruff format .)
	$(call step,the tests,$(PYTEST) worksteal --junitxml=build/$@.xml tests/test_*.py,$(ALONE))
	$(call step,the notebooks,OMP_NUM_THREADS=2 OMP_WAIT_POLICY=PASSIVE $(NBVAL),$(REPAIR))
	$(passed)

test-all: test test-rest ## test all that CI does, in 6 minutes

test-rest: .venv/test-all.stamp ## what test-all adds: browser, reruns, other instructions, nbgrader, site, Binder
	$(call step,the browser,$(PY) tests/browser/get_chromium.py,install Chromium as said above)
	$(call step,the tests,$(PYTEST) worksteal --junitxml=build/$@.xml tests/system tests/browser,$(ALONE))
	$(call step,the notebooks on plain instructions,ATEN_CPU_CAPABILITY=default $(NBVAL),$(REPAIR))
	$(passed)

# Stores the outputs without what differs between computers: run times, the state of widgets, the
# Python version, how printed lines happened to be grouped.
notebooks: .venv/lab.stamp ## run all notebooks and store their outputs
	$(PY) -m jupyter nbconvert --to notebook --inplace --execute \
	    --ExecutePreprocessor.kernel_name=python3 \
	    --ExecutePreprocessor.record_timing=False \
	    --ExecutePreprocessor.store_widget_state=False \
	    --NotebookExporter.preprocessors=nbconvert.preprocessors.CoalesceStreamsPreprocessor \
	    --ClearMetadataPreprocessor.enabled=True \
	    --ClearMetadataPreprocessor.clear_cell_metadata=False \
	    --ClearMetadataPreprocessor.preserve_nb_metadata_mask='{"kernelspec", ("language_info", "name")}' \
	    notebooks/*.ipynb
	$(PY) tools/fold.py
	$(PY) tools/readme_picture.py

html: .venv/test.stamp ## write all notebooks as web pages that need no Python into build/html
	rm -rf build/html
	$(PY) tools/site/export.py

address: ## write the links of a public copy: make address REPOSITORY=owner/name
	@$(PYTHON) tools/address.py "$(REPOSITORY)"

HANDOUT = build/handout

handout: .venv/lab.stamp ## write into build/handout what students need: the course without solutions and outputs
	$(PY) -m jupyter nbconvert --to notebook --output-dir "$(HANDOUT)/notebooks" \
	    --TagRemovePreprocessor.enabled=True \
	    --TagRemovePreprocessor.remove_cell_tags=solution \
	    --ClearOutputPreprocessor.enabled=True \
	    notebooks/*.ipynb
	$(PY) tools/handout.py "$(HANDOUT)"

bench: .venv/test-all.stamp ## measure the package against bare PyTorch, the explorers and the memory
	PYTHONPATH=tests $(PY) tools/bench/package.py
	PYTHONPATH=tests/browser $(PY) tools/bench/explorers.py
	PYTHONPATH=tests/browser $(PY) tools/bench/memory.py

diagnoses: .venv/test.stamp ## store what the checks say to each known answer, in tests/diagnoses.md
	$(PY) tests/diagnoses.py

# Keeps the pinned versions where pyproject.toml still allows them.
LOCK = uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
    --fork-strategy fewest --no-annotate --custom-compile-command "make lock"

lock: ## write the pins again after a change in pyproject.toml (needs uv: pip install uv)
	$(LOCK) -o requirements.txt
	$(LOCK) -o tests/requirements.txt --extra test -c requirements.txt
	$(LOCK) -o tests/requirements-all.txt --extra test --extra test-all -c tests/requirements.txt
	$(call without,tests/requirements-all.txt,tests/requirements.txt,requirements.txt)
	$(call without,tests/requirements.txt,requirements.txt,../requirements.txt)

# $(call without,file,other,path of other): list in a file of pins only what the other does not.
without = (echo '\# Written by "make lock".'; echo '-r $(3)'; grep -vxFf $(2) $(1)) > $(1).new && mv $(1).new $(1)

clean: ## remove .venv and everything else that make has written
	rm -rf .venv build *.egg-info .hypothesis .pytest_cache .ruff_cache
	find lab06 notebooks tests tools -name __pycache__ -o -name .ipynb_checkpoints | xargs rm -rf

# tools/prepare.py knows from the stamps what is left to do, even after an interruption or a move.
.venv/lab.stamp .venv/test.stamp .venv/test-all.stamp: always
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 6))" || { echo "lab06 needs Python 3.11 to 3.14, and $(PYTHON) cannot be run:" \
	    "install Python, or say where it is: make lab PYTHON=/path/to/python3.13"; exit 1; }
	@$(PYTHON) tools/prepare.py $(basename $(notdir $@))

.PHONY: always
always:
