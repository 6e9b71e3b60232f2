//! G10: a client that has closed its side of the connection.

use api_types::paths;
use e2e::Stack;
use tokio::io::AsyncWriteExt;

use super::{connect_and_send, is_served, other_client, quick_node, read_until_closed, status};

/// G10: the server closes a half-closed connection after it has answered the request, and at once if the request is incomplete.
#[tokio::test]
async fn a_half_closed_connection_is_closed_after_the_answer() {
    let stack = Stack::get().await;
    let node = quick_node(stack).await;
    let (_company, other_client) = other_client(stack, &node).await;
    let host = other_client.host();
    let head = format!("GET {} HTTP/1.1\r\nHost: {host}\r\n", paths::COMPANY);
    let post = format!("POST {} HTTP/1.1\r\nHost: {host}\r\n", paths::SESSION);
    let json = "Content-Type: application/json\r\n";
    for (asked, answers) in [
        (String::new(), &[0][..]),
        (head.clone(), &[0]),
        (format!("{head}\r\n"), &[200]),
        (format!("{post}{json}Content-Length: 900\r\n\r\n{{"), &[0, 400]),
        (format!("{post}{json}Transfer-Encoding: chunked\r\n\r\n5\r\n{{"), &[0, 400]),
    ] {
        let mut stream = connect_and_send(&node, asked.as_bytes()).await;
        stream.shutdown().await.unwrap();
        let said = read_until_closed(stream).await;
        assert!(answers.contains(&status(&said)), "{asked}: {said}");
    }
    is_served(&other_client).await;
}
