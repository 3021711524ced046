"""Who may change the library: a password hashed with scrypt, or an address vouched for by a sign-in service.

Reading is open to whoever reaches the page. There is no default password: without one in
``.streamlit/secrets.toml`` nobody is an administrator.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import math
import secrets
import threading
import time
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import filelock

from desk.files import replace_text
from ingest.errors import CasebaseError

SHORTEST, LONGEST = 10, 200  # characters of a password
COST, BLOCK, LANES = 15, 8, 3  # scrypt N=2^15, r=8, p=3: 32 MB; OWASP Password Storage Cheat Sheet
_MOST_MEMORY = 256 * 1024 * 1024  # bytes that a stored hash may ask for
HOURS = 8.0  # a sign-in holds for a working day
ATTEMPTS, WINDOW, LOCKED = 5, 15 * 60.0, 15 * 60.0  # wrong passwords; seconds in which; seconds of rest
_ONE_AT_A_TIME = threading.Lock()

Claims = Mapping[str, Any]


class AccessError(CasebaseError):
    """Somebody may not do this, or signing in went wrong."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What secrets.toml says of administration; ``problem`` says what is wrong with it."""

    password: str = ""  # as ``hash_password`` writes it; empty: none
    emails: frozenset[str] = frozenset()  # lower case, of those who sign in through the service
    service: bool = False  # a sign-in service is configured
    problem: str = ""

    @property
    def possible(self) -> bool:
        """Whether anybody can be an administrator."""
        return bool(self.password) or (self.service and bool(self.emails))


@dataclass(frozen=True, slots=True)
class Administrator:
    """Somebody signed in: a name for the records, until when (Unix seconds), and by which password's hash."""

    name: str
    until: float
    password: str = ""  # empty for the sign-in service


def settings(stored: Mapping[str, Any]) -> Settings:
    """Read the ``[admin]`` and ``[auth]`` sections; what is malformed turns that way of signing in off."""
    admin = stored.get("admin")
    admin = admin if isinstance(admin, Mapping) else {}
    password, emails = admin.get("password", ""), admin.get("emails", [])
    problem = ""
    if password and not (isinstance(password, str) and _parts(password)):
        problem = "设置文件里 [admin] 的 password 不是 python -m desk password 写出的样子，没有采用。"
        password = ""
    if not isinstance(emails, list | tuple):
        problem, emails = '设置文件里 [admin] 的 emails 应写成 ["甲@例子", "乙@例子"]，没有采用。', []
    known = frozenset(str(email).strip().casefold() for email in emails if str(email).strip())
    return Settings(password or "", known, bool(stored.get("auth")), problem)


def hash_password(password: str) -> str:
    """``scrypt$N$r$p$salt$hash`` for secrets.toml, N as a power of two; raises AccessError for a weak password."""
    if len(password) < SHORTEST:
        raise AccessError(
            f"密码至少要 {SHORTEST} 个字符，现在是 {len(password)} 个。可以用几个不相干的词连起来。"
        )
    if len(password) > LONGEST:
        raise AccessError(f"密码最多 {LONGEST} 个字符。")
    if len(set(password)) < SHORTEST // 2:
        raise AccessError("密码里相同的字符太多，请换一个。")
    salt = secrets.token_bytes(16)
    digest = _scrypt(password, salt, COST, BLOCK, LANES)
    return "$".join(["scrypt", str(COST), str(BLOCK), str(LANES), _text(salt), _text(digest)])


def matches(password: str, stored: str) -> bool:
    """Whether this is the password behind a stored hash; the comparison takes the same time either way."""
    parts = _parts(stored)
    if parts is None or len(password) > LONGEST:
        return False
    cost, block, lanes, salt, digest = parts
    return hmac.compare_digest(_scrypt(password, salt, cost, block, lanes), digest)


def _scrypt(password: str, salt: bytes, cost: int, block: int, lanes: int) -> bytes:
    text = unicodedata.normalize("NFKC", password).encode(errors="surrogatepass")
    return hashlib.scrypt(text, salt=salt, n=2**cost, r=block, p=lanes, maxmem=_MOST_MEMORY, dklen=32)


