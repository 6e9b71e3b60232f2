//! Tests of signature verification: requests of real clients are accepted, and refused if anything in them is changed.

use super::{
    vectors::{CREDENTIAL, VECTORS, Vector},
    *,
};

/// A request that a test can change.
#[derive(Clone)]
struct Sent {
    method: &'static str,
    path: &'static str,
    query: &'static str,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
    now: DateTime<Utc>,
}

impl Sent {
    fn of(vector: &Vector) -> Self {
        let header = |(name, value): &(&str, &str)| ((*name).to_owned(), value.as_bytes().to_vec());
        Self {
            method: "POST",
            path: "/",
            query: "",
            headers: vector.headers.iter().map(header).collect(),
            body: vector.body.as_bytes().to_vec(),
            now: vector.sent_at.parse().unwrap(),
        }
    }

    fn verify(&self, credentials: &str) -> Result<String, SignatureError> {
        let headers: Vec<(&str, &[u8])> =
            self.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect();
        let Self { method, path, query, body, .. } = self;
        let request = Request { method, path, query, headers: &headers, body };
        let credentials: AdminCredentials = credentials.parse().unwrap();
        let found = verify(&request, &credentials, self.now)?;
        Ok(format!("{} {}", found.pool(), found.access_key_id()))
    }

    fn header(&mut self, name: &str) -> &mut Vec<u8> {
        &mut self.headers.iter_mut().find(|(other, _)| other == name).unwrap().1
    }

    /// Replaces the value of a header.
    fn with(mut self, name: &str, value: &str) -> Self {
        *self.header(name) = value.as_bytes().to_vec();
        self
    }

    /// Adds a header at the end.
    fn and(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.as_bytes().to_vec()));
        self
    }

    fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(other, _)| other != name);
        self
    }

    /// Replaces a part of `Authorization`.
    fn saying(mut self, from: &str, to: &str) -> Self {
        let text = String::from_utf8(self.header("authorization").clone()).unwrap();
        assert!(text.contains(from), "{from}");
        *self.header("authorization") = text.replace(from, to).into_bytes();
        self
    }
}

fn first() -> Sent {
    Sent::of(&VECTORS[0])
}

/// T6: requests of boto and of the JavaScript client are accepted, and the access key determines the pool that they administer.
#[test]
fn the_requests_of_real_clients_are_accepted() {
    for vector in &VECTORS {
        let answer = Sent::of(vector).verify(CREDENTIAL);
        let expected = "eu-local-1_AcmeCorp1 WTADMINACME00000001";
        assert_eq!(answer.as_deref(), Ok(expected), "{}", vector.client);
    }
}

/// T6: the order and case of headers, and headers that are not signed, do not matter.
#[test]
fn header_order_case_and_unsigned_headers_do_not_matter() {
    let mut reversed = first();
    reversed.headers.reverse();
    let mut upper = first();
    upper.headers.iter_mut().for_each(|(name, _)| *name = name.to_uppercase());
    let more = first().and("X-Forwarded-For", "10.0.0.1").and("User-Agent", "a  b");
    let closer = first().saying(", ", ",");
    for sent in [reversed, upper, more, closer] {
        assert!(sent.verify(CREDENTIAL).is_ok());
    }
}

/// T6: no signed part of any of the requests can be changed.
#[test]
fn a_changed_request_is_refused() {
    let other_target = "AWSCognitoIdentityProviderService.AdminDeleteUser";
    for vector in &VECTORS {
        let sent = || Sent::of(vector);
        let mut wrong = vec![
            ("method", Sent { method: "PUT", ..sent() }),
            ("path", Sent { path: "/a", ..sent() }),
            ("target", sent().with("x-amz-target", other_target)),
            ("host", sent().with("host", "localhost:8081")),
            ("type", sent().with("content-type", "application/json")),
            ("region", sent().saying("/eu-local-1/", "/eu-local-2/")),
            ("key", sent().saying("WTADMINACME00000001", "WTADMINACME00000002")),
            ("fewer headers", sent().saying("content-type;", "")),
        ];
        let mut late = sent();
        late.header("x-amz-date")[14] ^= 1;
        wrong.push(("second", late));
        for (what, sent) in wrong {
            assert_eq!(
                sent.verify(CREDENTIAL),
                Err(SignatureError::Wrong),
                "{}: {what}",
                vector.client
            );
        }
        let mut longer = sent();
        longer.body.push(b' ');
        let answer = longer.verify(CREDENTIAL);
        assert!(
            matches!(answer, Err(SignatureError::Wrong | SignatureError::Body)),
            "{}",
            vector.client
        );
    }
}

