"""Who is at the page: a random token in a cookie of this browser, by which what is theirs is found again."""

from __future__ import annotations

import re
import secrets

import streamlit as st

COOKIE = "casebase_visitor"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")  # of secrets.token_urlsafe(16)
_KEY = "visitor"
_DAYS = 400  # browsers keep no cookie longer

# A second tab opened before the first had set the cookie reloads itself and takes the first one's token.
_SCRIPT = """<script data-purpose="visitor">
(() => {{
  const held = document.cookie.match(/(?:^|; ){cookie}=([A-Za-z0-9_-]{{22}})(?:;|$)/);
  if (held && held[1] !== "{token}") {{ location.reload(); return; }}
  document.cookie = "{cookie}={token}; Path=/; Max-Age={seconds}; SameSite=Strict";
}})();
</script>"""


def token() -> str:
    """This browser's token; where it takes no cookies, this session's."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = _cookie() or secrets.token_urlsafe(16)
    return str(st.session_state[_KEY])


def remember() -> None:
    """Have a browser that came without a token keep the one it has now; called once a run, by ``app.py``."""
    if token() != _cookie():
        script = _SCRIPT.format(cookie=COOKIE, token=token(), seconds=_DAYS * 24 * 3600)
        st.html(script, unsafe_allow_javascript=True)


def _cookie() -> str:
    """The token that the browser sent when it connected; empty for none."""
    held = str(st.context.cookies.get(COOKIE, ""))
    return held if _TOKEN.fullmatch(held) else ""
