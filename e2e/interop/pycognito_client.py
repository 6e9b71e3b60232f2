"""pycognito signs in with a proof of the password, and verifies what it is given, at a Cognito that it is told by its endpoint."""

import os

from botocore.exceptions import ClientError
from pycognito import Cognito
from pycognito.exceptions import ForceChangePasswordException

EMAIL, PASSWORD = os.environ["EMAIL"], os.environ["PASSWORD"]
NEWCOMER, FIRST = os.environ["NEWCOMER"], os.environ["FIRST_PASSWORD"]


def user(username):
    return Cognito(
        os.environ["POOL_ID"],
        os.environ["CLIENT_ID"],
        username=username,
        client_secret=os.environ["CLIENT_SECRET"],
        boto3_client_kwargs={"endpoint_url": os.environ["ENDPOINT"]},
    )


def same(found, expected):
    assert found == expected, f"{found!r} is not {expected!r}"


def refuses(exception, call, *told):
    try:
        call(*told)
    except exception as refused:
        return refused
    raise AssertionError(f"{call.__name__} did not raise {exception.__name__}")


def signing_in_and_renewing():
    refused = refuses(ClientError, user(EMAIL).authenticate, "wrong-horse-battery-staple")
    same(refused.response["Error"]["Code"], "NotAuthorizedException")
    known = user(EMAIL)
    known.authenticate(PASSWORD)
    # It verified both tokens on the way: signature, issuer, audience, use, and `at_hash` if there is one.
    same(known.id_claims["email"], EMAIL)
    same(known.access_claims["token_use"], "access")
    assert "at_hash" not in known.id_claims, known.id_claims
    same(known.get_user().email, EMAIL)
    # The hash of the secret that goes with a refresh is over the account's id.
    known.username = known.access_claims["sub"]
    before = known.access_token
    known.renew_access_token()
    assert known.access_token != before
    assert "at_hash" not in known.id_claims, known.id_claims
    known.verify_tokens()
    access = known.access_token
    known.logout()
    refused = refuses(ClientError, lambda: known.client.get_user(AccessToken=access))
    same(refused.response["Error"]["Message"], "Access Token has been revoked")


def choosing_a_password():
    newcomer = user(NEWCOMER)
    refuses(ForceChangePasswordException, newcomer.authenticate, FIRST)
    newcomer.new_password_challenge(FIRST, "own-password-of-zoe")
    assert newcomer.access_token
    again = user(NEWCOMER)
    again.authenticate("own-password-of-zoe")
    same(again.id_claims["email"], NEWCOMER)


signing_in_and_renewing()
choosing_a_password()
print("ok")
