"""Where Chromium is; ``python -m tests.browser.chromium`` says so before the tests run."""

from __future__ import annotations

import shutil

EXECUTABLE = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
MISSING = "没有找到 Chromium，跳过浏览器测试。要运行它们，请先 apt install chromium fonts-noto-cjk。"

if __name__ == "__main__":
    print(f"浏览器测试使用 {EXECUTABLE}" if EXECUTABLE else MISSING)
