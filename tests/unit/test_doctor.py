"""``doctor`` says what is wrong and what mends it, and never fails over what it finds."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ingest import doctor, doctor_checks, index, ocr
from ingest.__main__ import main
from ingest.doctor import Check, examine
from tests.conftest import ROOT

NAMES = "Python 依赖 内置模型 索引 索引锁 磁盘空间 写入权限 内存与处理器 文字识别 旧格式 计算向量 网页端口".split()


def check(checks: list[Check], name: str) -> Check:
    (found,) = [check for check in checks if check.name == name]
    return found


@pytest.fixture
def light(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the checks that take a model."""
    for name in ("recognition", "embedding"):
        monkeypatch.setattr(doctor_checks, name, lambda *_: Check("x", "ok", ""))


@pytest.mark.usefixtures("builtin_folder")
@pytest.mark.model
@pytest.mark.skipif(not ocr.available(), reason="rapidocr is not installed")
def test_where_all_is_well_it_says_so(fake_index: Path) -> None:
    checks = examine(fake_index, ROOT / "models")
    assert [check.name for check in checks] == NAMES
    assert [c for c in checks if c.status == "fail" or (c.status == "warn" and not c.fix)] == []
    assert "社区居民议事会议记录" in check(checks, "文字识别").detail
    assert "段" in check(checks, "计算向量").detail


@pytest.mark.usefixtures("light")
@pytest.mark.parametrize("how", ["no pointer", "truncated", "manifest", "not a folder"])
def test_a_damaged_index_is_said_with_what_mends_it(
    fake_index: Path, how: str, capsys: pytest.CaptureFixture[str]
) -> None:
    build = index.current_build(fake_index)
    if how == "no pointer":
        (fake_index / "CURRENT").write_bytes(b"\xff\xfe")
    elif how == "truncated":
        (build / "dense.faiss").write_bytes(b"")
    elif how == "manifest":
        (build / "manifest.json").write_text('{"inputs": 3}', encoding="utf-8")
    else:
        shutil.rmtree(fake_index)
        fake_index.write_text("", encoding="utf-8")
    assert main(["doctor", "--json", "--index", str(fake_index)]) == 1
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert not report["ok"]
    (found,) = [c for c in report["checks"] if c["name"] == "索引"]
    assert set(found) == {"name", "status", "detail", "fix"}
    assert found["status"] == "fail" and found["fix"]


def test_without_an_index_it_names_the_command_that_makes_one(tmp_path: Path) -> None:
    found = doctor_checks.stored_index(tmp_path / "none")
    assert (found.status, found.fix) == ("warn", "python -m ingest")


@pytest.mark.parametrize("package", ["packaging", "filelock", "onnxruntime", "wcwidth"])
def test_a_missing_package_is_a_line_and_no_traceback(package: str, fake_index: Path) -> None:
    code = (
        f"import sys; sys.modules[{package!r}] = None; from ingest.__main__ import main; "
        f"sys.exit(main(['doctor', '--index', {str(fake_index)!r}]))"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in found.stderr
    assert all(name in found.stdout for name in NAMES)
    if package != "wcwidth":  # which doctor itself has no use for
        assert found.returncode == 1 and doctor.REINSTALL in found.stdout


def test_versions_are_compared_with_what_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def version(name: str) -> str:
        if name == "jieba":
            raise doctor_checks.metadata.PackageNotFoundError(name)
        return "0.0.1" if name == "streamlit" else real(name)

    real = doctor_checks.metadata.version
    assert doctor_checks.dependencies().status == "ok"
    monkeypatch.setattr(doctor_checks.metadata, "version", version)
    found = doctor_checks.dependencies()
    assert found.status == "fail" and found.fix == doctor.REINSTALL
    assert "缺少 jieba" in found.detail and "streamlit 是 0.0.1，需要 >=" in found.detail


@pytest.mark.model
def test_a_changed_model_is_told_from_a_whole_one(builtin_folder: Path, tmp_path: Path) -> None:
    assert doctor_checks.model(builtin_folder.parent).status == "ok"
    copy = tmp_path / builtin_folder.name
    shutil.copytree(builtin_folder, copy, ignore=shutil.ignore_patterns("model.safetensors"))
    with (copy / "onnx" / "unigram.npz").open("ab") as file:
        file.write(b"x")
    assert doctor_checks.model(tmp_path).status == "fail"
    assert doctor_checks.model(tmp_path / "none").status == "warn"


def test_a_held_lock_is_said_and_a_left_one_is_not_held_against_anybody(tmp_path: Path) -> None:
    with index.writer_lock(tmp_path):
        assert doctor_checks.lock(tmp_path).status == "warn"
        left = (tmp_path / "LOCK.holder").read_text(encoding="utf-8")
    assert doctor_checks.lock(tmp_path) == Check("索引锁", "ok", "空闲")
    (tmp_path / "LOCK.holder").write_text(left, encoding="utf-8")
    assert "没有正常结束" in doctor_checks.lock(tmp_path).detail


def test_a_port_in_use_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setattr(doctor_checks, "_PORT", taken.getsockname()[1])
        assert doctor_checks.port().status == "warn"
    assert doctor_checks.port().status == "ok"


def test_the_words_mark_every_check_and_name_what_mends_it() -> None:
    checks = [Check("甲", "ok", "好"), Check("乙", "warn", "慢", "等"), Check("丙", "fail", "坏", "修")]
    text = doctor.in_words(checks)
    assert text.splitlines() == [
        "✓ 甲：好",
        "! 乙：慢",
        "    怎么办：等",
        "✗ 丙：坏",
        "    怎么办：修",
        "有 1 处不正常。",
    ]
