"""Authlib at an issuer of which it is told nothing but its address."""

import os

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken, UserInfo
from joserfc import jwt
from joserfc.jwk import KeySet

ISSUER, SCOPE = os.environ["ISSUER"], os.environ["SCOPE"]
CLIENT, REDIRECT = os.environ["CLIENT_ID"], os.environ["REDIRECT_URI"]

server = requests.get(f"{ISSUER}/.well-known/openid-configuration", timeout=30).json()
assert server["issuer"] == ISSUER, server
keys = KeySet.import_key_set(requests.get(server["jwks_uri"], timeout=30).json())


def session(method):
    return OAuth2Session(
        CLIENT,
        os.environ["CLIENT_SECRET"],
        scope=SCOPE,
        redirect_uri=REDIRECT,
        token_endpoint=server["token_endpoint"],
        token_endpoint_auth_method=method,
        revocation_endpoint_auth_method=method,
        code_challenge_method="S256",
    )


def visit(url):
    """Whoever started us opens this in a browser that is signed in, and says where that is sent."""
    print(f"open: {url}", flush=True)
    return input()


def believed(token, nonce=None):
    read = jwt.decode(token["id_token"], keys, algorithms=["RS256"])
    claims = CodeIDToken(
        read.claims,
        read.header,
        options={"iss": {"value": ISSUER}, "aud": {"value": CLIENT}},
        params={"nonce": nonce, "client_id": CLIENT, "access_token": token["access_token"]},
    )
    claims.validate()
    return claims


def refuses(error, operation, *told, **named):
    try:
        operation(*told, **named)
    except AuthlibBaseError as refused:
        assert refused.error == error, refused
        return
    raise AssertionError(f"it was not refused with {error}")


def a_person_signs_in(method):
    client, verifier, nonce = session(method), generate_token(64), generate_token(20)
    url, state = client.create_authorization_url(
        server["authorization_endpoint"], code_verifier=verifier, nonce=nonce
    )
    back = visit(url)
    refuses("mismatching_state", client.fetch_token, authorization_response=back, state="another")
    token = client.fetch_token(authorization_response=back, state=state, code_verifier=verifier)
    claims = believed(token, nonce)
    told = UserInfo(client.get(server["userinfo_endpoint"], timeout=30).json())
    assert (told["sub"], told["email"]) == (claims["sub"], claims["email"]), told
    renewed = client.refresh_token(refresh_token=token["refresh_token"])
    assert renewed["refresh_token"] != token["refresh_token"], "it is replaced at each use"
    assert believed(renewed)["sub"] == claims["sub"]
    revoked = client.revoke_token(
        server["revocation_endpoint"], token=renewed["refresh_token"], token_type_hint="refresh_token"
    )
    assert revoked.status_code == 200, revoked.text
    refuses("invalid_grant", client.refresh_token, refresh_token=renewed["refresh_token"])
    assert client.get(server["userinfo_endpoint"], timeout=30).status_code == 401


def a_machine_gets_a_token():
    machine = OAuth2Session(
        os.environ["MACHINE_ID"],
        os.environ["MACHINE_SECRET"],
        token_endpoint=server["token_endpoint"],
        scope="hr/employees.read",
    )
    token = machine.fetch_token(grant_type="client_credentials")
    assert "refresh_token" not in token and token["token_type"] == "Bearer", sorted(token)
    refuses("invalid_scope", machine.fetch_token, grant_type="client_credentials", scope="hr/salaries.read")


for way in ("client_secret_basic", "client_secret_post"):
    a_person_signs_in(way)
a_machine_gets_a_token()
print("ok")
