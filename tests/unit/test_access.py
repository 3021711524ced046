"""Who may change the library."""

from __future__ import annotations

import hmac
import stat
import threading
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from desk import access, access_commands
from desk.__main__ import main
from desk.access import AccessError, Administrator, Guard, Settings

PASSWORD = "梧桐树 江边 七点钟"


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module", autouse=True)
def quick() -> Iterator[None]:
    """The cheapest hash that is accepted: what is tested is not how long it takes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(access, "COST", 10)
        yield


@pytest.fixture(scope="module")
def known() -> Settings:
    return access.settings({"admin": {"password": access.hash_password(PASSWORD)}})


@pytest.fixture
def clock() -> Clock:
    return Clock()


def wrong(guard: Guard, known: Settings, times: int) -> str:
    for _ in range(times):
        with pytest.raises(AccessError) as error:
            guard.sign_in("不对的密码啊啊啊", "", known)
    return str(error.value)


def test_a_hash_lets_in_its_password_only(known: Settings) -> None:
    assert access.matches(PASSWORD, known.password)
    assert not access.matches(PASSWORD + "。", known.password)
    assert PASSWORD not in known.password


def test_a_password_typed_with_full_width_letters_is_the_same(known: Settings) -> None:
    hashed = access.hash_password("horse-stair-lamp")
    assert access.matches("ｈｏｒｓｅ－ｓｔａｉｒ－ｌａｍｐ", hashed)


def test_two_hashes_of_one_password_differ() -> None:
    assert access.hash_password(PASSWORD) != access.hash_password(PASSWORD)


@pytest.mark.parametrize(
    ("weak", "says"), [("短短的", "至少要 10"), ("a" * 12, "相同的字符"), ("密" * 201, "最多 200")]
)
def test_a_weak_password_is_refused_with_the_reason(weak: str, says: str) -> None:
    with pytest.raises(AccessError, match=says):
        access.hash_password(weak)


def test_digests_are_compared_in_constant_time(known: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []

    def compare(a: bytes, b: bytes) -> bool:
        compared.append((a, b))
        return a == b

    monkeypatch.setattr(hmac, "compare_digest", compare)
    access.matches("不对的密码啊啊啊", known.password)
    assert [len(side) for pair in compared for side in pair] == [32, 32]


@pytest.mark.parametrize(
    "stored",
    ["secret", "plain$" + "x" * 20, "scrypt$30$8$1$AAAAAAAAAAAAAAAAAAAAAA==$AAAA", "scrypt$15$8$3$!!$!!", 5],
)
def test_what_is_no_hash_turns_administration_off_and_is_named(stored: object) -> None:
    found = access.settings({"admin": {"password": stored}})
    assert not found.possible and "python -m desk password" in found.problem


def test_there_is_no_default_password(tmp_path: Path) -> None:
    found = access.settings({})
    assert not found.possible and not found.problem
    for guess in ("", "admin", "password"):
        with pytest.raises(AccessError, match="还没有设置"):
            Guard(tmp_path).sign_in(guess, "", found)


def test_five_wrong_passwords_lock_even_the_right_one_out(
    tmp_path: Path, known: Settings, clock: Clock
) -> None:
    guard = Guard(tmp_path, clock)
    assert "还可以试 1 次" in wrong(guard, known, 4)
    assert "15 分钟" in wrong(guard, known, 1)
    with pytest.raises(AccessError, match="15 分钟"):
        guard.sign_in(PASSWORD, "", known)
    clock.now += access.LOCKED - 1
    with pytest.raises(AccessError, match="1 分钟"):
        guard.sign_in(PASSWORD, "", known)
    clock.now += 1
    assert guard.sign_in(PASSWORD, "张三", known).name == "张三"


def test_a_lock_outlives_a_restart(tmp_path: Path, known: Settings, clock: Clock) -> None:
    wrong(Guard(tmp_path, clock), known, 5)
    with pytest.raises(AccessError, match="太多"):
        Guard(tmp_path, clock).sign_in(PASSWORD, "", known)


def test_the_right_password_clears_the_count(tmp_path: Path, known: Settings, clock: Clock) -> None:
    guard = Guard(tmp_path, clock)
    wrong(guard, known, 4)
    guard.sign_in(PASSWORD, "", known)
    assert "还可以试 4 次" in wrong(guard, known, 1)


def test_old_mistakes_are_forgotten(tmp_path: Path, known: Settings, clock: Clock) -> None:
    guard = Guard(tmp_path, clock)
    wrong(guard, known, 4)
    clock.now += access.WINDOW
    assert "还可以试 4 次" in wrong(guard, known, 1)


def test_a_damaged_count_locks_and_then_mends(tmp_path: Path, known: Settings, clock: Clock) -> None:
    (tmp_path / "access.json").write_text("{", encoding="utf-8")
    guard = Guard(tmp_path, clock)
    with pytest.raises(AccessError, match="太多"):
        guard.sign_in(PASSWORD, "", known)
    clock.now += access.LOCKED
    assert guard.sign_in(PASSWORD, "", known)


def test_a_burst_of_attempts_gets_no_more_than_the_limit(
    tmp_path: Path, known: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def never(password: str, stored: str) -> bool:
        tried.append(password)
        return False

    monkeypatch.setattr(access, "matches", never)

    def attempt() -> None:
        with pytest.raises(AccessError):
            Guard(tmp_path).sign_in("猜一个密码试试看", "", known)

    threads = [threading.Thread(target=attempt) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(tried) == access.ATTEMPTS


def test_a_sign_in_ends_after_its_hours_and_with_a_new_password(
    tmp_path: Path, known: Settings, clock: Clock
) -> None:
    administrator = Guard(tmp_path, clock).sign_in(PASSWORD, "", known)
    assert access.holds(administrator, known, clock.now + access.HOURS * 3600 - 1)
    assert not access.holds(administrator, known, clock.now + access.HOURS * 3600)
    changed = access.settings({"admin": {"password": access.hash_password("另外一个新的密码也行")}})
    assert not access.holds(administrator, changed, clock.now)
    assert not access.holds(administrator, Settings(), clock.now)


SERVICE = access.settings({"auth": {"client_id": "x"}, "admin": {"emails": ["Li@Example.org "]}})


def test_the_sign_in_service_vouches_for_the_listed_addresses() -> None:
    claims = {"email": "li@example.ORG", "email_verified": True, "name": "李", "iat": 100}
    assert access.vouched(claims, SERVICE, 200.0) == Administrator("李", 100 + access.HOURS * 3600)


@pytest.mark.parametrize(
    ("claims", "says"),
    [
        ({}, "没有给出"),
        ({"email": "li@example.org", "email_verified": False}, "没有给出"),
        ({"email": "other@example.org"}, "不在管理员名单"),
        ({"email": "li@example.org", "iat": 200.0 - access.HOURS * 3600}, "重新登录"),
    ],
)
def test_the_sign_in_service_vouches_for_nobody_else(claims: dict[str, object], says: str) -> None:
    with pytest.raises(AccessError, match=says):
        access.vouched(claims, SERVICE, 200.0)


def test_a_service_without_a_list_makes_nobody_an_administrator() -> None:
    assert not access.settings({"auth": {"client_id": "x"}}).possible
    assert "emails" in access.settings({"auth": {"client_id": "x"}, "admin": {"emails": "a@b"}}).problem


def test_the_command_writes_a_file_that_only_its_owner_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answer(monkeypatch, PASSWORD, PASSWORD)
    path = tmp_path / ".streamlit" / "secrets.toml"
    assert main(["password", "--file", str(path)]) == 0
    stored = tomllib.loads(path.read_text(encoding="utf-8"))
    assert access.matches(PASSWORD, stored["admin"]["password"])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert PASSWORD not in capsys.readouterr().out


def test_the_command_leaves_everything_else_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "secrets.toml"
    before = (
        '# 别动我\n[privacy]\nlog_questions = false\n\n[admin]\nemails = ["a@b"]  # 名单\npassword = "旧"\n'
    )
    path.write_text(before, encoding="utf-8")
    access_commands.store(path, "新")
    assert path.read_text(encoding="utf-8") == before.replace("旧", "新")


def test_the_command_does_not_touch_a_file_it_cannot_read(tmp_path: Path) -> None:
    path = tmp_path / "secrets.toml"
    path.write_text("[[[", encoding="utf-8")
    with pytest.raises(AccessError, match="没有动它"):
        access_commands.store(path, "新")
    assert path.read_text(encoding="utf-8") == "[[["


def test_two_different_entries_change_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answer(monkeypatch, PASSWORD, PASSWORD + "？")
    assert main(["password", "--file", str(tmp_path / "s.toml")]) == 2
    assert "两遍不一样" in capsys.readouterr().err
    assert not (tmp_path / "s.toml").exists()


def answer(monkeypatch: pytest.MonkeyPatch, *typed: str) -> None:
    answers = iter(typed)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(answers))
