//! Bodies that are too large, compressed, malformed or wrongly framed get a clear problem, and never a 5xx.

use std::io::Write;

use api_types::{Code, paths};
use domain::Role;
use e2e::{Company, PASSWORD, Stack};
use flate2::{Compression, write::GzEncoder};
use reqwest::Method;
use serde_json::json;

/// A body beyond the limit is 413, whether it declares its length or is chunked.
#[tokio::test]
async fn an_oversized_body_is_refused() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let large = json!({"email": acme.email_of(Role::HrAdmin), "password": "x".repeat(100_000)});
    let reply = acme.visitor().request(Method::POST, paths::SESSION).json(&large).expect(413).await;
    assert!(
        reply.problem(Code::BodyTooLarge).detail.contains("KiB"),
        "the problem must state the limit"
    );

    let head = format!(
        "POST {} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nConnection: close\r\n",
        paths::SESSION,
        acme.visitor().host()
    );
    let announced = format!("{head}Content-Length: 10000000000\r\n\r\n{{");
    assert_eq!(stack.server.raw(announced.as_bytes()).await.status, 413);
    let chunk = format!("8000\r\n{}\r\n", " ".repeat(0x8000));
    let chunked = format!("{head}Transfer-Encoding: chunked\r\n\r\n{}0\r\n\r\n", chunk.repeat(4));
    assert_eq!(stack.server.raw(chunked.as_bytes()).await.status, 413);
}

/// A compressed body is 415, because it could decompress to a thousand times its size.
#[tokio::test]
async fn a_compressed_body_is_refused() {
    let acme = Company::fresh(Stack::get().await).await;
    let body = json!({"email": acme.email_of(Role::HrAdmin), "password": PASSWORD}).to_string();
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(body.as_bytes()).unwrap();
    let gzip = gzip.finish().unwrap();
    for (encoding, bytes) in [
        ("gzip", gzip.clone()),
        ("br", vec![0x1b, 0, 0]),
        ("deflate", gzip.clone()),
        ("zstd", gzip),
        ("gzip, gzip", Vec::new()),
        ("unheard-of", body.into_bytes()),
    ] {
        let post = acme
            .visitor()
            .request(Method::POST, paths::SESSION)
            .header("content-type", "application/json");
        post.header("content-encoding", encoding)
            .body(bytes)
            .expect(415)
            .await
            .problem(Code::UnsupportedMediaType);
    }
}

/// A body that is not JSON, or not the expected JSON, is 400. The problem does not repeat the body, because it may contain a password.
#[tokio::test]
async fn a_body_that_is_no_json_is_refused_and_not_repeated() {
    let acme = Company::fresh(Stack::get().await).await;
    let secret = "hunter2-hunter2";
    for body in [
        String::new(),
        "{".to_owned(),
        secret.to_owned(),
        format!("\"{secret}\""),
        format!("[\"{secret}\"]"),
        format!("{{\"email\":\"a@b\",\"password\":\"{secret}\""),
        format!("{{\"email\":\"a@b\",\"password\":[\"{secret}\"]}}"),
        format!("{{\"email\":\"a@b\",\"{secret}\":1,\"password\":\"x\"}}"),
        format!("{{\"password\":\"{secret}\"}}"),
        "{\"email\":null,\"password\":null}".to_owned(),
        "[".repeat(10_000),
    ] {
        let post = acme
            .visitor()
            .request(Method::POST, paths::SESSION)
            .header("content-type", "application/json")
            .body(body.clone());
        let reply = post.expect(400).await;
        reply.problem(Code::BadRequest);
        assert!(!reply.text().contains(secret), "{}", reply.text());
    }
    let invalid = [b"{\"email\":\"".as_slice(), &[0xff, 0xfe], b"\",\"password\":\"x\"}"].concat();
    let post = acme
        .visitor()
        .request(Method::POST, paths::SESSION)
        .header("content-type", "application/json")
        .body(invalid);
    post.expect(400).await.problem(Code::BadRequest);
}

/// P4: a field that is missing, unknown, repeated or of the wrong type is named. Each case has its own text, and none repeats the value.
#[tokio::test]
async fn an_invalid_field_is_named() {
    let acme = Company::fresh(Stack::get().await).await;
    let admin = acme.hr_admin().await;
    for (path, body, detail) in [
        (paths::SESSION, r#"{"email":"a@b.example"}"#, "`password` is missing."),
        (
            paths::SESSION,
            r#"{"email":"a@b.example","password":["hunter2"]}"#,
            "Invalid `password`: expected a string.",
        ),
        (paths::EMPLOYEES, r#"{"last_name":null}"#, "Invalid `last_name`: expected a string."),
        (
            paths::EMPLOYEES,
            r#"{"salary":{"minor_units":"hunter2"}}"#,
            "Invalid `salary.minor_units`: expected a whole number.",
        ),
        (paths::EMPLOYEES, r#"{"middle_name":"hunter2"}"#, "Unknown field `middle_name`."),
        (
            paths::EMPLOYEES,
            r#"{"first_name":"a","first_name":"hunter2"}"#,
            "Repeated field `first_name`: send it once.",
        ),
        (paths::EMPLOYEES, r#"["hunter2"]"#, "Invalid"),
        (paths::EMPLOYEES, "{\"first_name\":\n", "The body is not JSON (line 2, column 0)."),
    ] {
        let post = admin.request(Method::POST, path).header("content-type", "application/json");
        let problem = post.body(body).expect(400).await.problem(Code::BadRequest);
        assert!(problem.detail.starts_with(detail), "{body}: {}", problem.detail);
        assert!(!problem.detail.contains("hunter2"), "{}", problem.detail);
    }
}

/// Wrong framing in a head or body is refused, and the server does not read a second request out of the first.
#[tokio::test]
async fn invalid_framing_is_refused() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let visitor = acme.visitor();
    let head = format!(
        "POST {} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n",
        paths::SESSION,
        visitor.host()
    );
    let smuggled = format!(
        "GET {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
        paths::LIVE,
        visitor.host()
    );
    for odd in [
        format!("{head}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{smuggled}"),
        format!("{head}Content-Length: 4\r\nContent-Length: 40\r\n\r\n{{}}  {smuggled}"),
        format!("{head}Content-Length: -1\r\n\r\n{smuggled}"),
        format!("{head}Content-Length: +2\r\n\r\n{{}}{smuggled}"),
        format!("{head}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n{smuggled}"),
        format!("{head}Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n{smuggled}"),
        "GET / HTTP/9.9\r\n\r\n".to_owned(),
        "\0\0\0\0\r\n\r\n".to_owned(),
        format!("GET / HTTP/1.1\r\nHost: {}\r\nX: {}\r\n\r\n", visitor.host(), "a".repeat(300_000)),
    ] {
        let reply = stack.server.raw(odd.as_bytes()).await;
        assert!(
            matches!(reply.status, 0 | 400 | 413 | 414 | 431),
            "{}: {}",
            &odd[..odd.len().min(300)],
            reply.text
        );
        assert!(
            !reply.text.contains("alive"),
            "a second request was read out of the first: {}",
            reply.text
        );
    }
    visitor.get(paths::COMPANY).expect(200).await;
}
