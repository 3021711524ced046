"""A sandbox child that misbehaves as the file's name says; run by test_sandbox in place of the real one."""

import ctypes
import os
import sys
import time
from pathlib import Path

from ingest import heartbeat, sandbox_child
from ingest.errors import IngestError
from ingest.models import Document, Section

_read = sandbox_child.answer


def answer(path: Path) -> Document | IngestError:
    match path.stem.split("-")[0]:
        case "hang":
            time.sleep(60)
        case "spin":
            while True:
                pass
        case "crash":
            ctypes.string_at(0)
        case "exit":
            os._exit(3)
        case "eat":
            blocks = [bytearray(50_000_000) for _ in range(100)]
            return Document("", (Section((), str(len(blocks))),))
        case "print":
            print("noise on standard output")
            os.write(1, b"more noise")
        case "slow":
            for _ in range(8):
                heartbeat.beat(1.0)
                time.sleep(0.25)
        case "fill":
            with Path(path.parent, "filled").open("wb") as file:
                for _ in range(700):
                    file.write(bytes(1_000_000))
        case "pid":
            return Document(str(os.getpid()), (Section((), "x"),))
    return _read(path)


sandbox_child.answer = answer
sys.argv[0] = "unruly_child"
sandbox_child.main()
