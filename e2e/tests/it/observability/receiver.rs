//! A trace collector for the tests: it receives what an OpenTelemetry exporter sends, and keeps it.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    resource::v1::Resource,
    trace::v1::{ResourceSpans, Span},
};
use prost::Message;

/// An OTLP collector that listens on a local port and keeps all spans.
pub(crate) struct Receiver {
    address: SocketAddr,
    received: Arc<Mutex<Vec<ResourceSpans>>>,
}

impl Receiver {
    /// Listens on a free port until the process ends.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let collector = Self { address: listener.local_addr().unwrap(), received: Arc::default() };
        let received = Arc::clone(&collector.received);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let received = Arc::clone(&received);
                thread::spawn(move || answer(&stream, &received));
            }
        });
        collector
    }

    /// The value for `OTEL_EXPORTER_OTLP_ENDPOINT`.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Every span received so far.
    pub(crate) fn spans(&self) -> Vec<Span> {
        let received = self.received.lock().unwrap_or_else(PoisonError::into_inner);
        let scopes = received.iter().flat_map(|one| &one.scope_spans);
        scopes.flat_map(|scope| scope.spans.clone()).collect()
    }

    /// The resource of the first received spans, which names the process that sent them.
    pub(crate) fn resource(&self) -> Option<Resource> {
        let received = self.received.lock().unwrap_or_else(PoisonError::into_inner);
        received.first()?.resource.clone()
    }
}

/// Answers the requests of one connection. Panics if a request is not an export of traces.
fn answer(stream: &TcpStream, received: &Mutex<Vec<ResourceSpans>>) {
    let mut reader = BufReader::new(stream);
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if reader.read_line(&mut head).unwrap_or(0) == 0 {
                return;
            }
        }
        let head = head.to_ascii_lowercase();
        assert!(head.starts_with("post /v1/traces "), "{head}");
        let length = head.split("content-length:").nth(1).unwrap();
        let mut body = vec![0; length.lines().next().unwrap().trim().parse().unwrap()];
        reader.read_exact(&mut body).unwrap();
        let request = ExportTraceServiceRequest::decode(body.as_slice()).unwrap();
        received.lock().unwrap_or_else(PoisonError::into_inner).extend(request.resource_spans);
        let reply =
            "HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n";
        let mut stream = stream;
        stream.write_all(reply.as_bytes()).unwrap();
    }
}
