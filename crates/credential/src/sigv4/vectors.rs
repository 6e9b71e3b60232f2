//! Requests as real clients sign them.
//!
//! Produced by `botocore` 1.44.8 (`session.create_client("cognito-idp", region_name="eu-local-1", endpoint_url="http://localhost:8080")`, its clock set by
//! replacing `botocore.auth.get_current_datetime`) and by `@aws-sdk/client-cognito-identity-provider` 3.1169.0 under Node (its clock set by replacing `Date`),
//! captured where they would have been sent. Left out are the `User-Agent`, which neither client signs, and `botocore`'s two headers about attempts, which it
//! adds after signing. `host`, which the connection adds to `botocore`'s headers, comes first.

/// A signed request to `POST /`.
pub(super) struct Vector {
    pub(super) client: &'static str,
    pub(super) sent_at: &'static str,
    pub(super) headers: &'static [(&'static str, &'static str)],
    pub(super) body: &'static str,
}

/// The access key that signs these requests.
pub(super) const CREDENTIAL: &str =
    "eu-local-1_AcmeCorp1:WTADMINACME00000001:q7Zr2mXc9LhTfV4nWbYk8sPdJg3uEa6xR5vHt0Mi";

pub(super) const VECTORS: [Vector; 4] = [
    Vector {
        client: "botocore 1.44.8, AdminGetUser",
        sent_at: "2026-11-03T03:00:00Z",
        headers: &[
            ("host", "localhost:8080"),
            ("x-amz-target", "AWSCognitoIdentityProviderService.AdminGetUser"),
            ("content-type", "application/x-amz-json-1.1"),
            ("x-amz-date", "20261103T030000Z"),
            (
                "authorization",
                "\
                    AWS4-HMAC-SHA256 Credential=WTADMINACME00000001/20261103/eu-local-1/cognito-idp/aws4_request, \
                    SignedHeaders=content-type;host;x-amz-date;x-amz-target, \
                    Signature=047122243afb8b43a55f724322ab3fc9728262d5a673f5a6aa4dce81cbb0f7e3",
            ),
            ("content-length", "70"),
        ],
        body: r#"{"UserPoolId": "eu-local-1_AcmeCorp1", "Username": "ama@acme.example"}"#,
    },
    Vector {
        client: "botocore 1.44.8, AdminCreateUser",
        sent_at: "2026-11-03T03:00:00Z",
        headers: &[
            ("host", "localhost:8080"),
            ("x-amz-target", "AWSCognitoIdentityProviderService.AdminCreateUser"),
            ("content-type", "application/x-amz-json-1.1"),
            ("x-amz-date", "20261103T030000Z"),
            (
                "authorization",
                "\
                    AWS4-HMAC-SHA256 Credential=WTADMINACME00000001/20261103/eu-local-1/cognito-idp/aws4_request, \
                    SignedHeaders=content-type;host;x-amz-date;x-amz-target, \
                    Signature=3992c2fb072c0e431bd56d88bf15ec6ec58d5184a5e59b863f3aff52e3217c5b",
            ),
            ("content-length", "188"),
        ],
        body: r#"{"UserPoolId": "eu-local-1_AcmeCorp1", "Username": "zo\u00eb@acme.example", "UserAttributes": [{"Name": "name", "Value": "Zo\u00eb M\u00fcller \u4e16\u754c"}], "MessageAction": "SUPPRESS"}"#,
    },
    Vector {
        client: "botocore 1.44.8, ListUsers",
        sent_at: "2026-12-31T23:59:59Z",
        headers: &[
            ("host", "localhost:8080"),
            ("x-amz-target", "AWSCognitoIdentityProviderService.ListUsers"),
            ("content-type", "application/x-amz-json-1.1"),
            ("x-amz-date", "20261231T235959Z"),
            (
                "authorization",
                "\
                    AWS4-HMAC-SHA256 Credential=WTADMINACME00000001/20261231/eu-local-1/cognito-idp/aws4_request, \
                    SignedHeaders=content-type;host;x-amz-date;x-amz-target, \
                    Signature=acf346f048fbfba68a576d7500afe586d2bbedf7271d2aab3a28d3a92f6d37c2",
            ),
            ("content-length", "82"),
        ],
        body: r#"{"UserPoolId": "eu-local-1_AcmeCorp1", "Filter": "email ^= \"a  b\"", "Limit": 60}"#,
    },
    Vector {
        client: "@aws-sdk/client-cognito-identity-provider 3.1169.0, AdminDisableUser",
        sent_at: "2026-11-03T03:00:00Z",
        headers: &[
            ("content-type", "application/x-amz-json-1.1"),
            ("x-amz-target", "AWSCognitoIdentityProviderService.AdminDisableUser"),
            ("content-length", "67"),
            ("x-amz-user-agent", "aws-sdk-js/3.1168.0"),
            ("host", "localhost:8080"),
            ("amz-sdk-invocation-id", "05f9712c-bbb6-45ce-9a2d-bc67f3b298f7"),
            ("amz-sdk-request", "attempt=1; max=3"),
            ("x-amz-date", "20261103T030000Z"),
            (
                "x-amz-content-sha256",
                "47e0dd6af4c69ee4582c734db9a9093da6a098f07da44a23f286169dda8504b7",
            ),
            (
                "authorization",
                "\
                    AWS4-HMAC-SHA256 Credential=WTADMINACME00000001/20261103/eu-local-1/cognito-idp/aws4_request, \
                    SignedHeaders=amz-sdk-invocation-id;amz-sdk-request;content-length;content-type;host;x-amz-content-sha256;x-amz-date;x-amz-target;x-amz-user-agent, \
                    Signature=e58bf7e5d6b1e4c96690fec00d9565e2e370815d60c7ea532e4d9ddd4bfc1020",
            ),
        ],
        body: r#"{"UserPoolId":"eu-local-1_AcmeCorp1","Username":"ama@acme.example"}"#,
    },
];
