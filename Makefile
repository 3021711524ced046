# Two commands matter: `make app` and `make test`. Both work on a fresh clone and say what they do.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP_FLAGS := --disable-pip-version-check --quiet --progress-bar on -c constraints.txt

.DEFAULT_GOAL := help
.PHONY: help app index setup test check fix gate bench bench-page bench-peers bench-scale clean

help:
	@echo "make app    安装、建立索引并打开网页（http://127.0.0.1:8501）"
	@echo "make test   安装开发依赖并运行全部测试"
	@echo "make index  更新索引    make check  代码检查    make gate  检索质量门槛    make bench  测速"
	@echo "make bench-page 网页测速：一个人和二十个人同时问"
	@echo "make bench-scale  大资料库测速，例如 make bench-scale SIZES='10000 1000000'"
	@echo "make bench-peers  与同类的检索库同场测速（另装一个环境，约 2 GB），可选 BEIR=文件夹"

$(BIN)/python:
	@echo "==> 建立 Python 环境 $(VENV)"
	@$(PYTHON) -m venv $(VENV) || { echo "建不了 Python 环境。在 Debian/Ubuntu 上请先运行：apt install python3-venv"; rm -rf $(VENV); exit 1; }

$(VENV)/.app: pyproject.toml constraints.txt | $(BIN)/python
	@echo "==> 安装运行所需的包（第一次约一分钟，之后不再需要网络）"
	@$(BIN)/python -m pip install $(PIP_FLAGS) -e .
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt $(VENV)/.app
	@echo "==> 安装开发和测试用的包"
	@$(BIN)/python -m pip install $(PIP_FLAGS) -e '.[dev]'
	@touch $@

index: $(VENV)/.app
	@echo "==> 准备向量模型，读入 corpus/"
	@$(BIN)/python -m ingest; code=$$?; [ $$code -le 1 ] || exit $$code

app: index
	@echo "==> 打开网页：http://127.0.0.1:8501 （按 Ctrl-C 停止）"
	@$(BIN)/python -m streamlit run app.py

setup: $(VENV)/.dev

test: setup
	@$(BIN)/python -m tests.browser.chromium || true
	@echo "==> 运行测试"
	@$(BIN)/python -m pytest -q -n 2 --dist worksteal

check: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

fix: setup
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

gate: setup
	@$(BIN)/python -m tests.quality.gate

bench: setup
	@$(BIN)/python -m tests.bench.bench

bench-page: setup index
	@$(BIN)/python -m tests.bench.visitors

bench-scale: setup
	@$(BIN)/python -m tests.bench.scale $(SIZES)

bench-peers: setup
	@$(BIN)/python -m tests.bench.peers.run $(BEIR)

clean:
	rm -rf $(VENV) .venv-peers index models
