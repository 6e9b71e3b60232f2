//! An intranet: a small server of another site, which shows a page with a frame of the product.

use std::{
    io::{BufRead, BufReader, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError},
    thread,
};

/// A server that replies to every request with the same page. Its port is the same on `127.0.0.1` and on `localhost`, which are two sites for a browser.
pub(crate) struct Intranet {
    address: SocketAddr,
    body: Arc<Mutex<String>>,
}

impl Intranet {
    /// Listens on a free port until the process ends.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("an address");
        let intranet = Self { address, body: Arc::default() };
        let body = Arc::clone(&intranet.body);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let body = Arc::clone(&body);
                thread::spawn(move || answer(stream, &body));
            }
        });
        intranet
    }

    /// Its origin if it is reached under this host.
    pub(crate) fn origin(&self, host: &str) -> String {
        format!("http://{host}:{}", self.address.port())
    }

    /// Puts this HTML into its page.
    pub(crate) fn show(&self, html: &str) {
        html.clone_into(&mut self.body.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// Answers one request and closes the connection. A browser that opened it in advance may close it first.
fn answer(mut stream: TcpStream, body: &Mutex<String>) {
    let mut lines = BufReader::new(&stream).lines().map_while(Result::ok);
    if lines.by_ref().all(|line| !line.is_empty()) {
        return;
    }
    let body = body.lock().unwrap_or_else(PoisonError::into_inner).clone();
    // The empty icon keeps the browser from asking for another one.
    let page = format!(
        "<!doctype html><title>Intranet</title><link rel=icon href=data:,><h1>Intranet</h1>{body}"
    );
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        page.len()
    );
    // Fails only if the browser no longer waits for the page.
    let _gone = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(page.as_bytes()));
}
