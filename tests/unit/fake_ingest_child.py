"""The child of an update with the fake embedder, made slow or faulty as FAKE_INGEST says; run by test_jobs."""

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from desk import ingest_child
from ingest import embed
from ingest.embed import Embedded
from tests.fakes import BigramEmbedder


class Embedder(BigramEmbedder):
    def encode_passages(self, texts, spans) -> Iterator[Embedded]:  # type: ignore[no-untyped-def]
        for embedded in super().encode_passages(texts, spans):
            match os.environ.get("FAKE_INGEST"):
                case "slow":
                    time.sleep(60)
                case "crash":
                    os._exit(9)
                case "fault":
                    raise ZeroDivisionError("秘密")
            yield embedded


embed.open_embedder = lambda *_: Embedder()  # type: ignore[assignment]
sys.exit(ingest_child.main(Path(sys.argv[-1])))