def _parts(stored: str) -> tuple[int, int, int, bytes, bytes] | None:
    """Cost, block, lanes, salt and hash; None for what isn't such a text or asks for too much memory."""
    try:
        name, cost, block, lanes, salt, digest = stored.split("$")
        numbers = int(cost), int(block), int(lanes)
        raw = base64.b64decode(salt, validate=True), base64.b64decode(digest, validate=True)
    except ValueError:
        return None
    bounded = 10 <= numbers[0] <= 20 and 1 <= numbers[1] <= 16 and 1 <= numbers[2] <= 16
    if name != "scrypt" or not bounded or 128 * numbers[1] * 2 ** numbers[0] >= _MOST_MEMORY // 2:
        return None
    return (*numbers, *raw) if len(raw[0]) >= 8 and len(raw[1]) == 32 else None


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


class Guard:
    """Lets passwords in and counts the wrong ones; the count outlives sessions and restarts.

    It is one count for all visitors: behind a proxy they share an address, and a lock that a guesser can
    leave by changing theirs would be none. ``clock`` gives Unix seconds.
    """

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self._path, self._clock = folder / "access.json", clock

    def sign_in(self, password: str, name: str, known: Settings) -> Administrator:
        """The administrator with this password; raises AccessError when it is wrong, or too many were."""
        if not known.password:
            raise AccessError("还没有设置管理员密码。请在服务器上运行 python -m desk password。")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # One attempt at a time: a burst of them can't slip through before the first is counted.
            with _ONE_AT_A_TIME, filelock.FileLock(f"{self._path}.lock", timeout=30):
                return self._attempt(password, name, known.password)
        except (OSError, filelock.Timeout) as error:
            raise AccessError(f"现在不能登录：{self._path.parent} 写不进去（{error}）。") from error

    def _attempt(self, password: str, name: str, stored: str) -> Administrator:
        now = self._clock()
        wrong = self._wrong(now)
        if (rest := self._rest(wrong, now)) > 0:
            raise AccessError(f"密码错得太多了，请过 {math.ceil(rest / 60)} 分钟再试。")
        if matches(password, stored):
            self._path.unlink(missing_ok=True)
            return Administrator(_shown(name) or "管理员", now + HOURS * 3600, stored)
        replace_text(self._path, json.dumps({"wrong": [*wrong, now]}))
        left = ATTEMPTS - len(wrong) - 1
        more = f"还可以试 {left} 次。" if left else f"请过 {LOCKED / 60:.0f} 分钟再试。"
        raise AccessError(f"密码不对。{more}")

    def _wrong(self, now: float) -> list[float]:
        """When wrong passwords were given lately; those of the future are of a clock that was set back."""
        try:
            times = json.loads(self._path.read_text(encoding="utf-8"))["wrong"]
            return [float(time) for time in times if now - max(WINDOW, LOCKED) < time <= now]
        except FileNotFoundError:
            return []
        except (ValueError, KeyError, TypeError):  # a damaged count is taken for a full one
            replace_text(self._path, json.dumps({"wrong": [now] * ATTEMPTS}))
            return [now] * ATTEMPTS

    @staticmethod
    def _rest(wrong: list[float], now: float) -> float:
        """Seconds until the next attempt is allowed."""
        return wrong[-1] + LOCKED - now if len(wrong) >= ATTEMPTS else 0.0


def holds(administrator: Administrator, known: Settings, now: float) -> bool:
    """Whether a sign-in by password still counts: not after its time, nor after the password was changed."""
    return now < administrator.until and hmac.compare_digest(
        administrator.password.encode(), known.password.encode()
    )


def vouched(claims: Claims, known: Settings, now: float) -> Administrator:
    """The administrator whom the sign-in service names; raises AccessError saying why there is none.

    ``claims`` are those of the OpenID Connect identity token.
    """
    email = str(claims.get("email") or "").strip()
    issued = claims.get("iat")
    if not email or claims.get("email_verified") is False:
        raise AccessError("登录服务没有给出核实过的邮箱，认不出您是不是管理员。")
    if email.casefold() not in known.emails:
        raise AccessError(f"{_shown(email)} 不在管理员名单里。名单在设置文件 [admin] 的 emails。")
    until = (float(issued) if isinstance(issued, int | float) else now) + HOURS * 3600
    if now >= until:
        raise AccessError(f"登录已超过 {HOURS:.0f} 小时，请退出后重新登录。")
    return Administrator(_shown(str(claims.get("name") or "")) or email, until)


def _shown(name: str) -> str:
    """A name for the records: printable, on one line, at most 40 characters."""
    return " ".join(name.split())[:40] if name.isprintable() else ""
