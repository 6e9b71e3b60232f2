//! Plain actix without the product's code: the cost of a cached list without tenant isolation.
//!
//! `bare-actix redis` reads a session and the stored bytes in one pipeline, on one connection per worker. `bare-actix static FILE` answers the bytes of a file.
//! Both are as fast as possible, because they are the standard that the product is compared with.

use std::{fs, future::ready};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, http::header, web};
use anyhow::Context;
use bytes::Bytes;
use redis::{aio::MultiplexedConnection, pipe};
use tokio::sync::OnceCell;

/// The product's allocator, so that both servers differ only in what is above it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[actix_web::main]
async fn main() -> anyhow::Result<()> {
    match std::env::args().nth(1).as_deref() {
        Some("redis") => from_redis().await,
        Some("static") => from_memory(std::env::args().nth(2).unwrap_or_default()).await,
        _ => anyhow::bail!("usage: `bare-actix redis` or `bare-actix static FILE`"),
    }
}

/// A worker's connection to Redis, opened by its first request.
struct Link {
    client: redis::Client,
    connection: OnceCell<MultiplexedConnection>,
}

async fn from_redis() -> anyhow::Result<()> {
    let url = std::env::var("PEER_REDIS_URL").context("`PEER_REDIS_URL` is not set")?;
    let client = redis::Client::open(url)?;
    serve(move |config| {
        let link = Link { client: client.clone(), connection: OnceCell::new() };
        config.app_data(web::Data::new(link)).route("/employees", web::get().to(list));
    })
    .await
}

async fn list(request: HttpRequest, link: web::Data<Link>) -> HttpResponse {
    let Some(sid) = sid(&request) else { return HttpResponse::Unauthorized().finish() };
    answer(sid, &link).await.unwrap_or_else(|_| HttpResponse::ServiceUnavailable().finish())
}

/// The session fields `tenant_id` and `expired`.
type Session = (Option<String>, Option<String>);

/// Like the Node server A*: the part of the cookie before the dot is the tenant, and the session must be of that tenant.
async fn answer(sid: &str, link: &Link) -> redis::RedisResult<HttpResponse> {
    let tenant = sid.split_once('.').map_or("", |(tenant, _)| tenant);
    let connect = || link.client.get_multiplexed_async_connection();
    let mut connection = link.connection.get_or_try_init(connect).await?.clone();
    let ((owner, expired), body): (Session, Option<Vec<u8>>) = pipe()
        .hmget(format!("sessions:{sid}"), &["tenant_id", "expired"])
        .get(format!("employee_list:{tenant}"))
        .query_async(&mut connection)
        .await?;
    Ok(match body {
        _ if expired.is_some() || owner.as_deref() != Some(tenant) => {
            HttpResponse::Unauthorized().finish()
        }
        Some(body) => json(body.into()),
        None => HttpResponse::ServiceUnavailable().finish(),
    })
}

fn sid(request: &HttpRequest) -> Option<&str> {
    let cookies = request.headers().get(header::COOKIE)?.to_str().ok()?;
    cookies.split(';').find_map(|pair| pair.trim().strip_prefix("sid="))
}

async fn from_memory(path: String) -> anyhow::Result<()> {
    let bytes = Bytes::from(fs::read(&path).with_context(|| format!("cannot read `{path}`"))?);
    serve(move |config| {
        let bytes = bytes.clone();
        config.route("/employees", web::get().to(move || ready(json(bytes.clone()))));
    })
    .await
}

fn json(body: Bytes) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(body)
}

/// Runs with one worker per core, like the product.
async fn serve(
    routes: impl Fn(&mut web::ServiceConfig) + Clone + Send + 'static,
) -> anyhow::Result<()> {
    let server =
        HttpServer::new(move || App::new().configure(routes.clone())).bind(("127.0.0.1", 0))?;
    for address in server.addrs() {
        println!("listening on http://{address}");
    }
    Ok(server.run().await?)
}
