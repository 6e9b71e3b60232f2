//! O4: one request is one trace through every layer, without personal data.

use std::collections::HashMap;

use api_types::paths;
use domain::Role;
use e2e::{Actor, Company, Stack, check_for_secrets};
use opentelemetry_proto::tonic::{
    common::v1::any_value::Value,
    trace::v1::{Span, span::SpanKind},
};

use super::receiver::Receiver;

fn attribute(span: &Span, key: &str) -> Option<String> {
    let found = span.attributes.iter().find(|attribute| attribute.key == key)?;
    match found.value.clone()?.value? {
        Value::StringValue(text) => Some(text),
        Value::IntValue(number) => Some(number.to_string()),
        other => Some(format!("{other:?}")),
    }
}

/// The spans of the request with this id. The server must have ended, so that it has sent all of them.
fn trace_of(receiver: &Receiver, request: &str) -> Vec<Span> {
    let spans = receiver.spans();
    let is_root = |span: &&Span| attribute(span, "request_id").as_deref() == Some(request);
    let Some(root) = spans.iter().find(is_root) else {
        let parameters = |span: &Span| (span.name.clone(), attribute(span, "request_id"));
        panic!("no `{request}` among {:?}", spans.iter().map(parameters).collect::<Vec<_>>())
    };
    spans.iter().filter(|span| span.trace_id == root.trace_id).cloned().collect()
}

/// A node that sends its spans every 50 ms.
async fn node(stack: &Stack, receiver: &Receiver) -> e2e::Server {
    let config = stack.server_config().with("OTEL_EXPORTER_OTLP_ENDPOINT", &receiver.url());
    config.with("OTEL_BSP_SCHEDULE_DELAY", "50").start().await
}

/// O4: the trace of a request has a span for each layer that the request went through, below the span of its caller.
#[tokio::test]
async fn one_request_is_one_trace_through_every_layer() {
    let (stack, receiver) = (Stack::get().await, Receiver::start());
    let (acme, server) = (Company::fresh(stack).await, node(stack, &receiver).await);
    let admin = acme.actor_on(&server, Role::HrAdmin).await;
    let path = format!("{}?q={}&sort=-name", paths::EMPLOYEES, acme.canary);
    let reply = admin.get(&path).expect(200).await;
    // The server ignores a client's `traceparent`: with it, a client could join its request to another client's trace.
    let planted = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let again = admin.get(paths::EMPLOYEES).header("traceparent", planted).expect(200).await;
    server.terminate().await;

    let spans = trace_of(&receiver, reply.header("x-request-id").unwrap());
    let by_id: HashMap<&[u8], &Span> =
        spans.iter().map(|span| (span.span_id.as_slice(), span)).collect();
    let named = |name: &str| {
        let found = spans.iter().find(|span| span.name == name);
        let names = || spans.iter().map(|span| span.name.as_str()).collect::<Vec<_>>();
        found.unwrap_or_else(|| panic!("no `{name}` among {:?}", names()))
    };
    let root = named("api.request.answer");
    assert!(root.parent_span_id.is_empty() && root.kind == SpanKind::Server as i32, "{root:?}");
    assert_eq!(attribute(root, "http.route").as_deref(), Some(paths::EMPLOYEES));
    assert_eq!(attribute(root, "http.request.method").as_deref(), Some("GET"));
    assert_eq!(attribute(root, "http.response.status_code").as_deref(), Some("200"));
    let bind = named("api.tenant.bind");
    assert_eq!(attribute(bind, "tenant"), Some(acme.tenant.to_string()));
    for (name, above) in [
        ("api.tenant.bind", "api.request.answer"),
        ("session.pipeline.send", "api.tenant.bind"),
        ("session.record.read", "api.tenant.bind"),
        ("cache.state.read", "api.tenant.bind"),
        ("store.employee.list", "api.request.answer"),
    ] {
        let mut span = named(name);
        while span.name != above {
            let parent = by_id.get(span.parent_span_id.as_slice());
            span = parent.unwrap_or_else(|| panic!("`{name}` is not below `{above}`"));
        }
    }
    let other = trace_of(&receiver, again.header("x-request-id").unwrap());
    assert!(other.iter().all(|span| span.trace_id[..2] != [0x0a, 0xf7]), "the caller's trace id");
}

/// O4: spans contain no person's name, address, search text, password, cookie or key. The checked requests include signing in.
#[tokio::test]
async fn no_span_names_a_person_or_a_secret() {
    let (stack, receiver) = (Stack::get().await, Receiver::start());
    let (acme, server) = (Company::fresh(stack).await, node(stack, &receiver).await);
    let admin = acme.actor_on(&server, Role::HrAdmin).await;
    let wrong =
        Actor::at(&server, acme.slug.as_str()).sign_in(&acme.email_of(Role::Manager), "wrong");
    wrong.expect(401).await;
    for path in [
        format!("{}?q={}", paths::EMPLOYEES, acme.canary),
        format!("/{}", acme.canary),
        paths::employee(acme.roster.hr_admin()),
        paths::SESSION.to_owned(),
        paths::DEPARTMENTS.to_owned(),
    ] {
        admin.get(&path).send().await;
    }
    server.terminate().await;
    let spans = receiver.spans();
    for name in ["credential.password.verify", "store.credential.find", "store.account.read"] {
        assert!(spans.iter().any(|span| span.name == name), "no `{name}`");
    }
    for span in &spans {
        check_for_secrets(&format!("{span:?}"));
        assert!(span.name.split('.').count() == 3, "`{}` is not `layer.noun.verb`", span.name);
    }
    check_for_secrets(&format!("{:?}", receiver.resource()));
}

/// O4: the resource of a trace names the process. A node sends traces only if a collector is configured.
#[tokio::test]
async fn a_trace_names_its_process() {
    let (stack, receiver) = (Stack::get().await, Receiver::start());
    let server = node(stack, &receiver).await;
    assert_eq!(server.metrics().await.sum("watertight_traces_exported", &[]), 1);
    assert_eq!(stack.server.metrics().await.sum("watertight_traces_exported", &[]), 0);
    Actor::at(&server, "").get(paths::LIVE).expect(200).await;
    // The process sends its remaining spans before it ends.
    server.terminate().await;
    let resource = receiver.resource().expect("spans that were flushed");
    let value = |key: &str| {
        let found = resource.attributes.iter().find(|attribute| attribute.key == key);
        found.and_then(|attribute| attribute.value.clone()?.value)
    };
    assert_eq!(value("service.name"), Some(Value::StringValue("watertight".to_owned())));
    let version = env!("CARGO_PKG_VERSION").to_owned();
    assert_eq!(value("service.version"), Some(Value::StringValue(version)));
    assert!(value("service.instance.id").is_some());
}

/// The exporter does not support TLS, so `serve` refuses an `https` collector with a hint.
#[tokio::test]
async fn an_https_collector_is_an_error_with_a_hint() {
    let config = Stack::get().await.server_config();
    let refused = config
        .with("OTEL_EXPORTER_OTLP_ENDPOINT", "https://collector.example")
        .run(&["serve"])
        .await;
    assert_eq!(refused.code, Some(1));
    assert!(
        refused.stderr.contains("OTEL_EXPORTER_OTLP_ENDPOINT") && refused.stderr.contains("hint: ")
    );
}
