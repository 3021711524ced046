"""The page on a server that has no index of its own, and when Milvus goes away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest
import streamlit as st
from milvus_lite.adapter.grpc.server import start_server_in_thread
from streamlit.testing.v1 import AppTest

from ingest.milvus.address import from_environment
from ingest.milvus.publish import publish
from tests.app.pages import open_page, shown
from tests.conftest import ROOT, silent
from tests.fakes import BigramEmbedder

PAGES = ("ask", "cases", "case", "compare", "similar", "pack", "gaps", "library", "source")


@pytest.fixture
def milvus(tmp_path: Path, fake_index: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[grpc.Server]:
    """milvus-lite on a port of this machine with the small library in it; the page has an empty index folder."""
    serving, database, port = start_server_in_thread(str(tmp_path / "server.db"))
    monkeypatch.setenv("CASEBASE_STORE", f"milvus+http://127.0.0.1:{port}")
    monkeypatch.setenv("CASEBASE_STORE_TIMEOUT", "1")
    monkeypatch.setenv("CASEBASE_INDEX", str(tmp_path / "page server"))
    monkeypatch.setattr("search.searcher.open_embedder", lambda *_: BigramEmbedder())
    address = from_environment()
    assert address
    publish(fake_index, address, silent)
    st.cache_data.clear()
    yield serving
    serving.stop(grace=None).wait()
    database.close()
    st.cache_data.clear()


def asked(app: AppTest, question: str) -> str:
    app.text_input(key="q").set_value(question).run()
    return shown(app)


@pytest.mark.usefixtures("milvus")
def test_a_server_without_an_index_answers_from_milvus_and_draws_every_page() -> None:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30).run()
    assert "江华社区共享花园" in asked(app, "花园谁来养护")
    for name in PAGES:
        assert not open_page(name).exception, name
    assert "临汾路街道" in shown(open_page("cases"))


def test_when_milvus_goes_away_the_page_says_so_and_goes_on_with_the_local_index(
    milvus: grpc.Server, fake_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CASEBASE_INDEX", str(fake_index))
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30).run()
    assert "连不上" not in shown(app)
    milvus.stop(grace=None).wait()
    said = asked(app, "加装电梯 费用分摊")
    assert "连不上 Milvus" in said and "再试一次" in said
    app.button(key="again").click().run()
    assert "本机的索引" in shown(app) and "临汾路街道：老公房加装电梯" in shown(app)
    assert "本机的索引" not in asked(app, "花园")  # it is said once


def test_without_milvus_and_without_an_index_the_address_is_said(milvus: grpc.Server) -> None:
    milvus.stop(grace=None).wait()
    said = shown(AppTest.from_file(str(ROOT / "app.py"), default_timeout=30).run())
    assert "连不上 Milvus http://127.0.0.1:" in said
