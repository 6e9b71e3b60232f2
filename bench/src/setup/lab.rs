//! The lab build with every lock on and with every lock off: the cost of all locks together.

use anyhow::{Result, ensure};
use dev::{print::print, reaper::Reaper};

use super::{
    Programs, Stores,
    people::HUNDRED,
    product::{Node, ProductContestant, start},
    stores::Databases,
};
use crate::{contestant::ContestantId, load::ask};

/// The program of the lab build, built next to the product.
const PROGRAM: &str = "watertight-lab";
/// All locks, by their names in the lab build.
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

/// Starts both, or neither if the lab build does not exist.
pub(super) async fn both(
    reaper: &Reaper,
    programs: &Programs,
    stores: &Stores,
    few: Databases,
) -> Result<Vec<ProductContestant>> {
    if !programs.at(PROGRAM).is_file() {
        print("`watertight-lab` is not built: the cost of all locks is not measured");
        return Ok(Vec::new());
    }
    // Creates the role without row-level security, which a product's database never has.
    stores.step(programs, PROGRAM, few, &["prepare"]).await?;
    let start = async |name: &str, redis: u8| {
        start(reaper, stores, programs, PROGRAM, name, Databases { redis, ..few }, &[]).await
    };
    let (on, off) = (start("lab build on", 6).await?, start("lab build off", 8).await?);
    switch_all_off(off).await?;
    Ok(vec![
        on.list(ContestantId::LabOn, HUNDRED).await?,
        off.list(ContestantId::LabOff, HUNDRED).await?,
    ])
}

async fn switch_all_off(node: Node) -> Result<()> {
    let body = serde_json::json!({ "off": LOCKS }).to_string();
    let request = format!(
        "PUT /lab/faults HTTP/1.1\r\nHost: localhost:8080\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let reply = ask(node.address, request.as_bytes()).await?;
    ensure!(reply.status == 200, "`PUT /lab/faults` got status {}", reply.status);
    Ok(())
}
