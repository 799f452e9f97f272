# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A small OpenID provider that answers in place of the network."""

import base64
import hashlib
import json
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from allmende.kernel.registry import resolve

ISSUER = "https://login.lindental.example/realms/town"
CLIENT_ID = "allmende"


class FakeProvider:
    """Its tokens are honest until a test writes something else into `claims`, `userinfo` or `signing_key`."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.signing_key = self.key
        self.algorithm = "RS256"
        self.person: dict[str, Any] = {
            "sub": "4711",
            "preferred_username": "carla",
            "name": "Carla Cordes",
            "email": "carla@lindental.example",
            "email_verified": False,
        }
        self.claims: dict[str, Any] = {}
        self.userinfo: dict[str, Any] = {}
        self.asked: dict[str, str] = {}
        self.with_id_token = True

    def authorize(self, address: str) -> None:
        """The person's browser comes by."""
        self.asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}

    def send(self, request: Any) -> Any:
        """Answer what Allmende asks."""
        pages = {
            "/realms/town/.well-known/openid-configuration": self._configuration,
            "/realms/town/token": self._token,
            "/realms/town/userinfo": lambda _request: {**self.person, **self.userinfo},
            "/realms/town/keys": self._keys,
        }
        path = urlsplit(request.url or "").path
        response = resolve("requests:Response")()
        response.status_code = 200
        response.headers["content-type"] = "application/json"
        response._content = json.dumps(pages[path](request)).encode()
        return response

    def _configuration(self, _request: Any) -> dict[str, Any]:
        return {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/auth",
            "token_endpoint": f"{ISSUER}/token",
            "userinfo_endpoint": f"{ISSUER}/userinfo",
            "jwks_uri": f"{ISSUER}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def _keys(self, _request: Any) -> dict[str, Any]:
        jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**jwk, "kid": "1", "alg": "RS256", "use": "sig"}]}

    def _token(self, request: Any) -> dict[str, Any]:
        form = parse_qs(str(request.body))
        challenge = (
            base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"][0].encode()).digest()).rstrip(b"=").decode()
        )
        assert challenge == self.asked["code_challenge"], "PKCE"
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "aud": CLIENT_ID,
            "sub": self.person["sub"],
            "nonce": self.asked["nonce"],
            "iat": now,
            "exp": now + 300,
            **self.claims,
        }
        token = jwt.encode(claims, self.signing_key, algorithm=self.algorithm, headers={"kid": "1"})
        return {"access_token": "access", "token_type": "Bearer", **({"id_token": token} if self.with_id_token else {})}