/// T6: every digit of the signature and every byte of the body is covered.
#[test]
fn every_digit_of_the_signature_and_byte_of_the_body_is_covered() {
    let signature = first().header("authorization").len() - 64;
    for at in 0..64 {
        let mut sent = first();
        let digit = &mut sent.header("authorization")[signature + at];
        *digit = if *digit == b'0' { b'1' } else { b'0' };
        assert_eq!(sent.verify(CREDENTIAL), Err(SignatureError::Wrong), "digit {at}");
    }
    for at in 0..first().body.len() {
        let mut sent = first();
        sent.body[at] ^= 1;
        assert_eq!(sent.verify(CREDENTIAL), Err(SignatureError::Wrong), "byte {at}");
    }
}

/// T6: an unknown key, another secret, no keys at all, and a key of a pool in another region give the same refusal.
#[test]
fn a_wrong_key_is_refused_like_a_wrong_signature() {
    let other_secret = CREDENTIAL.replace("q7Zr", "q7Zs");
    let other_key = CREDENTIAL.replace("00000001", "00000002");
    let other_region = CREDENTIAL.replace("eu-local-1", "eu-local-2");
    for credentials in [&other_secret, &other_key, &other_region, ""] {
        assert_eq!(first().verify(credentials), Err(SignatureError::Wrong), "{credentials}");
    }
    let with_unknown_secret = first().saying("WTADMINACME00000001", "NOBODYNOBODYNOBODY");
    assert_eq!(with_unknown_secret.verify(CREDENTIAL), Err(SignatureError::Wrong));
}

