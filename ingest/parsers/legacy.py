"""Read old Office, WPS, RTF and OpenDocument files through LibreOffice, when it is installed."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from importlib import import_module
from pathlib import Path
from subprocess import DEVNULL

from ingest.errors import LimitError, ParseError, UnsupportedFormatError
from ingest.heartbeat import beat
from ingest.models import Parsed

SECONDS = 60.0
_PROGRAMS = ("soffice", "libreoffice", "/Applications/LibreOffice.app/Contents/MacOS/soffice",
             r"C:\Program Files\LibreOffice\program\soffice.exe")  # fmt: skip
_TARGETS = {
    **dict.fromkeys((".doc", ".dot", ".wps", ".rtf", ".odt"), "docx"),
    **dict.fromkeys((".ppt", ".pps", ".dps", ".odp"), "pptx"),
    **dict.fromkeys((".xls", ".et", ".ods"), "xlsx"),
}
_STREAMS = (("WordDocument", "docx"), ("PowerPoint Document", "pptx"), ("Workbook", "xlsx"), ("Book", "xlsx"))


def parse(path: Path) -> Parsed:
    """Convert to the newer format of the same kind, and read that."""
    target = _target(path)
    program = find_soffice()
    if program is None:
        raise UnsupportedFormatError(
            path,
            f"{path.suffix or '这种旧'} 格式需要 LibreOffice 才能读取；请安装它，或用 Word/WPS 另存为 .{target} 再放进来",
        )
    with tempfile.TemporaryDirectory(prefix="casebase-") as folder:
        beat(SECONDS)
        converted = convert(path, target, program, Path(folder))
        parsed: Parsed = import_module(f"ingest.parsers.{target}").parse(converted)
    return parsed


def find_soffice() -> str | None:
    """The LibreOffice program; None where it is not installed."""
    return next((found for name in _PROGRAMS if (found := shutil.which(name))), None)


def _target(path: Path) -> str:
    """The newer format that fits: by the streams of an OLE file, else by the suffix."""
    with path.open("rb") as file:
        data = file.read(4_000_000)
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise ParseError(path, "文件有密码，打不开；请用密码打开后另存一份不加密的")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        for stream, target in _STREAMS:
            if (stream + "\0").encode("utf-16-le") in data:
                return target
    return _TARGETS.get(path.suffix.lower(), "docx")


def convert(path: Path, target: str, program: str, folder: Path) -> Path:
    """Run LibreOffice once, with a profile of its own and a time limit; macros are never run in a conversion."""
    copy = folder / f"source{path.suffix.lower() or '.doc'}"
    shutil.copyfile(path, copy)
    command = [program, "--headless", "--norestore", "--nolockcheck", f"-env:UserInstallation={(folder / 'profile').as_uri()}",
               "--convert-to", target, "--outdir", str(folder / "out"), str(copy)]  # fmt: skip
    # No pipes: LibreOffice starts children that would hold them open after it is ended.
    with subprocess.Popen(command, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL) as process:
        try:
            process.wait(timeout=SECONDS)
        except subprocess.TimeoutExpired as error:
            end_tree(process.pid)
            raise LimitError(path, f"LibreOffice 转换了 {SECONDS:.0f} 秒还没完成，已停止") from error
    converted = folder / "out" / f"source.{target}"
    if not converted.exists():
        raise ParseError(path, "LibreOffice 打不开这个文件，可能已损坏或有密码")
    return converted


def end_tree(pid: int) -> None:
    """End a process with all that it has started."""
    if os.name == "nt":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(pid)], capture_output=True, check=False)
        return
    for child in [pid, *descendants(pid)]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)


def descendants(pid: int) -> list[int]:
    """The processes that a process has started and those that they have, where the system lists them."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            parents[int(entry.parent.name)] = int(
                entry.read_text(encoding="utf-8", errors="replace").rsplit(")", 1)[1].split()[1]
            )
    found = [pid]
    for parent in found:  # grows while it is walked
        found += [child for child, above in parents.items() if above == parent]
    return found[1:]
