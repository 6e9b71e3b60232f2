//! What one would otherwise pick: Node twice, and actix without anything of ours. All of them answer the product's own bytes.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use dev::{
    process::{ask, run},
    reaper::Reaper,
    say::say,
};
use redis::{AsyncCommands, Client};
use tokio::process::Command;

use super::{
    Programs, Stores, listening,
    people::{self, HUNDRED, THOUSAND},
};
use crate::{
    contestant::{Contestant, Expected, Target, Who},
    load,
};

/// How long what the peers read stays in Redis: longer than a run.
const DAY: u64 = 86_400;

/// Starts those that this machine can run.
pub(super) async fn all(
    reaper: &Reaper,
    programs: &Programs,
    stores: &Stores,
    list: &Bytes,
) -> Result<Vec<Contestant>> {
    let file = stores.file("list.json", list)?;
    prepare_redis(&stores.peers_redis()?, list).await?;
    let mut all = Vec::new();
    for (who, arguments) in
        [(Who::Bare, vec!["redis".into()]), (Who::Static, vec!["static".into(), file])]
    {
        let mut command = Command::new(programs.at("bare-actix"));
        all.push(start(reaper, stores, who, command.args(arguments), HUNDRED, list).await?);
    }
    let folder = programs.workspace.at("bench/peers/node");
    if let Err(error) = ask("node", Command::new("node").arg("--version")).await {
        say(format_args!("no Node takes part: {error}"));
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
    for (who, script, cache, slug) in [
        (Who::A, "a.js", "on", HUNDRED),
        (Who::AMiss, "a.js", "off", THOUSAND),
        (Who::BestNode, "best.js", "on", HUNDRED),
    ] {
        let mut command = node(script);
        command.env("CACHE", cache).env("PEER_DATABASE_URL", &database);
        all.push(start(reaper, stores, who, &mut command, slug, list).await?);
    }
    Ok(all)
}

/// One session and one cached list of each company, as the lesson's code keeps them.
async fn prepare_redis(url: &str, list: &Bytes) -> Result<()> {
    let client = Client::open(url).context("the URL of Redis cannot be read")?;
    let mut redis = client.get_multiplexed_async_connection().await?;
    for slug in [HUNDRED, THOUSAND] {
        let session = [("user_id", "1042"), ("tenant_id", slug)];
        let _: () = redis.hset_multiple(format!("sessions:{}", sid(slug)), &session).await?;
    }
    let _: () = redis.set_ex(format!("employee_list:{HUNDRED}"), list.as_ref(), DAY).await?;
    Ok(())
}

/// As long as the product's, and with the tenant before the dot for those who read session and list at once.
fn sid(slug: &str) -> String {
    format!("{slug}.{}", "a".repeat(42 - slug.len()))
}

/// Starts a peer and finds its answer right: the same bytes, or without a cache as many rows.
async fn start(
    reaper: &Reaper,
    stores: &Stores,
    who: Who,
    command: &mut Command,
    slug: &str,
    list: &Bytes,
) -> Result<Contestant> {
    command.env("PEER_REDIS_URL", stores.peers_redis()?);
    let name = format!("{who:?}").to_lowercase();
    let (running, address) = listening::start(reaper, stores, &name, command).await?;
    let request = format!(
        "GET /employees HTTP/1.1\r\nHost: {slug}.localhost:8080\r\nCookie: sid={}\r\nAccept: application/json\r\n\r\n",
        sid(slug)
    );
    let reply = load::ask(address, request.as_bytes()).await?;
    ensure!(reply.status == 200, "`{who}` answers with {}", reply.status);
    if who == Who::AMiss {
        let rows: Vec<serde_json::Value> = serde_json::from_slice(&reply.body)?;
        ensure!(rows.len() == 100, "`{who}` answers with {} rows", rows.len());
        say(format_args!("`{who}`: its rows are {} bytes of JSON", reply.body.len()));
    } else {
        ensure!(reply.body == *list, "`{who}` answers other bytes than the product");
    }
    let expected = Expected::Body(reply.body.len());
    let (requests, rest) = ([(request.into(), expected)].into(), Duration::ZERO);
    let target = Target { address, requests, rest };
    Ok(Contestant { who, pid: running.pid(), target, connections: None, flood: None })
}
