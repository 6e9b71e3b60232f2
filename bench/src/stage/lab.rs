//! The laboratory's build, with every lock on and with every lock off: what the locks cost together.

use anyhow::{Result, ensure};
use dev::{reaper::Reaper, say::say};

use super::{
    Programs, Stores,
    people::HUNDRED,
    product::{Contender, Node, start},
    stores::Place,
};
use crate::{contestant::Who, load::ask};

/// What is built for it, beside the product.
const PROGRAM: &str = "watertight-lab";
/// Every lock, as the laboratory names them.
const LOCKS: [&str; 9] = [
    "binding",
    "session_key",
    "key",
    "compartment",
    "seal",
    "transaction",
    "filter",
    "policy",
    "stamp",
];

/// Both, or neither where the laboratory is not built.
pub(super) async fn both(
    reaper: &Reaper,
    programs: &Programs,
    stores: &Stores,
    few: Place,
) -> Result<Vec<Contender>> {
    if !programs.at(PROGRAM).is_file() {
        say("`watertight-lab` is not built, so what the locks cost together is not measured");
        return Ok(Vec::new());
    }
    // The role without row-level security, which a product's database never has.
    stores.step(programs, PROGRAM, few, &["prepare"]).await?;
    let start = async |name: &str, redis: u8| {
        start(reaper, stores, programs, PROGRAM, name, Place { redis, ..few }, &[]).await
    };
    let (on, off) = (start("laboratory on", 6).await?, start("laboratory off", 8).await?);
    switch_all_off(off).await?;
    Ok(vec![on.list(Who::LabOn, HUNDRED).await?, off.list(Who::LabOff, HUNDRED).await?])
}

async fn switch_all_off(node: Node) -> Result<()> {
    let body = serde_json::json!({ "off": LOCKS }).to_string();
    let request = format!(
        "PUT /lab/faults HTTP/1.1\r\nHost: localhost:8080\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let reply = ask(node.address, request.as_bytes()).await?;
    ensure!(reply.status == 200, "the laboratory answers {} to `PUT /lab/faults`", reply.status);
    Ok(())
}
