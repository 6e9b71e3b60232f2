//! The latency of every session store, measured by the code of the product in one process (row S9).

use std::{
    fmt::Write as _,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use chrono::Utc;
use domain::{AccountId, Role, SessionPolicy, TenantId};
use hdrhistogram::Histogram;
use seal::{RootKey, Seals};
use session::{
    Device, Generation, MemoryBackend, RedisBackend, RedisLink, Sessions, SignedIn, Started,
};
use store::{SessionRecords, Store, StoreConfig};
use uuid::Uuid;

#[cfg(feature = "stores")]
use crate::other_stores;
use crate::setup::Stores;

/// The sessions that are started and looked up before the measurement, so that connections and plans exist.
const WARM_UP: usize = 200;
/// The largest latency that is recorded exactly, in nanoseconds.
const LONGEST: u64 = 10_000_000_000;

/// The latencies of one store, in nanoseconds.
#[derive(Debug)]
pub struct Latencies {
    /// The value of `WATERTIGHT_SESSION_STORE`.
    pub store: &'static str,
    /// What is often said about stores of this kind.
    pub claim: &'static str,
    /// Starting a session: writing its record, and ending the oldest one if the account has too many.
    pub save: Histogram<u64>,
    /// Looking a session up, and checking its record.
    pub load: Histogram<u64>,
}

/// Starts and looks up `count` sessions in each store, one after the other and the stores in turn, so that a busy moment of the machine concerns all of them.
///
/// # Errors
/// If a store does not start or does not answer.
pub async fn measure(stores: &Stores, count: usize) -> Result<Vec<Latencies>> {
    #[cfg_attr(not(feature = "stores"), expect(unused_mut, reason = "two more stores"))]
    let mut sessions = vec![
        ("memory", "below 0.1 ms", in_memory()?),
        ("redis", "below 1 ms", in_redis(stores).await?),
        ("postgres", "5 to 50 ms", in_postgresql(stores).await?),
    ];
    #[cfg(feature = "stores")]
    let (memcached, dynamodb) = (other_stores::memcached().await, other_stores::dynamodb().await?);
    #[cfg(feature = "stores")]
    for (store, claim, running) in
        [("memcached", "below 1 ms", &memcached), ("dynamodb", "1 to 10 ms", &dynamodb)]
    {
        let (records, tokens) = (Arc::clone(&running.records), redis(stores).await?);
        sessions.push((store, claim, Sessions::in_store(records, tokens, seals()?)));
    }
    let mut all = Vec::new();
    for (store, claim, _) in &sessions {
        let (save, load) =
            (Histogram::new_with_max(LONGEST, 3)?, Histogram::new_with_max(LONGEST, 3)?);
        all.push(Latencies { store, claim, save, load });
    }
    for turn in 0..WARM_UP + count {
        for ((_, _, sessions), latencies) in sessions.iter().zip(&mut all) {
            let [save, load] = one(sessions).await.context(latencies.store)?;
            if turn >= WARM_UP {
                latencies.save.saturating_record(nanoseconds(save));
                latencies.load.saturating_record(nanoseconds(load));
            }
        }
    }
    Ok(all)
}

/// Starts one session of a new account and looks it up. Returns how long each took.
async fn one(sessions: &Sessions) -> Result<[Duration; 2]> {
    let (tenant, policy) = (TenantId::from_uuid(Uuid::from_u128(1)), SessionPolicy::Standard);
    let who = SignedIn {
        tenant,
        account: AccountId::from_uuid(Uuid::new_v4()),
        employee: None,
        role: Role::Employee,
        demo: false,
        policy,
        authenticated_at: None,
        device: Device { user_agent: "bench".to_owned(), address: None },
    };
    let begun = Instant::now();
    let Started { id, .. } = sessions.start(who, Utc::now()).await?;
    let saved = Instant::now();
    let found = sessions.load(tenant, &id, policy, Utc::now()).await?;
    let loaded = saved.elapsed();
    found.context("a session that was just started is not found")?;
    Ok([saved - begun, loaded])
}

fn seals() -> Result<Seals> {
    Ok(Seals::new(&RootKey::random()?, None))
}

fn in_memory() -> Result<Sessions> {
    Ok(Sessions::in_memory(MemoryBackend::default(), seals()?))
}

async fn redis(stores: &Stores) -> Result<RedisBackend> {
    let backend = RedisBackend::new(RedisLink::new(&stores.redis(0)?)?, Generation::default());
    let sessions = Sessions::in_redis(backend.clone(), seals()?);
    if let Some(replay) = sessions.begin_replay().await? {
        replay.finish(&[]).await?;
    }
    Ok(backend)
}

async fn in_redis(stores: &Stores) -> Result<Sessions> {
    Ok(Sessions::in_redis(redis(stores).await?, seals()?))
}

async fn in_postgresql(stores: &Stores) -> Result<Sessions> {
    stores.create_schema().await?;
    let url = |role: &str, password: &str| stores.database_of(role, password);
    let config = StoreConfig {
        app_url: url("watertight_app", "WATERTIGHT_APP_PASSWORD")?,
        platform_url: url("watertight_platform", "WATERTIGHT_PLATFORM_PASSWORD")?,
        max_connections: 4,
        acquire_timeout: Duration::from_secs(10),
        statement_timeout: Duration::from_secs(10),
    };
    let session_url = url("watertight_session", "WATERTIGHT_SESSION_PASSWORD")?;
    let store = Store::connect(config.clone()).await?;
    let records = SessionRecords::connect(store, &session_url, &config).await?;
    Ok(Sessions::in_store(Arc::new(records), redis(stores).await?, seals()?))
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(LONGEST)
}

/// A quantile in milliseconds.
fn milliseconds(of: &Histogram<u64>, quantile: f64) -> f64 {
    f64::from(u32::try_from(of.value_at_quantile(quantile) / 10).unwrap_or(u32::MAX)) / 1e5
}

/// The latencies as a Markdown table.
pub fn table(all: &[Latencies]) -> String {
    let mut text = String::from(
        "| store | load p50 | load p99 | save p50 | save p99 | often said |\n|---|---:|---:|---:|---:|---|\n",
    );
    for Latencies { store, claim, save, load } in all {
        let [a, b, c, d] = [(load, 0.5), (load, 0.99), (save, 0.5), (save, 0.99)]
            .map(|(of, quantile)| in_words(milliseconds(of, quantile)));
        let _ = writeln!(text, "| `{store}` | {a} | {b} | {c} | {d} | {claim} |");
    }
    text
}

fn in_words(milliseconds: f64) -> String {
    if milliseconds < 0.1 {
        format!("{milliseconds:.4} ms")
    } else {
        format!("{milliseconds:.2} ms")
    }
}

/// The latencies as a drawing: a bar from the median to the 99th percentile for each store and operation, on a logarithmic scale from 1 µs to 100 ms.
pub fn drawing(all: &[Latencies]) -> String {
    const LEFT: f64 = 150.0;
    const WIDTH: f64 = 460.0;
    const ROW: f64 = 26.0;
    let place = |milliseconds: f64| LEFT + WIDTH * (milliseconds.max(1e-3).log10() + 3.0) / 5.0;
    let rows: Vec<_> = all
        .iter()
        .flat_map(|one| [(one.store, "load", &one.load), (one.store, "save", &one.save)])
        .collect();
    let height = ROW.mul_add(f64::from(u32::try_from(rows.len()).unwrap_or(0)), 40.0);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 {height:.0}\" role=\"img\" aria-label=\"Latency of the session stores\">\n<style>text{{font:13px system-ui,sans-serif;fill:#1f2937}}line{{stroke:#d1d5db}}.load{{fill:#2563a8}}.save{{fill:#93b4d8}}@media(prefers-color-scheme:dark){{text{{fill:#e5e7eb}}line{{stroke:#374151}}.load{{fill:#7fb0ee}}.save{{fill:#48688f}}}}</style>\n"
    );
    for (milliseconds, label) in [
        (1e-3, "1 µs"),
        (1e-2, "10 µs"),
        (0.1, "0.1 ms"),
        (1.0, "1 ms"),
        (10.0, "10 ms"),
        (100.0, "100 ms"),
    ] {
        let x = place(milliseconds);
        let (end, below) = (height - 30.0, height - 12.0);
        let _ = writeln!(
            svg,
            "<line x1=\"{x:.0}\" y1=\"6\" x2=\"{x:.0}\" y2=\"{end:.0}\"/><text x=\"{x:.0}\" y=\"{below:.0}\" text-anchor=\"middle\">{label}</text>"
        );
    }
    for (at, (store, operation, of)) in rows.into_iter().enumerate() {
        let y = ROW.mul_add(f64::from(u32::try_from(at).unwrap_or(0)), 10.0);
        let (from, to) = (place(milliseconds(of, 0.5)), place(milliseconds(of, 0.99)));
        let (width, baseline) = ((to - from).max(2.0), y + 13.0);
        let _ = writeln!(
            svg,
            "<text x=\"8\" y=\"{baseline:.0}\">{store}, {operation}</text><rect class=\"{operation}\" x=\"{from:.1}\" y=\"{y:.0}\" width=\"{width:.1}\" height=\"16\" rx=\"3\"/>"
        );
    }
    svg.push_str("</svg>\n");
    svg
}

#[cfg(test)]
mod tests {
    use super::*;

    fn latencies(nanoseconds: u64) -> Latencies {
        let mut save = Histogram::new_with_max(LONGEST, 3).unwrap();
        save.record(nanoseconds).unwrap();
        Latencies { store: "redis", claim: "below 1 ms", load: save.clone(), save }
    }

    /// S9: the table has the median and the 99th percentile of loading and saving.
    #[test]
    fn latencies_are_printed_in_milliseconds() {
        let text = table(&[latencies(250_000)]);
        assert!(text.contains("| `redis` | 0.25 ms | 0.25 ms | 0.25 ms | 0.25 ms | below 1 ms |"));
        assert!(table(&[latencies(2_000)]).contains("0.0020 ms"));
    }

    #[test]
    fn the_drawing_has_a_bar_for_each_operation() {
        let svg = drawing(&[latencies(250_000), latencies(5_000_000)]);
        assert_eq!(svg.matches("<rect").count(), 4);
        assert!(svg.starts_with("<svg") && svg.ends_with("</svg>\n"));
    }
}
