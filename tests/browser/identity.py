"""A sign-in service on this machine: OpenID Connect with the code flow, PKCE and signed tokens, no more."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "casebase", "client-secret"


@dataclass
class Identity:
    """The service as a test sees it: where it is, and whom it vouches for next."""

    address: str
    claims: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1", "use": "sig"}))
    forger: RSAKey | None = None  # signs instead of the key that is published
    codes: dict[str, dict[str, str]] = field(default_factory=dict)  # by code: what was asked for

    def secrets_toml(self, app: str) -> str:
        """The sections of secrets.toml by which the app at this address signs in here."""
        return (
            f'[auth]\nredirect_uri = "{app}/oauth2callback"\ncookie_secret = "{secrets.token_hex(16)}"\n'
            f'client_id = "{CLIENT}"\nclient_secret = "{SECRET}"\n'
            f'server_metadata_url = "{self.address}/.well-known/openid-configuration"\n'
        )

    def metadata(self) -> dict[str, Any]:
        """What the service says of itself."""
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }

    def token(self, asked: Mapping[str, str]) -> str:
        """A signed identity token for the nonce that was asked with."""
        now = int(time.time())
        standard = {"iss": self.address, "aud": CLIENT, "sub": "1", "iat": now, "exp": now + 600}
        claims = {**standard, "nonce": asked["nonce"], **self.claims}
        return jwt.encode({"alg": "RS256", "kid": "1"}, claims, self.forger or self.key)

    def redeem(self, given: Mapping[str, str], authorization: str) -> str | None:
        """The identity token for a code, which is good once, for the client that asked for it; else None."""
        asked = self.codes.pop(given.get("code", ""), None)
        client = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if asked is None or unquote(client) != f"{CLIENT}:{SECRET}" or asked["code_challenge"] != challenge:
            return None
        return self.token(asked)


@contextmanager
def identity() -> Iterator[Identity]:
    """A running service."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path == "/.well-known/openid-configuration":
                self.json(200, service.metadata())
            elif parts.path == "/jwks":
                self.json(200, {"keys": [service.key.as_dict(private=False)]})
            elif parts.path == "/authorize":
                asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
                code = secrets.token_urlsafe(8)
                service.codes[code] = asked
                self.send_response(302)
                back = urlencode({"code": code, "state": asked["state"]})
                self.send_header("Location", f"{asked['redirect_uri']}?{back}")
                self.end_headers()
            else:
                self.json(404, {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            given = {name: values[0] for name, values in parse_qs(body).items()}
            token = service.redeem(given, self.headers.get("Authorization", ""))
            if token is None:
                self.json(400, {"error": "invalid_grant"})
            else:
                kept = {"access_token": "none", "token_type": "Bearer", "expires_in": 600}
                self.json(200, {**kept, "id_token": token})

        def json(self, status: int, answer: Mapping[str, Any]) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service = Identity(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
