//! G10: a request head that never ends.

use api_types::paths;
use e2e::Stack;
use futures_util::future::join_all;

use super::{connect_and_send, drip, is_served, other_client, quick_node, status};

const SLOW: usize = 24;

/// G10: a client that sends the head of its first request too slowly gets 408, and the connection is closed. Another client is served all the time.
#[tokio::test]
async fn a_slow_first_head_is_answered_408_and_closed() {
    let stack = Stack::get().await;
    let node = quick_node(stack).await;
    let (_company, other_client) = other_client(stack, &node).await;
    let begin = format!("GET {} HTTP/1.1\r\nHost: {}\r\nX: ", paths::LIVE, other_client.host());
    let slow = join_all(
        (0..SLOW).map(async |_| drip(connect_and_send(&node, begin.as_bytes()).await, b"x").await),
    );
    let (said, ()) = tokio::join!(slow, is_served(&other_client));
    for said in said {
        assert_eq!(status(&said), 408, "{said}");
    }
    is_served(&other_client).await;
}

/// G10: the connection of a client that sends nothing is closed too.
#[tokio::test]
async fn a_silent_client_is_closed() {
    let stack = Stack::get().await;
    let node = quick_node(stack).await;
    let (_company, other_client) = other_client(stack, &node).await;
    let said = super::read_until_closed(connect_and_send(&node, b"").await).await;
    assert!(matches!(status(&said), 0 | 408), "{said}");
    is_served(&other_client).await;
}

/// G10: the head of a later request on the same connection has the same timeout. The connection is closed without an answer to it.
#[tokio::test]
async fn a_slow_later_head_is_closed() {
    let stack = Stack::get().await;
    let node = quick_node(stack).await;
    let (_company, other_client) = other_client(stack, &node).await;
    let whole = format!("GET {} HTTP/1.1\r\nHost: {}\r\n\r\n", paths::LIVE, other_client.host());
    let begin = &whole[..whole.len() - 2];
    let slow = join_all((0..SLOW).map(async |_| {
        let stream = connect_and_send(&node, format!("{whole}{begin}X: ").as_bytes()).await;
        drip(stream, b"x").await
    }));
    let (said, ()) = tokio::join!(slow, is_served(&other_client));
    for said in said {
        assert_eq!(
            said.matches("HTTP/1.1").count(),
            1,
            "one answer, then the connection closes: {said}"
        );
        assert!(said.ends_with("alive\n"), "{said}");
    }
    is_served(&other_client).await;
}
