"""The same questions to the product and to moto, the stand-in for AWS that others test with: fields and types must agree.

What may differ stands in `ALLOWED`, each with its reason. A difference that is not there fails, and so does one that
is there and is none any more.
"""

import os

import boto3
from botocore.config import Config
from moto.moto_server.threaded_moto_server import ThreadedMotoServer

EMAIL, PASSWORD, NEWCOMER = (os.environ[name] for name in ("EMAIL", "PASSWORD", "NEWCOMER"))
SORTS = ("Uppercase", "Lowercase", "Numbers", "Symbols")
FIRST = "First-password-of-zoe-1"

NO_MFA = "there is no second factor; Cognito leaves the field out where there is none, moto sends an empty list or null"
NO_MESSAGES = "no text of a mail can be chosen"
NOT_KEPT = "not known of a pool; Cognito's clients show it and use it for nothing"
EMPTY = "an empty list for what is not chosen, where moto leaves the field out"
COGNITO_SAYS = "Cognito says it too, as its reference documents; moto does not"

# Operation, place, how it differs: and all that lies in that place with it.
ALLOWED = {
    ("AdminCreateUser", ".User.MFAOptions", "missing"): NO_MFA,
    ("AdminCreateUser", ".User.Attributes[custom:role]", "additional"): "an account has a role, the least if none is said",
    ("AdminCreateUser", ".User.Attributes[custom:tenant_id]", "additional"): "an account is a company's, whoever makes it",
    ("AdminGetUser", ".MFAOptions", "missing"): NO_MFA,
    ("AdminGetUser", ".PreferredMfaSetting", "missing"): NO_MFA,
    ("AdminGetUser", ".UserMFASettingList", "missing"): NO_MFA,
    ("GetUser", ".MFAOptions", "missing"): NO_MFA,
    ("GetUser", ".PreferredMfaSetting", "missing"): NO_MFA,
    ("GetUser", ".UserMFASettingList", "missing"): NO_MFA,
    ("ListUsers", ".Users[].MFAOptions", "missing"): NO_MFA,
    ("DescribeUserPool", ".UserPool.Arn", "missing"): "a pool is no resource of AWS",
    ("DescribeUserPool", ".UserPool.LastModifiedDate", "missing"): NOT_KEPT,
    ("DescribeUserPool", ".UserPool.EstimatedNumberOfUsers", "missing"): NOT_KEPT,
    ("DescribeUserPool", ".UserPool.SchemaAttributes", "missing"): "attributes are the product's own and cannot be chosen",
    ("DescribeUserPool", ".UserPool.EmailConfiguration", "missing"): NO_MESSAGES,
    ("DescribeUserPool", ".UserPool.EmailVerificationMessage", "missing"): NO_MESSAGES,
    ("DescribeUserPool", ".UserPool.EmailVerificationSubject", "missing"): NO_MESSAGES,
    ("DescribeUserPool", ".UserPool.SmsVerificationMessage", "missing"): NO_MESSAGES,
    ("DescribeUserPool", ".UserPool.VerificationMessageTemplate", "missing"): NO_MESSAGES,
    ("DescribeUserPool", ".UserPool.LambdaConfig", "additional"): COGNITO_SAYS,
    ("DescribeUserPoolClient", ".UserPoolClient.AllowedOAuthFlows", "additional"): EMPTY,
    ("DescribeUserPoolClient", ".UserPoolClient.AllowedOAuthScopes", "additional"): EMPTY,
    ("DescribeUserPoolClient", ".UserPoolClient.CallbackURLs", "additional"): EMPTY,
    ("DescribeUserPoolClient", ".UserPoolClient.LogoutURLs", "additional"): EMPTY,
    ("DescribeUserPoolClient", ".UserPoolClient.AuthSessionValidity", "missing"): "how long a challenge stands cannot be chosen",
    ("DescribeUserPoolClient", ".UserPoolClient.EnablePropagateAdditionalUserContextData", "missing"): (
        "what a client says of a device is not taken"
    ),
    ("DescribeUserPoolClient", ".UserPoolClient.RefreshTokenRotation", "additional"): COGNITO_SAYS,
    ("InitiateAuth", ".ChallengeParameters", "additional"): COGNITO_SAYS,
    ("InitiateAuth, NEW_PASSWORD_REQUIRED", ".ChallengeParameters.USERNAME", "missing"): (
        "Cognito names the person in USER_ID_FOR_SRP, and so do we; moto has another name for it"
    ),
    ("InitiateAuth, NEW_PASSWORD_REQUIRED", ".ChallengeParameters.USER_ID_FOR_SRP", "additional"): COGNITO_SAYS,
    ("InitiateAuth, NEW_PASSWORD_REQUIRED", ".ChallengeParameters.requiredAttributes", "additional"): COGNITO_SAYS,
    ("InitiateAuth, NEW_PASSWORD_REQUIRED", ".ChallengeParameters.userAttributes", "additional"): COGNITO_SAYS,
}


