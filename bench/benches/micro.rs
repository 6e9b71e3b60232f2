//! Micro benchmarks: the cost of the single steps of a request.
//!
//! The steps are: cookie to session, session to tenant, sealing, cache key, the Redis pipeline of binding, and the body from the process or from Redis.
//!
//! Only public functions are called, so private steps are measured as part of them: the digest of a session's key and the decoding of its record in
//! `session/load`, the key and the compartment in `cache/list from the process`, the envelope in `cache/list from Redis`.

use std::{convert::Infallible, hint::black_box, process::ExitCode, sync::Arc};

use anyhow::{Context, Result, bail};
use bench::setup::Stores;
use cache::{Cache, EmployeeList, Loaded};
use chrono::Utc;
use criterion::{BenchmarkId, Criterion, Throughput};
use dev::{
    command::Checkout,
    print::print_error,
    reaper::{self, Reaper},
};
use domain::{
    AccountId, EmployeeQuery, EmployeeSort, EmploymentStatus, Role, SessionPolicy, TenantId,
    TenantStatus,
};
use seal::{KeyScope, Purpose, RootKey, Seals};
use serde_json::{Value, json};
use session::{
    Device, Generation, MemoryBackend, ReadBatch, RedisBackend, RedisLink, Session, SessionId,
    Sessions, SignedIn, Started,
};
use tenancy::TenantContext;
use tokio::runtime::Runtime;
use uuid::Uuid;

/// The number of the Redis database that this program uses.
const REDIS: u8 = 14;

fn main() -> ExitCode {
    // The reaper starts this program again with `reap`.
    if std::env::args().nth(1).as_deref() == Some("reap") {
        reaper::reap();
        return ExitCode::SUCCESS;
    }
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            print_error(&error);
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let runtime = Runtime::new()?;
    let mut criterion = Criterion::default().configure_from_args();
    let session = binding(&mut criterion, &runtime)?;
    sealing(&mut criterion)?;
    let folder = runtime.block_on(Checkout::here())?.folder.inside("bench")?;
    let Some(lock) = folder.take_if_free()? else {
        bail!("`just bench` is running in this folder: wait for it or stop it")
    };
    let reaper = Reaper::start(Some(lock))?;
    let cached = runtime
        .block_on(Stores::start(&reaper, folder, false))
        .and_then(|stores| caching(&mut criterion, &runtime, &stores, &session));
    runtime.block_on(reaper.finish())?;
    cached?;
    criterion.final_summary();
    Ok(())
}

/// Measures the locks SessionKey and Binding.
fn binding(criterion: &mut Criterion, runtime: &Runtime) -> Result<Session> {
    let seals = Seals::new(&RootKey::random()?, None);
    let sessions = Sessions::in_memory(MemoryBackend::default(), seals);
    let user = SignedIn {
        tenant: TenantId::from_uuid(Uuid::from_u128(1)),
        account: AccountId::from_uuid(Uuid::from_u128(2)),
        employee: None,
        role: Role::HrAdmin,
        demo: false,
        policy: SessionPolicy::Standard,
        authenticated_at: None,
        device: Device::default(),
    };
    let tenant = user.tenant;
    let Started { id, session, .. } = runtime.block_on(sessions.start(user, Utc::now()))?;
    let cookie = id.to_cookie_value();
    let mut group = criterion.benchmark_group("session");
    group.bench_function("cookie to id", |bencher| {
        bencher.iter(|| black_box(cookie.as_str()).parse::<SessionId>());
    });
    group.bench_function("load, from memory", |bencher| {
        bencher
            .to_async(runtime)
            .iter(|| sessions.load(tenant, &id, SessionPolicy::Standard, Utc::now()));
    });
    group.bench_function("bind to its tenant", |bencher| {
        bencher.iter(|| {
            TenantContext::from_session(tenant, TenantStatus::Active, black_box(&session))
        });
    });
    group.finish();
    Ok(session)
}

/// Measures the lock Seal for a short text, one employee, a list of a hundred, and the longest list.
fn sealing(criterion: &mut Criterion) -> Result<()> {
    let seals = Seals::new(&RootKey::random()?, None);
    let scope = KeyScope { purpose: Purpose::of("bench"), tenant: Uuid::from_u128(1) };
    let place = b"t:{00000000-0000-0000-0000-000000000001}:employee_list:company";
    let mut group = criterion.benchmark_group("seal");
    for bytes in [64, 1 << 10, 35 << 10, 70 << 10] {
        let plain = vec![b'x'; bytes];
        let sealed = seals.seal(scope, place, &plain)?;
        group.throughput(Throughput::Bytes(u64::try_from(bytes)?));
        group.bench_with_input(BenchmarkId::new("seal", bytes), &plain, |bencher, plain| {
            bencher.iter(|| seals.seal(scope, place, plain));
        });
        group.bench_with_input(BenchmarkId::new("open", bytes), &sealed, |bencher, sealed| {
            bencher.iter(|| seals.open(scope, place, sealed));
        });
    }
    group.finish();
    Ok(())
}

