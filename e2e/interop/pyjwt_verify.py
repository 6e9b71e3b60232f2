"""PyJWT, which is told the issuer and finds the key by the name in the token."""

import os

import jwt

ISSUER, CLIENT = os.environ["ISSUER"], os.environ["CLIENT_ID"]
ID, ACCESS, FOREIGN = (os.environ[name] for name in ("ID_TOKEN", "ACCESS_TOKEN", "FOREIGN_TOKEN"))
KEYS = jwt.PyJWKClient(f"{ISSUER}/.well-known/jwks.json")


def verified(token, **told):
    key = KEYS.get_signing_key_from_jwt(token)
    required = {"require": ["exp", "iat", "iss", "sub", "jti", "token_use"], "strict_aud": "audience" in told}
    return jwt.decode(token, key, algorithms=["RS256"], issuer=ISSUER, options=required, **told)


def refuses(exception, token, **told):
    try:
        verified(token, **told)
    except exception:
        return
    raise AssertionError(f"a token was believed, or refused by something else than {exception.__name__}")


claims = verified(ID, audience=CLIENT)
assert claims["token_use"] == "id", claims
access = verified(ACCESS)
assert (access["token_use"], access["client_id"]) == ("access", CLIENT), access
assert access["sub"] == claims["sub"], access
# Each use has a key of its own, and both are published.
assert jwt.get_unverified_header(ID)["kid"] != jwt.get_unverified_header(ACCESS)["kid"]
assert all(key.public_key_use == "sig" for key in KEYS.get_signing_keys())

refuses(jwt.InvalidAudienceError, ID, audience="another")
refuses(jwt.InvalidAudienceError, ID)
refuses(jwt.MissingRequiredClaimError, ACCESS, audience=CLIENT)
refuses(jwt.PyJWKClientError, FOREIGN, audience=CLIENT)
head, body, signature = ID.split(".")
middle = len(signature) // 2
other = "B" if signature[middle] == "A" else "A"
refuses(jwt.InvalidSignatureError, f"{head}.{body}.{signature[:middle]}{other}{signature[middle + 1:]}", audience=CLIENT)
print("ok")
