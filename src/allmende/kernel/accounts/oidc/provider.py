# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""OpenID Connect as django-allauth does it, and the three checks of OpenID Connect Core 1.0 that it leaves out.

The nonce (3.1.2.1, 3.1.3.7 no. 11), the signature of the ID token, also where TLS would excuse us from it (3.1.3.7
no. 6), and that the userinfo belongs to the same person as the ID token (5.3.2).
"""

import hmac
import secrets
from typing import Any

from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest, HttpResponse


class TownAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """Speaks to the identity provider and believes it only what is proven."""

    nonce: str | None = None

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> SocialLogin:
        """The login, once the ID token holds. Raises OAuth2Error without one, for a foreign nonce or subject."""
        response = kwargs["response"]
        if not response.get("id_token"):
            raise OAuth2Error("The identity provider sent no ID token.")
        claims = self._decode_id_token(app, response["id_token"])
        if not self.nonce or not hmac.compare_digest(str(claims.get("nonce", "")), self.nonce):
            raise OAuth2Error("The nonce of the ID token is not ours.")
        userinfo = self._fetch_user_info(token.token)
        if userinfo.get("sub") != claims.get("sub"):
            raise OAuth2Error("The userinfo belongs to somebody else.")
        return self.get_provider().sociallogin_from_response(request, {"id_token": claims, "userinfo": userinfo})

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        """The claims, after signature, issuer, audience and expiry were checked."""
        try:
            claims: dict[str, Any] = jwtkit.verify_and_decode(
                credential=id_token,
                keys_url=self.openid_config["jwks_uri"],
                issuer=self.openid_config["issuer"],
                audience=app.client_id,
                lookup_kid=jwtkit.lookup_kid_jwk,
                verify_signature=True,
            )
        except (KeyError, ValueError) as error:
            raise OAuth2Error("The ID token cannot be read.") from error
        audience = claims["aud"]
        if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != app.client_id:
            raise OAuth2Error("The ID token was made for another application.")
        return claims


class TownProvider(OpenIDConnectProvider):  # type: ignore[misc]
    """The town's identity provider, e.g. Keycloak."""

    oauth2_adapter_class = TownAdapter
    package = "allmende.kernel.accounts.oidc"

    def redirect(
        self, request: HttpRequest, process: str, next_url: str | None = None, data: Any = None, **kwargs: Any
    ) -> HttpResponse:
        """Send the person to the identity provider, with a nonce that only this session knows."""
        nonce = secrets.token_urlsafe(32)
        kwargs["auth_params"] = {**self.get_auth_params(), "nonce": nonce}
        response: HttpResponse = super().redirect(request, process, next_url=next_url, data=data, nonce=nonce, **kwargs)
        return response

    def get_scope_from_request(self, request: HttpRequest) -> list[str]:  # noqa: ARG002 (allauth calls it so)
        """What we ask for is not for a link to decide."""
        return list(self.get_scope())
