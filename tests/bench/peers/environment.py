"""The peers' own environment, ``.venv-peers``: exact versions, apart from the project's."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from tests.bench.peers.roster import Peer

ROOT = Path(__file__).resolve().parents[3]
VENV = ROOT / ".venv-peers"
VERSIONS = Path(__file__).with_name("requirements.txt")
PIP = ("-m", "pip")
LONGEST = 3600  # seconds that pip may take for one peer
PYTHON = VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def install(peers: Iterable[Peer]) -> dict[str, str]:
    """Install each peer where it isn't yet; returns by module why one could not be."""
    if not PYTHON.exists():
        made = _run([sys.executable, "-m", "venv", str(VENV)])
        if made:
            return {peer.module: made for peer in peers}
    flags = ["--disable-pip-version-check", "--quiet", "-c", str(VERSIONS)]
    failed = {}
    for peer in peers:
        print(f"==> 安装 {peer.name}", file=sys.stderr, flush=True)
        if reason := _run([str(PYTHON), *PIP, "install", *flags, *peer.packages]):
            failed[peer.module] = f"装不上：{reason}"
    return failed


def reason(stderr: str) -> str:
    """The last line of an error, without this machine's paths.

    >>> reason("Traceback …\\nModuleNotFoundError: No module named 'txtai'\\n\\n")
    "ModuleNotFoundError: No module named 'txtai'"
    """
    lines = [line.strip() for line in stderr.splitlines() if line.strip()] or ["没有说明"]
    for path, shown in ((ROOT, "."), (Path.home(), "~")):
        lines[-1] = lines[-1].replace(str(path), shown)
    return lines[-1][:200]


def _run(command: list[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=LONGEST)
    except (OSError, subprocess.TimeoutExpired) as error:
        return reason(str(error))
    return reason(done.stderr) if done.returncode else ""
