"""boto3 at a Cognito that is only told by its endpoint."""

import os

import boto3
from botocore import UNSIGNED
from botocore.config import Config

POOL, CLIENT = os.environ["POOL_ID"], os.environ["CLIENT_ID"]
EMAIL, PASSWORD = os.environ["EMAIL"], os.environ["PASSWORD"]
NEWCOMER = os.environ["NEWCOMER"]
ANOTHER = "another-horse-another-staple"


def connect(**told):
    # One try each, so that nothing is hidden by another.
    config = Config(retries={"total_max_attempts": 1}, **told)
    return boto3.client("cognito-idp", endpoint_url=os.environ["ENDPOINT"], config=config)


# People sign nothing: only administrators have keys.
people, administrator = connect(signature_version=UNSIGNED), connect()


def same(found, expected):
    assert found == expected, f"{found!r} is not {expected!r}"


def refuses(exception, operation, **told):
    try:
        answered = operation(**told)
    except exception as refused:
        assert refused.response["Error"]["Message"], refused.response
        assert refused.response["ResponseMetadata"]["RequestId"], refused.response
        return refused
    raise AssertionError(f"{operation.__name__} answered {sorted(answered)}, not {exception.__name__}")


def attributes(listed):
    return {attribute["Name"]: attribute["Value"] for attribute in listed}


def sign_in(email, password):
    return people.initiate_auth(
        AuthFlow="USER_PASSWORD_AUTH",
        ClientId=CLIENT,
        AuthParameters={"USERNAME": email, "PASSWORD": password},
    )


def renew(refresh):
    answered = people.get_tokens_from_refresh_token(ClientId=CLIENT, RefreshToken=refresh)
    return answered["AuthenticationResult"]


def signing_in_and_renewing():
    wrong = people.exceptions.NotAuthorizedException
    refused = refuses(wrong, sign_in, email=EMAIL, password="wrong-horse")
    same(refused.response["Error"]["Message"], "Incorrect username or password.")
    refuses(
        people.exceptions.ResourceNotFoundException,
        people.initiate_auth,
        AuthFlow="USER_PASSWORD_AUTH",
        ClientId="nobodysclient00000000000000",
        AuthParameters={"USERNAME": EMAIL, "PASSWORD": PASSWORD},
    )
    first = sign_in(EMAIL, PASSWORD)["AuthenticationResult"]
    same((first["TokenType"], type(first["ExpiresIn"])), ("Bearer", int))
    user = people.get_user(AccessToken=first["AccessToken"])
    told = attributes(user["UserAttributes"])
    same((told["sub"], told["email"]), (user["Username"], EMAIL))
    second = renew(first["RefreshToken"])
    same(people.get_user(AccessToken=second["AccessToken"])["Username"], user["Username"])
    refuses(wrong, people.get_user, AccessToken=second["IdToken"])
    same(body_of(people.revoke_token(ClientId=CLIENT, Token=second["RefreshToken"])), {})
    refuses(wrong, renew, refresh=second["RefreshToken"])
    refuses(wrong, people.get_user, AccessToken=second["AccessToken"])


def body_of(answered):
    return {name: value for name, value in answered.items() if name != "ResponseMetadata"}


def signing_out_and_changing_the_password():
    wrong = people.exceptions.NotAuthorizedException
    one = sign_in(EMAIL, PASSWORD)["AuthenticationResult"]
    same(body_of(people.global_sign_out(AccessToken=one["AccessToken"])), {})
    refuses(wrong, people.get_user, AccessToken=one["AccessToken"])
    refuses(wrong, renew, refresh=one["RefreshToken"])
    two = sign_in(EMAIL, PASSWORD)["AuthenticationResult"]

    def change(previous, proposed):
        return people.change_password(
            AccessToken=two["AccessToken"], PreviousPassword=previous, ProposedPassword=proposed
        )

    refuses(wrong, change, previous="wrong-horse-battery", proposed=ANOTHER)
    refuses(people.exceptions.InvalidPasswordException, change, previous=PASSWORD, proposed="short")
    same(body_of(change(PASSWORD, ANOTHER)), {})
    refuses(wrong, sign_in, email=EMAIL, password=PASSWORD)
    assert sign_in(EMAIL, ANOTHER)["AuthenticationResult"]["IdToken"]


def administering():
    raised = administrator.exceptions
    created = administrator.admin_create_user(
        UserPoolId=POOL,
        Username=NEWCOMER,
        TemporaryPassword="first-password-of-zoe",
        UserAttributes=[
            {"Name": "email", "Value": NEWCOMER},
            {"Name": "email_verified", "Value": "true"},
            {"Name": "name", "Value": "Zoë Newcomer"},
        ],
        MessageAction="SUPPRESS",
    )["User"]
    same((created["UserStatus"], created["Enabled"]), ("FORCE_CHANGE_PASSWORD", True))
    refuses(raised.UsernameExistsException, administrator.admin_create_user, UserPoolId=POOL, Username=NEWCOMER)
    got = administrator.admin_get_user(UserPoolId=POOL, Username=NEWCOMER)
    same(attributes(got["UserAttributes"])["name"], "Zoë Newcomer")
    same((got["UserCreateDate"], got["Username"]), (created["UserCreateDate"], created["Username"]))
    refuses(raised.UserNotFoundException, administrator.admin_get_user, UserPoolId=POOL, Username="nobody@x.example")
    # In pages of two, by boto3's own paginator.
    pages = administrator.get_paginator("list_users").paginate(UserPoolId=POOL, PaginationConfig={"PageSize": 2})
    listed = [user["Username"] for page in pages for user in page["Users"]]
    same((len(listed), len(set(listed))), (5, 5))
    found = administrator.list_users(UserPoolId=POOL, Filter=f'email = "{NEWCOMER}"')["Users"]
    same([user["Username"] for user in found], [created["Username"]])
    same(administrator.describe_user_pool(UserPoolId=POOL)["UserPool"]["Id"], POOL)
    client = administrator.describe_user_pool_client(UserPoolId=POOL, ClientId=CLIENT)["UserPoolClient"]
    same(sorted(client["ExplicitAuthFlows"]), ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_PASSWORD_AUTH"])
    refuses(people.exceptions.ClientError, people.list_users, UserPoolId=POOL)


def choosing_a_password():
    begun = sign_in(NEWCOMER, "first-password-of-zoe")
    same(begun["ChallengeName"], "NEW_PASSWORD_REQUIRED")
    answered = people.respond_to_auth_challenge(
        ClientId=CLIENT,
        ChallengeName=begun["ChallengeName"],
        Session=begun["Session"],
        ChallengeResponses={"USERNAME": NEWCOMER, "NEW_PASSWORD": "own-password-of-zoe"},
    )
    access = answered["AuthenticationResult"]["AccessToken"]
    same(attributes(people.get_user(AccessToken=access)["UserAttributes"])["email"], NEWCOMER)
    got = administrator.admin_get_user(UserPoolId=POOL, Username=NEWCOMER)
    same(got["UserStatus"], "CONFIRMED")


signing_in_and_renewing()
signing_out_and_changing_the_password()
administering()
choosing_a_password()
print("ok")
