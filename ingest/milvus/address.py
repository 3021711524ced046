"""Which store a build is published to and searched in, as CASEBASE_STORE says."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import url2pathname

from ingest.errors import StoreError

STORE, TOKEN, CA, TIMEOUT = (
    "CASEBASE_STORE",
    "CASEBASE_STORE_TOKEN",
    "CASEBASE_STORE_CA",
    "CASEBASE_STORE_TIMEOUT",
)
LOCAL = "local"
_PREFIX = "milvus+"
_SECONDS = 10.0
_HOW = "写法是 milvus+http://主机:19530、milvus+https://主机:19530 或 milvus+file:///路径/某某.db"


@dataclass(frozen=True, slots=True)
class Address:
    """A Milvus server or cluster, or a file of milvus-lite; the token is shown nowhere."""

    uri: str  # as pymilvus takes it
    database: str = ""  # empty: the server's default one
    token: str = field(default="", repr=False)
    ca: Path | None = (
        None  # certificate (PEM) that the server's is checked against; None: those of the system
    )
    seconds: float = _SECONDS  # within which a call and its retries must succeed

    @property
    def is_file(self) -> bool:
        """Whether it is a file of milvus-lite."""
        return "://" not in self.uri

    @property
    def sends_token_openly(self) -> bool:
        """Whether the token goes over the network unencrypted."""
        host = urlsplit(self.uri).hostname
        return (
            bool(self.token)
            and self.uri.startswith("http:")
            and host not in ("localhost", "127.0.0.1", "::1")
        )

    def __str__(self) -> str:
        return f"{self.uri}/{self.database}" if self.database else self.uri


def from_environment(environment: Mapping[str, str] = os.environ) -> Address | None:
    """The address that CASEBASE_STORE names; None for the local store. Raises StoreError when it can't be read."""
    value = environment.get(STORE, "").strip()
    if value in ("", LOCAL):
        return None
    seconds = _seconds(environment.get(TIMEOUT, ""))
    if not value.startswith(_PREFIX):
        raise StoreError(f"{STORE} 写的存放处不认识。{_HOW}；不用 Milvus 就写 {LOCAL} 或不设。")
    try:
        parts = urlsplit(value.removeprefix(_PREFIX))
        port = parts.port
    except ValueError as error:
        raise StoreError(f"{STORE} 写的地址不对（{error}）。{_HOW}。") from error
    if parts.username or parts.password:
        raise StoreError(f"口令不要写在 {STORE} 里，请放进环境变量 {TOKEN}（用户名:密码，或者令牌）。")
    if parts.scheme == "file":
        return Address(uri=_file(parts), seconds=seconds)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise StoreError(f"{STORE} 写的地址不完整。{_HOW}。")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return Address(
        uri=f"{parts.scheme}://{host}:{port or 19530}",
        database=parts.path.strip("/"),
        token=environment.get(TOKEN, ""),
        ca=_certificate(environment.get(CA, "")),
        seconds=seconds,
    )


def _file(parts: SplitResult) -> str:
    path = Path(url2pathname(unquote(parts.path)) if os.name == "nt" else unquote(parts.path))
    if parts.netloc or not path.is_absolute() or path.suffix != ".db":
        raise StoreError(f"{STORE} 写的文件要是完整的路径，并以 .db 结尾。{_HOW}。")
    return str(path)


def _certificate(text: str) -> Path | None:
    if text and not Path(text).is_file():
        raise StoreError(f"{CA} 指的证书 {text} 不存在。请写 PEM 文件的路径，或者不设，用系统里的证书。")
    return Path(text) if text else None


def _seconds(text: str) -> float:
    try:
        seconds = float(text or _SECONDS)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 3600:
        raise StoreError(f"{TIMEOUT} 要是 0 到 3600 之间的秒数，不能是“{text[:20]}”。")
    return seconds
