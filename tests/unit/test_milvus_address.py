"""What CASEBASE_STORE may say, and that nothing secret of it is ever shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.errors import StoreError
from ingest.milvus.address import Address, from_environment


@pytest.mark.parametrize("value", ["", "local", " local "])
def test_without_a_store_or_with_local_the_index_is_on_this_disk(value: str) -> None:
    assert from_environment({"CASEBASE_STORE": value}) is None


@pytest.mark.parametrize(
    ("value", "uri", "database"),
    [
        ("milvus+http://host:1234", "http://host:1234", ""),
        ("milvus+https://milvus.example.org/chengdu", "https://milvus.example.org:19530", "chengdu"),
        ("milvus+http://[::1]:19530/", "http://[::1]:19530", ""),
    ],
)
def test_a_server_is_named_by_its_address_and_maybe_a_database(value: str, uri: str, database: str) -> None:
    found = from_environment({"CASEBASE_STORE": value})
    assert found and (found.uri, found.database, found.is_file) == (uri, database, False)


def test_a_file_is_named_by_its_path_chinese_and_spaces_included(tmp_path: Path) -> None:
    path = tmp_path / "资 料.db"
    found = from_environment({"CASEBASE_STORE": f"milvus+{path.as_uri()}"})
    assert found == Address(str(path)) and found.is_file


@pytest.mark.parametrize(
    "value",
    [
        "milvus",
        "http://host:19530",
        "milvus+http://",
        "milvus+ftp://host",
        "milvus+http://host:99999",
        "milvus+file://x.db",
        "milvus+file:///tmp/no-database",
        "postgres://host",
    ],
)
def test_what_is_no_address_is_refused_with_how_it_is_written(value: str) -> None:
    with pytest.raises(StoreError, match=r"CASEBASE_STORE.*milvus\+https://"):
        from_environment({"CASEBASE_STORE": value})


def test_a_password_in_the_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(StoreError, match="CASEBASE_STORE_TOKEN") as refused:
        from_environment({"CASEBASE_STORE": "milvus+https://root:geheim@host"})
    assert "geheim" not in str(refused.value)


@pytest.mark.parametrize("value", ["soon", "0", "-1", "nan", "1e9"])
def test_a_time_out_that_is_none_is_refused(value: str) -> None:
    environment = {"CASEBASE_STORE": "milvus+http://host", "CASEBASE_STORE_TIMEOUT": value}
    with pytest.raises(StoreError, match="秒数"):
        from_environment(environment)


def test_a_certificate_that_is_not_there_is_said() -> None:
    environment = {"CASEBASE_STORE": "milvus+https://host", "CASEBASE_STORE_CA": "/none/ca.pem"}
    with pytest.raises(StoreError, match=r"/none/ca\.pem"):
        from_environment(environment)


def test_the_token_is_in_no_text_of_the_address() -> None:
    environment = {"CASEBASE_STORE": "milvus+http://host", "CASEBASE_STORE_TOKEN": "root:geheim"}
    found = from_environment(environment)
    assert found and found.token == "root:geheim"
    assert "geheim" not in f"{found} {found!r}"


@pytest.mark.parametrize(
    ("scheme", "host", "openly"),
    [("http", "host", True), ("https", "host", False), ("http", "127.0.0.1", False)],
)
def test_a_token_that_would_go_over_the_network_unencrypted_is_noticed(
    scheme: str, host: str, openly: bool
) -> None:
    assert Address(f"{scheme}://{host}:19530", token="root:geheim").sends_token_openly is openly