/// T6: any other form than the accepted one is refused with its reason.
#[test]
fn other_forms_are_refused_with_the_reason() {
    let long = "a".repeat(20_000);
    let js = || Sent::of(&VECTORS[3]);
    let digest = String::from_utf8(js().header("x-amz-content-sha256").clone()).unwrap();
    for (reason, sent) in [
        (SignatureError::Unsigned, first().without("authorization")),
        (SignatureError::Algorithm, first().with("authorization", "Bearer abc")),
        (SignatureError::Algorithm, first().with("authorization", "")),
        (SignatureError::Algorithm, first().saying("HMAC-SHA256", "HMAC-SHA1")),
        (SignatureError::Algorithm, first().saying("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256")),
        (SignatureError::Algorithm, first().saying("AWS4-HMAC", "aws4-hmac")),
        (SignatureError::Algorithm, first().saying("AWS4-", " AWS4-")),
        (SignatureError::Form, first().saying("AWS4-HMAC-SHA256 ", "AWS4-HMAC-SHA256  ")),
        (SignatureError::Form, first().saying(", Signature", ",  Signature")),
        (SignatureError::Form, first().saying(", Signature", " , Signature")),
        (SignatureError::Form, first().saying(", Signature", ", signature")),
        (SignatureError::Form, first().saying(", Signature", ", Signature=, Signature")),
        (SignatureError::Form, first().saying("Signature=", "Signature=A")),
        (SignatureError::Form, first().saying("47122243afb8b43a", "47122243AFB8B43A")),
        (SignatureError::Form, first().saying("aws4_request", "aws4_demand")),
        (SignatureError::Form, first().saying("/aws4_request", "/aws4_request/a")),
        (SignatureError::Form, first().saying("/eu-local-1/", "//")),
        (SignatureError::Form, first().saying("content-type;host", "host;content-type")),
        (SignatureError::Form, first().saying("content-type;host", "host;host")),
        (SignatureError::Form, first().saying("content-type;host", "Content-Type;host")),
        (SignatureError::Form, first().saying("content-type;host", ";host")),
        (SignatureError::Service, first().saying("/cognito-idp/", "/iam/")),
        (SignatureError::NotCovered, first().saying("host;", "")),
        (SignatureError::NotCovered, first().saying("x-amz-date;", "")),
        (SignatureError::NotCovered, first().saying(";x-amz-target,", ",")),
        (SignatureError::MissingHeader, first().without("host")),
        (SignatureError::MissingHeader, first().without("x-amz-date")),
        (SignatureError::MissingHeader, first().saying("content-type", "content-typf")),
        (SignatureError::RepeatedHeader, first().and("Host", "localhost:8080")),
        (SignatureError::RepeatedHeader, first().and("X-Amz-Target", "a")),
        (SignatureError::RepeatedHeader, first().and("X-Amz-Date", "20261103T030000Z")),
        (SignatureError::RepeatedHeader, first().and("Authorization", "Basic abc")),
        (SignatureError::RepeatedHeader, js().and("x-amz-content-sha256", &digest)),
        (SignatureError::Spaces, first().with("content-type", " application/x-amz-json-1.1")),
        (SignatureError::Spaces, first().with("content-type", "application/x-amz-json-1.1 ")),
        (SignatureError::Spaces, first().with("content-type", "application/json;  a")),
        (SignatureError::Character, first().with("content-type", "application/json;\ta")),
        (SignatureError::Character, first().with("content-type", "application/jsön")),
        (SignatureError::Character, first().with("host", "localhost:8080\nx-amz-date:1")),
        (SignatureError::Date, first().with("x-amz-date", "2026-11-03T03:00:00Z")),
        (SignatureError::Date, first().with("x-amz-date", "20261103T030000")),
        (SignatureError::Date, first().with("x-amz-date", "20261303T030000Z")),
        (SignatureError::Date, first().with("x-amz-date", "+2261103T030000Z")),
        (SignatureError::Day, first().with("x-amz-date", "20261104T030000Z")),
        (SignatureError::Day, first().saying("/20261103/", "/20261104/")),
        (SignatureError::SessionToken, first().and("X-Amz-Security-Token", "abc")),
        (SignatureError::Body, first().and("x-amz-content-sha256", "UNSIGNED-PAYLOAD")),
        (
            SignatureError::Body,
            first().and("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"),
        ),
        (SignatureError::Body, js().with("x-amz-content-sha256", &digest.to_uppercase())),
        (SignatureError::Target, Sent { query: "X-Amz-Signature=1", ..first() }),
        (SignatureError::Target, Sent { path: "", ..first() }),
        (SignatureError::Target, Sent { path: "//", ..first() }),
        (SignatureError::Target, Sent { path: "/a/../", ..first() }),
        (SignatureError::Target, Sent { path: "/%61", ..first() }),
        (SignatureError::Target, Sent { path: "*", ..first() }),
        (SignatureError::Target, Sent { method: "post", ..first() }),
        (SignatureError::Target, Sent { method: "", ..first() }),
        (SignatureError::TooLong, first().and("x-long", &long)),
        (SignatureError::LongAuthorization, first().with("authorization", &long[..2049])),
    ] {
        let shown = String::from_utf8_lossy(&sent.headers.last().unwrap().1).into_owned();
        assert_eq!(sent.verify(CREDENTIAL), Err(reason), "{shown:.80}");
    }
    let many = (0..64).fold(first(), |sent, at| sent.and(&format!("x-{at}"), "a"));
    assert_eq!(many.verify(CREDENTIAL), Err(SignatureError::TooManyHeaders));
    let scheme_only = first().with("authorization", "AWS4-HMAC-SHA256 Signature=00");
    assert_eq!(scheme_only.verify(CREDENTIAL), Err(SignatureError::MissingPart("Credential")));
}

/// T6: a request is accepted for five minutes before and after its date, and not a second longer.
#[test]
fn an_old_request_is_refused() {
    let at = |seconds| {
        let sent = first();
        Sent { now: sent.now + TimeDelta::seconds(seconds), ..sent }.verify(CREDENTIAL).err()
    };
    for near in [-300, 0, 300] {
        assert_eq!(at(near), None, "{near}");
    }
    for far in [-86_400, -301, 301, 86_400] {
        assert_eq!(at(far), Some(SignatureError::Skewed), "{far}");
    }
}
