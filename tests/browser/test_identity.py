"""Signing in through the organisation's service, from the button to the rights, against a real OpenID Connect exchange."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from ingest import pipeline
from tests.browser.server import free_port, serving
from tests.browser.tour import PATIENCE, settle
from tests.conftest import silent
from tests.fakes import BigramEmbedder

pytest.importorskip("authlib")
from tests.browser.identity import Identity, identity  # after authlib, which brings joserfc

LISTED = {"email": "Li@Example.org", "email_verified": True, "name": "李老师"}


@dataclass(frozen=True, slots=True)
class Served:
    """The app, and the service that it trusts."""

    address: str
    service: Identity


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("service")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "会.md").write_text("居民议事会每月开一次。", encoding="utf-8")
    pipeline.ingest([folder / "corpus"], folder / "index", BigramEmbedder(), silent)
    port = free_port()
    settings = folder / "secrets.toml"
    with identity() as service:
        admin = '\n[admin]\nemails = ["li@example.org"]\n'
        settings.write_text(service.secrets_toml(f"http://127.0.0.1:{port}") + admin, encoding="utf-8")
        options = ("--secrets.files", str(settings))
        with serving(folder / "index", folder / "data", *options, port=port, NO_PROXY="127.0.0.1") as app:
            yield Served(app, service)


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE)
    yield opened
    context.close()


def sign_in(page: Any, served: Served) -> None:
    page.goto(f"{served.address}/library")
    page.get_by_text("管理员登录").wait_for()
    settle(page)
    page.get_by_text("管理员登录").click()
    page.get_by_role("button", name="用单位账号登录").click()
    page.wait_for_url(lambda url: url.startswith(served.address) and "/library" not in url)
    page.goto(f"{served.address}/library")
    page.get_by_role("heading", name="资料库").wait_for()
    settle(page)


def tabs(page: Any) -> list[str]:
    found: list[str] = page.get_by_role("tab").all_inner_texts()
    return found


def test_whoever_is_on_the_list_is_administrator_until_they_sign_out(page: Any, served: Served) -> None:
    served.service.claims, served.service.forger = LISTED, None
    sign_in(page, served)
    page.get_by_text("管理员：李老师").wait_for()
    assert "放进新资料" in tabs(page)
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url(lambda url: "/library" not in url)
    page.goto(f"{served.address}/library")
    page.get_by_text("管理员登录").wait_for()
    assert "放进新资料" not in tabs(page)


@pytest.mark.parametrize(
    ("claims", "says"),
    [
        ({**LISTED, "email": "wang@example.org"}, "不在管理员名单里"),
        ({**LISTED, "email_verified": False}, "没有给出核实过的邮箱"),
    ],
    ids=["another", "not verified"],
)
def test_whoever_else_signs_in_is_told_why_they_are_none(
    page: Any, served: Served, claims: dict[str, Any], says: str
) -> None:
    served.service.claims, served.service.forger = claims, None
    sign_in(page, served)
    page.get_by_text("管理员登录").click()
    page.get_by_text(says).wait_for()
    page.get_by_role("button", name="退出单位账号").wait_for()
    assert "放进新资料" not in tabs(page)


def test_a_forged_token_signs_nobody_in(page: Any, served: Served) -> None:
    from joserfc.jwk import RSAKey

    served.service.claims = LISTED
    served.service.forger = RSAKey.generate_key(2048, {"kid": "1"})
    sign_in(page, served)
    page.get_by_text("管理员登录").click()
    page.get_by_role("button", name="用单位账号登录").wait_for()
    assert "放进新资料" not in tabs(page)
