//! G10: a body that never ends, for every kind of handler and where no handler reads it.

use api_types::{Problem, at_pool, paths};
use e2e::Stack;
use futures_util::future::join_all;

use super::{connect_and_send, drip, is_served, other_client, quick_node, status};

/// G10: a body that arrives too slowly is 408, whether it is JSON, a form or a Cognito request. Another client is served all the time.
#[tokio::test]
async fn a_slow_body_is_answered_408_and_closed() {
    let stack = Stack::get().await;
    let node = quick_node(stack).await;
    let (company, other_client) = other_client(stack, &node).await;
    let app = company.application("--flow REFRESH_TOKEN_AUTH").await;
    let (own, bare, form) =
        (other_client.host().to_owned(), node.host(""), "application/x-www-form-urlencoded");
    let token = at_pool(paths::TOKEN, &app.pool);
    let revoke = at_pool(paths::REVOKE, &app.pool);
    let asked = [
        (&own, paths::SESSION, "application/json"),
        (&bare, "/", "application/x-amz-json-1.1"),
        (&bare, token.as_str(), form),
        (&bare, revoke.as_str(), form),
    ];
    let slow = join_all(asked.iter().flat_map(|asked| [(asked, true), (asked, false)]).map(
        async |((host, path, kind), chunked)| {
            let head = format!("POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: {kind}\r\n");
            let (length, piece) = if chunked {
                ("Transfer-Encoding: chunked", &b"1\r\nx\r\n"[..])
            } else {
                ("Content-Length: 5000", &b"x"[..])
            };
            let head = format!("{head}{length}\r\n\r\n");
            (head.clone(), drip(connect_and_send(&node, head.as_bytes()).await, piece).await)
        },
    ));
    let (said, ()) = tokio::join!(slow, is_served(&other_client));
    for (head, said) in said {
        assert_eq!(status(&said), 408, "{head}{said}");
        let (_, body) = said.split_once("\r\n\r\n").unwrap();
        let problem: Problem = serde_json::from_str(body).unwrap();
        assert_eq!((problem.status, problem.code.as_str()), (408, "request_timeout"), "{head}");
    }
    is_served(&other_client).await;
}

/// G10: the server does not wait for the end of a body that no handler reads: it answers at once and closes the connection.
#[tokio::test]
async fn the_server_does_not_wait_for_a_body_that_no_handler_reads() {
    let stack = Stack::get().await;
    let node = quick_node(stack).await;
    let (_company, other_client) = other_client(stack, &node).await;
    let slow = join_all(
        [
            ("GET", "Content-Length: 9000", &b"x"[..]),
            ("GET", "Transfer-Encoding: chunked", &b"1\r\nx\r\n"[..]),
            ("DELETE", "Transfer-Encoding: chunked", &b"1\r\nx\r\n"[..]),
        ]
        .map(async |(method, length, piece)| {
            let host = other_client.host();
            let head =
                format!("{method} {} HTTP/1.1\r\nHost: {host}\r\n{length}\r\n\r\n", paths::LIVE);
            (head.clone(), drip(connect_and_send(&node, head.as_bytes()).await, piece).await)
        }),
    );
    let (said, ()) = tokio::join!(slow, is_served(&other_client));
    for (head, said) in said {
        let answer = if head.starts_with("GET") { 200 } else { 405 };
        assert_eq!(status(&said), answer, "{head}{said}");
    }
    is_served(&other_client).await;
}
