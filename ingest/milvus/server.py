"""A connection to Milvus: every call within its time, every failure in words."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingest.errors import StoreError, StoreUnreachableError
from ingest.milvus.address import STORE, TIMEOUT, TOKEN, Address

ALIAS = "casebase"
"""Names the collection of the current build, as CURRENT names the build of a local index."""
_PAUSES = (
    0.2,
    0.5,
)  # seconds before connecting again; calls are tried again by pymilvus until their time is over
_FILES: Counter[str] = Counter()  # connections to each file of milvus-lite, which one process at a time holds
_SHOWN = 200  # characters of what the server says


class Server:
    """What holds the collections of the builds; raises StoreError, or StoreUnreachableError when nobody answers."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._errors, self._client = self._connect()
        if address.is_file:
            _FILES[address.uri] += 1

    def _connect(self) -> tuple[tuple[type[Exception], ...], Any]:
        """What a call may raise, and the client."""
        try:
            from grpc import RpcError
            from pymilvus import MilvusClient
            from pymilvus.exceptions import MilvusException
        except ImportError as error:
            raise StoreError(
                f"{STORE} 指定了 Milvus，但没有安装它的客户端（{error}）。请运行 pip install -c constraints.txt -e '.[milvus]'。"
            ) from error
        # Their logs have a traceback for every failure; those are told in words here. Importing sets the levels.
        for name in ("pymilvus", "milvus_lite", "grpc"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        address = self.address
        options: dict[str, Any] = {"uri": address.uri, "timeout": address.seconds}
        if address.is_file:
            Path(address.uri).parent.mkdir(parents=True, exist_ok=True)
        else:
            options |= {"token": address.token, "db_name": address.database}
            options |= {"server_pem_path": str(address.ca)} if address.ca else {}
        for pause in (*_PAUSES, None):
            try:
                return (MilvusException, RpcError, OSError), MilvusClient(**options)
            except Exception as error:  # of grpc, of pymilvus, or of the parser of a certificate
                failure = self._failure(error, connecting=True)
                if pause is None or not isinstance(failure, StoreUnreachableError):
                    raise failure from None
                time.sleep(pause)
        raise AssertionError("unreachable")

    def call(self, name: str, *arguments: Any, **options: Any) -> Any:
        """What the method of this name of a MilvusClient returns."""
        try:
            return getattr(self._client, name)(*arguments, **{"timeout": self.address.seconds, **options})
        except self._errors as error:
            raise self._failure(error) from None

    @property
    def is_lite(self) -> bool:
        """Whether milvus-lite answers, which has fewer kinds of indexes."""
        return "lite" in str(self.call("get_server_version"))

    def collections(self) -> list[str]:
        """Names of all collections, other programs' too."""
        return list(self.call("list_collections"))

    def current(self) -> str | None:
        """Name of the collection that ALIAS names; None when there is none."""
        try:
            return str(self._client.describe_alias(ALIAS, timeout=self.address.seconds)["collection_name"])
        except self._errors as error:
            if _is_missing(error):
                return None
            raise self._failure(error) from None

    def close(self) -> None:
        """Let go of the connection, and of the file where it is one."""
        self._client.close()
        if not self.address.is_file:
            return
        _FILES[self.address.uri] -= 1
        if not _FILES[self.address.uri]:
            from milvus_lite.server_manager import server_manager_instance

            server_manager_instance.release_server(self.address.uri)

    def _failure(self, error: Exception, connecting: bool = False) -> StoreError:
        """The error to raise; without the traceback of the one before, which may hold the token."""
        address, said = self.address, self._said(error)
        if address.is_file and connecting:
            return StoreUnreachableError(
                f"打不开 Milvus 文件 {address}：可能别的程序正在用它，或者没有权限。请关掉那个程序再试。"
            )
        if _is_refused(error):
            return StoreError(f"Milvus {address} 不接受这个口令。请检查环境变量 {TOKEN}。")
        if connecting or _is_silent(error):
            why = "" if "Fail connecting" in said else f"（{said}）"  # says no more than that
            return StoreUnreachableError(
                f"连不上 Milvus {address}{why}。请检查 {STORE} 的地址、网络、证书和 Milvus 是否在运行；"
                f"只是慢的话，把 {TIMEOUT} 调大（现在 {address.seconds:g} 秒）。"
            )
        return StoreError(f"Milvus {address} 没有照办：{said}")

    def _said(self, error: Exception) -> str:
        text = str(getattr(error, "message", "") or error)
        if self.address.token:
            text = text.replace(self.address.token, "…")
        return " ".join(text.split())[:_SHOWN]


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error and those that led to it; pymilvus raises errors from themselves."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _statuses(error: Exception) -> set[str]:
    """Names of the gRPC statuses that an error and those before it carry."""
    codes = (getattr(one, "code", None) for one in _chain(error))
    return {str(getattr(code() if callable(code) else code, "name", "")) for code in codes}


def _is_silent(error: Exception) -> bool:
    if _statuses(error) & {"UNAVAILABLE", "DEADLINE_EXCEEDED", "CANCELLED", "UNKNOWN"}:
        return True
    text = str(error)
    return "Retry timeout" in text or "Fail connecting" in text or isinstance(error, OSError)


def _is_refused(error: Exception) -> bool:
    refused = _statuses(error) & {"UNAUTHENTICATED", "PERMISSION_DENIED"}
    return bool(refused) or any("auth check failure" in str(one).lower() for one in _chain(error))


def _is_missing(error: Exception) -> bool:
    """Whether there is no such alias; Milvus 2.3 and later: code 1600, milvus-lite: 100."""
    return getattr(error, "code", None) in (100, 1600) or "alias not found" in str(error).lower()