def connect(endpoint, **told):
    config = Config(retries={"total_max_attempts": 1})
    return boto3.client("cognito-idp", endpoint_url=endpoint, config=config, **told)


def of_moto(client):
    """Pool, client and person as they are at the product."""
    pool = client.create_user_pool(
        PoolName="AcmeCorp1",
        UsernameAttributes=["email"],
        AdminCreateUserConfig={"AllowAdminCreateUserOnly": True},
        AccountRecoverySetting={"RecoveryMechanisms": [{"Priority": 1, "Name": "verified_email"}]},
        Policies={"PasswordPolicy": {"MinimumLength": 15, **{f"Require{sort}": False for sort in SORTS}}},
        Schema=[{"Name": name, "AttributeDataType": "String"} for name in ("role", "tenant_id")],
    )["UserPool"]["Id"]
    application = client.create_user_pool_client(
        UserPoolId=pool,
        ClientName="Test",
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        PreventUserExistenceErrors="ENABLED",
        EnableTokenRevocation=True,
        AccessTokenValidity=15,
        IdTokenValidity=15,
        RefreshTokenValidity=43200,
        TokenValidityUnits={"AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "minutes"},
    )["UserPoolClient"]["ClientId"]
    told = {"email": EMAIL, "email_verified": "true", "name": "An Employee", "custom:role": "employee", "custom:tenant_id": "x"}
    client.admin_create_user(
        UserPoolId=pool,
        Username=EMAIL,
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": name, "Value": value} for name, value in told.items()],
    )
    client.admin_set_user_password(UserPoolId=pool, Username=EMAIL, Password=PASSWORD, Permanent=True)
    return pool, application


def refusal(client, name, operation, **told):
    try:
        return operation(**told)
    except getattr(client.exceptions, name) as refused:
        return {"Code": refused.response["Error"]["Code"], "Message": refused.response["Error"]["Message"]}


def answers(client, pool, application):
    """Every operation that both have, in an order in which each has what it needs."""

    def sign_in(email, password):
        parameters = {"USERNAME": email, "PASSWORD": password}
        return client.initiate_auth(AuthFlow="USER_PASSWORD_AUTH", ClientId=application, AuthParameters=parameters)

    def at_pool(operation, **told):
        return operation(UserPoolId=pool, **told)

    yield "DescribeUserPool", at_pool(client.describe_user_pool)
    yield "DescribeUserPoolClient", at_pool(client.describe_user_pool_client, ClientId=application)
    yield "ListUsers", at_pool(client.list_users, Filter=f'email = "{EMAIL}"')
    yield "AdminGetUser", at_pool(client.admin_get_user, Username=EMAIL)
    yield "AdminDisableUser", at_pool(client.admin_disable_user, Username=EMAIL)
    yield "AdminEnableUser", at_pool(client.admin_enable_user, Username=EMAIL)
    signed_in = sign_in(EMAIL, PASSWORD)
    yield "InitiateAuth", signed_in
    access = signed_in["AuthenticationResult"]["AccessToken"]
    yield "GetUser", client.get_user(AccessToken=access)
    attributes = [{"Name": "email", "Value": NEWCOMER}, {"Name": "email_verified", "Value": "true"}, {"Name": "name", "Value": "Zoë"}]
    yield "AdminCreateUser", at_pool(
        client.admin_create_user,
        Username=NEWCOMER,
        TemporaryPassword=FIRST,
        MessageAction="SUPPRESS",
        UserAttributes=attributes,
    )
    challenge = sign_in(NEWCOMER, FIRST)
    yield "InitiateAuth, NEW_PASSWORD_REQUIRED", challenge
    yield "RespondToAuthChallenge", client.respond_to_auth_challenge(
        ClientId=application,
        ChallengeName=challenge["ChallengeName"],
        Session=challenge["Session"],
        ChallengeResponses={"USERNAME": NEWCOMER, "NEW_PASSWORD": "Own-password-of-zoe-1"},
    )
    set_password = {"Username": NEWCOMER, "Password": "Set-password-of-zoe-1", "Permanent": True}
    yield "AdminSetUserPassword", at_pool(client.admin_set_user_password, **set_password)
    yield "UsernameExistsException", refusal(
        client, "UsernameExistsException", client.admin_create_user, UserPoolId=pool, Username=NEWCOMER
    )
    yield "UserNotFoundException", refusal(
        client, "UserNotFoundException", client.admin_get_user, UserPoolId=pool, Username="nobody@x.example"
    )
    yield "NotAuthorizedException", refusal(
        client, "NotAuthorizedException", sign_in, email=EMAIL, password="Wrong-password-of-all-1"
    )
    change = {"AccessToken": access, "PreviousPassword": PASSWORD, "ProposedPassword": "Another-password-of-zoe-1"}
    yield "ChangePassword", client.change_password(**change)
    access = sign_in(EMAIL, "Another-password-of-zoe-1")["AuthenticationResult"]["AccessToken"]
    yield "GlobalSignOut", client.global_sign_out(AccessToken=access)
    yield "AdminUserGlobalSignOut", at_pool(client.admin_user_global_sign_out, Username=EMAIL)


def shape(value, path=""):
    """Each path in a reply with its type. What is in a list counts once; attributes count by their names."""
    if isinstance(value, dict):
        yield path, "object"
        for name, inner in value.items():
            if name != "ResponseMetadata":
                yield from shape(inner, f"{path}.{name}")
    elif isinstance(value, list):
        yield path, "list"
        for inner in value:
            named = isinstance(inner, dict) and set(inner) == {"Name", "Value"}
            yield from shape(inner, f"{path}[{inner['Name']}]" if named else f"{path}[]")
    else:
        yield path, type(value).__name__


def differences(expected, found):
    """The outermost places in which a reply differs, and how."""
    for (operation, theirs), (_, own) in zip(expected, found, strict=True):
        theirs, own = dict(shape(theirs)), dict(shape(own))
        seen = {}
        for path in sorted(theirs.keys() | own.keys()):
            if theirs.get(path) == own.get(path):
                continue
            kind = "missing" if path not in own else "additional" if path not in theirs else "another type"
            if not any(path.startswith((f"{outer}.", f"{outer}[")) and seen[outer] == kind for outer in seen):
                seen[path] = kind
                yield operation, path, kind


def of_the_stand_in():
    moto = ThreadedMotoServer(port=0, verbose=False)
    moto.start()
    try:
        _, port = moto.get_host_and_port()
        told = {"aws_access_key_id": "moto", "aws_secret_access_key": "moto", "region_name": "us-east-1"}
        client = connect(f"http://localhost:{port}", **told)
        return list(answers(client, *of_moto(client)))
    finally:
        moto.stop()


expected = of_the_stand_in()
found = list(answers(connect(os.environ["ENDPOINT"]), os.environ["POOL_ID"], os.environ["CLIENT_ID"]))
seen = set(differences(expected, found))
for what, some in (("without a reason", seen - ALLOWED.keys()), ("that are none any more", ALLOWED.keys() - seen)):
    assert not some, "\n".join([f"differences {what}:", *map(repr, sorted(some))])
print("ok")