/// Measures the locks Key, Compartment and Seal as part of the cache.
fn caching(
    criterion: &mut Criterion,
    runtime: &Runtime,
    stores: &Stores,
    session: &Session,
) -> Result<()> {
    let context = TenantContext::from_session(session.tenant(), TenantStatus::Active, session)?;
    let url = stores.redis(REDIS)?;
    // A link must be created inside a runtime.
    let _inside = runtime.enter();
    let open = |l1_bytes| -> Result<Cache> {
        let config = cache::Config { l1_bytes, ..cache::Config::default() };
        let seals = Seals::new(&RootKey::random()?, None);
        let (sessions, bodies) = (RedisLink::new(&url)?, RedisLink::new(&url)?);
        Ok(Cache::new(config, seals, sessions, bodies, runtime.handle().clone()))
    };
    let (both, redis_only) = (open(64 << 20)?, open(0)?);
    let state = runtime
        .block_on(both.state(session.tenant()))
        .context("cannot read the tenant's state from Redis")?;
    let (query, rows) = (first_page(), Arc::new(hundred()));
    let key = EmployeeList(&query);
    let load = || {
        let rows = Arc::clone(&rows);
        async move { Ok::<_, Infallible>(Some(Loaded { value: rows, rows: Vec::new() })) }
    };
    let mut group = criterion.benchmark_group("cache");
    group.bench_function("state of a tenant, one round trip", |bencher| {
        bencher.to_async(runtime).iter(|| both.state(session.tenant()));
    });
    let link = RedisLink::new(&url)?;
    let (sessions, id) = runtime.block_on(in_redis(&link, session))?;
    group.bench_function("session and state of a tenant, one round trip", |bencher| {
        bencher.to_async(runtime).iter(|| bind(&link, &sessions, &both, session.tenant(), &id));
    });
    for (name, cache) in [("list from the process", &both), ("list from Redis", &redis_only)] {
        let viewer = cache.for_tenant(&context, &state, "bench");
        group.bench_function(name, |bencher| {
            bencher.to_async(runtime).iter(|| viewer.get_or_load(&key, load));
        });
    }
    group.finish();
    Ok(())
}

/// Starts a session like the given one in Redis.
async fn in_redis(link: &RedisLink, session: &Session) -> Result<(Sessions, SessionId)> {
    let backend = RedisBackend::new(link.clone(), Generation::default());
    let seals = Seals::new(&RootKey::random()?, None);
    let sessions = Sessions::in_redis(backend, seals);
    if let Some(replay) = sessions.begin_replay().await? {
        replay.finish(&[]).await?;
    }
    let user = SignedIn {
        tenant: session.tenant(),
        account: session.account(),
        employee: session.employee(),
        role: session.role(),
        demo: session.demo(),
        policy: session.policy(),
        authenticated_at: None,
        device: Device::default(),
    };
    let id = sessions.start(user, Utc::now()).await?.id;
    Ok((sessions, id))
}

/// Runs the Redis part of binding: one batch for session and tenant state.
async fn bind(
    link: &RedisLink,
    sessions: &Sessions,
    cache: &Cache,
    tenant: TenantId,
    id: &SessionId,
) -> Result<bool> {
    let mut batch = ReadBatch::over(link, tenant);
    let session = sessions.ask(&mut batch, tenant, id)?;
    let state = cache.ask_state(&mut batch, tenant);
    let mut replies = batch.send().await?;
    let session = sessions.read(session, &mut replies, SessionPolicy::Standard, Utc::now()).await?;
    let state = cache.read_state(state, &mut replies).await?;
    Ok(session.is_some() && state.settings.is_none())
}

fn first_page() -> EmployeeQuery {
    EmployeeQuery {
        words: Vec::new(),
        department: None,
        location: None,
        statuses: EmploymentStatus::ALL.into_iter().collect(),
        sort: EmployeeSort::default(),
        limit: 100,
        cursor: None,
    }
}

/// Rows with about as much JSON as the directory's list of a hundred people.
fn hundred() -> Vec<Value> {
    let row = |n: u128| {
        json!({
            "id": Uuid::from_u128(n), "number": n, "first_name": "Amara", "last_name": "Okafor",
            "email": format!("p{n}@hundred.example"), "position": "Engineer",
            "department": { "id": Uuid::from_u128(7), "name": "Engineering" }, "location": "Berlin",
            "status": "active", "started_on": "2015-01-01", "salary": { "minor_units": 4_000_000, "currency": "EUR" },
        })
    };
    (1001..1101).map(row).collect()
}
