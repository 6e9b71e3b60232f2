//! Comparable servers: two in Node, and plain actix without the product's code. All of them answer the product's own bytes.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use dev::{
    print::print,
    process::{ask, run},
    reaper::Reaper,
};
use redis::{AsyncCommands, Client};
use tokio::process::Command;

use super::{
    Programs, Stores, listening,
    people::{self, HUNDRED, THOUSAND},
};
use crate::{
    contestant::{Contestant, ContestantId, Expected, Target},
    load,
};

/// The lifetime in seconds of the peers' data in Redis: longer than a run.
const DAY: u64 = 86_400;

/// Starts the peers that this machine can run.
pub(super) async fn all(
    reaper: &Reaper,
    programs: &Programs,
    stores: &Stores,
    list: &Bytes,
) -> Result<Vec<Contestant>> {
    let file = stores.file("list.json", list)?;
    prepare_redis(&stores.peers_redis()?, list).await?;
    let mut all = Vec::new();
    for (id, arguments) in [
        (ContestantId::BareActix, vec!["redis".into()]),
        (ContestantId::StaticBytes, vec!["static".into(), file]),
    ] {
        let mut command = Command::new(programs.at("bare-actix"));
        all.push(start(reaper, stores, id, command.args(arguments), HUNDRED, list).await?);
    }
    let folder = programs.workspace.at("bench/peers/node");
    if let Err(error) = ask("node", Command::new("node").arg("--version")).await {
        print(format_args!("the Node servers are not measured: {error}"));
        return Ok(all);
    }
    if !folder.join("node_modules").is_dir() {
        let mut npm = Command::new("npm");
        run(reaper, "npm ci", npm.args(["ci", "--no-audit", "--no-fund"]).current_dir(&folder))
            .await?;
    }
    let node = |script: &str| {
        let mut command = Command::new("node");
        command.arg(folder.join(script)).env("NODE_ENV", "production");
        command
    };
    let rows = serde_json::to_vec(&people::flat(THOUSAND, 1_000)?)?;
    let database = stores.peers_database()?;
    let mut prepare = node("prepare.js");
    ask(
        "node prepare.js",
        prepare.arg(stores.file("rows.json", &rows)?).env("PEER_DATABASE_URL", &database),
    )
    .await?;
    for (id, script, cache, slug) in [
        (ContestantId::A, "a.js", "on", HUNDRED),
        (ContestantId::AWithoutCache, "a.js", "off", THOUSAND),
        (ContestantId::BestNode, "best.js", "on", HUNDRED),
    ] {
        let mut command = node(script);
        command.env("CACHE", cache).env("PEER_DATABASE_URL", &database);
        all.push(start(reaper, stores, id, &mut command, slug, list).await?);
    }
    Ok(all)
}

/// Writes one session and one cached list per company, in the format of the lesson's code.
async fn prepare_redis(url: &str, list: &Bytes) -> Result<()> {
    let client = Client::open(url).context("invalid Redis URL")?;
    let mut redis = client.get_multiplexed_async_connection().await?;
    for slug in [HUNDRED, THOUSAND] {
        let session = [("user_id", "1042"), ("tenant_id", slug)];
        let _: () = redis.hset_multiple(format!("sessions:{}", sid(slug)), &session).await?;
    }
    let _: () = redis.set_ex(format!("employee_list:{HUNDRED}"), list.as_ref(), DAY).await?;
    Ok(())
}

/// A session id as long as the product's. The tenant is before the dot, for servers that read session and list in one pipeline.
fn sid(slug: &str) -> String {
    format!("{slug}.{}", "a".repeat(42 - slug.len()))
}

/// Starts a peer and checks its response: the product's bytes, or without a cache the same number of rows.
async fn start(
    reaper: &Reaper,
    stores: &Stores,
    id: ContestantId,
    command: &mut Command,
    slug: &str,
    list: &Bytes,
) -> Result<Contestant> {
    command.env("PEER_REDIS_URL", stores.peers_redis()?);
    let name = format!("{id:?}").to_lowercase();
    let (running, address) = listening::start(reaper, stores, &name, command).await?;
    let request = format!(
        "GET /employees HTTP/1.1\r\nHost: {slug}.localhost:8080\r\nCookie: sid={}\r\nAccept: application/json\r\n\r\n",
        sid(slug)
    );
    let reply = load::ask(address, request.as_bytes()).await?;
    ensure!(reply.status == 200, "`{id}` answers with {}", reply.status);
    if id == ContestantId::AWithoutCache {
        let rows: Vec<serde_json::Value> = serde_json::from_slice(&reply.body)?;
        ensure!(rows.len() == 100, "`{id}` answers with {} rows", rows.len());
        print(format_args!("`{id}`: its rows are {} bytes of JSON", reply.body.len()));
    } else {
        ensure!(reply.body == *list, "`{id}` does not answer the same bytes as the product");
    }
    let expected = Expected::Body(reply.body.len());
    let (requests, pause) = ([(request.into(), expected)].into(), Duration::ZERO);
    let target = Target { address, requests, pause };
    Ok(Contestant { id, pid: running.pid(), target, connections: None, flood: None })
}
