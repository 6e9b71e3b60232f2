//! R1: the cache is switched off on every node, flushed, and switched on again, in this order and at run time.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use api_types::{CacheSwitchState, Readiness, paths};
use domain::Role;
use e2e::{Actor, Company, Finished, Server, ServerConfig, Stack, Widget, db_redis, until};

const OFF: [&str; 5] = ["incident", "cache", "off", "--reason", "rows of another company"];
const ON: [&str; 3] = ["incident", "cache", "on"];
const FLUSH: [&str; 4] = ["incident", "cache", "flush", "--all"];

/// Two nodes on a Redis database that no other test uses.
async fn two_nodes(stack: &Stack) -> (ServerConfig, String, [Server; 2]) {
    let redis = stack.redis.url_of_a_fresh_database();
    let config = stack.server_config().with("REDIS_SESSION_URL", &redis);
    let config = config.with("REDIS_CACHE_URL", &redis);
    let nodes = tokio::join!(config.start(), config.start()).into();
    (config, redis, nodes)
}

async fn bodies(redis: &str) -> usize {
    db_redis::keys(redis, "t:*:employee_*").await.len()
}

/// Waits until every node reports this state.
async fn wait_until_state(nodes: &[Server], wanted: CacheSwitchState) {
    for node in nodes {
        until("the node to report the state of the switch", Duration::from_secs(10), async || {
            let ready = Actor::at(node, "").get(paths::READY).expect(200).await;
            let metric = node.metrics().await.sum("watertight_cache_switch", &[]);
            let agrees = metric == u64::from(wanted == CacheSwitchState::On);
            (agrees && ready.json::<Readiness>().cache.state == wanted).then_some(())
        })
        .await;
    }
}

fn refused(finished: &Finished, word: &str) {
    assert_ne!(finished.code, Some(0));
    assert!(finished.stderr.contains(word), "{}", finished.stderr);
}

/// R1: the switch turns the cache off on both nodes, and they stay ready. A flush while requests arrive leaves the cache empty until it is switched on again.
#[tokio::test]
async fn the_cache_is_switched_off_flushed_and_switched_on() {
    let stack = Stack::get().await;
    let (config, redis, nodes) = two_nodes(stack).await;
    let acme = Company::fresh(stack).await;
    let admin = acme.actor_on(&nodes[0], Role::HrAdmin).await;
    admin.get(paths::EMPLOYEES).expect(200).await;
    assert!(bodies(&redis).await > 0);
    refused(&config.run(&FLUSH).await, "hint: run `watertight incident cache off");
    assert!(bodies(&redis).await > 0, "a refused flush removes nothing");

    let (stop, asked) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let crowd = [admin.clone(), admin.clone().on(&nodes[1])].map(|actor| {
        let (stop, asked) = (Arc::clone(&stop), Arc::clone(&asked));
        tokio::spawn(async move {
            while !stop.load(Ordering::SeqCst) {
                actor.get(paths::EMPLOYEES).expect(200).await;
                asked.fetch_add(1, Ordering::SeqCst);
            }
        })
    });
    config.run(&OFF).await.succeeded();
    wait_until_state(&nodes, CacheSwitchState::Off).await;
    let flushed = config.run(&FLUSH).await.succeeded();
    assert!(flushed.contains("flushed ") && !flushed.contains("flushed 0"), "{flushed}");
    let before = asked.load(Ordering::SeqCst);
    until("requests after the flush", Duration::from_secs(30), async || {
        (asked.load(Ordering::SeqCst) >= before + 20).then_some(())
    })
    .await;
    assert_eq!(bodies(&redis).await, 0, "nothing is cached while the cache is off");
    let tenant = acme.tenant.to_string();
    for node in &nodes {
        let labels = [("tenant", tenant.as_str()), ("source", "bypass")];
        assert!(node.metrics().await.sum("watertight_cache_reads_total", &labels) > 0);
    }
    let status = config.run(&["incident", "cache", "status"]).await.succeeded();
    assert!(status.contains("off since") && status.contains("rows of another company"), "{status}");
    let ready = Actor::at(&nodes[0], "").get(paths::READY).expect(200).await;
    assert!(!ready.text().contains("another company"), "the reason is not public");

    config.run(&ON).await.succeeded();
    wait_until_state(&nodes, CacheSwitchState::On).await;
    until("the cache to be filled again", Duration::from_secs(10), async || {
        (bodies(&redis).await > 0).then_some(())
    })
    .await;
    stop.store(true, Ordering::SeqCst);
    for actor in crowd {
        actor.await.unwrap();
    }
}

/// R1: a node that starts during the incident starts with the cache off, and a lost key in Redis does not switch the cache on.
#[tokio::test]
async fn the_switch_stays_off_after_a_restart_or_a_lost_key() {
    let stack = Stack::get().await;
    let (config, redis, nodes) = two_nodes(stack).await;
    config.run(&OFF).await.succeeded();
    wait_until_state(&nodes, CacheSwitchState::Off).await;
    let late = [config.start().await];
    let ready: Readiness = Actor::at(&late[0], "").get(paths::READY).expect(200).await.json();
    assert_eq!(ready.cache.state, CacheSwitchState::Off);
    let mut connection = db_redis::open(&redis).await;
    redis::cmd("DEL").arg("cache:switch").query_async::<()>(&mut connection).await.unwrap();
    let acme = Company::fresh(stack).await;
    let admin = acme.actor_on(&nodes[0], Role::HrAdmin).await;
    let begun = Instant::now();
    until("several polls", Duration::from_secs(10), async || {
        admin.get(paths::EMPLOYEES).expect(200).await;
        (begun.elapsed() > Duration::from_secs(1)).then_some(())
    })
    .await;
    assert_eq!(bodies(&redis).await, 0);
}

/// R1, I5: exactly one family of keys is flushed, and no keys that look like it. An unknown family is refused with a list of the known ones.
#[tokio::test]
async fn one_family_is_flushed_and_nothing_else() {
    let stack = Stack::get().await;
    let (config, redis, nodes) = two_nodes(stack).await;
    let acme = Company::fresh(stack).await;
    let admin = acme.actor_on(&nodes[0], Role::HrAdmin).await;
    for path in [paths::EMPLOYEES, paths::DEPARTMENTS, &paths::employee(acme.roster.employee())] {
        admin.get(path).expect(200).await;
    }
    let widget = Widget::create(&admin, "https://intranet.example").await;
    let cookie = widget.cookie(&acme.visitor_on(&nodes[0])).await;
    acme.visitor_on(&nodes[0]).get(paths::OUT_TODAY).cookie(&cookie).expect(200).await;
    let odd = [
        "t:{00000000-0000-0000-0000-000000000000}:employee_list:x:employee_list:y:z".to_owned(),
        format!("t:{{{}}}:employee_list:*", "*".repeat(36)),
        "employee_list:acme".to_owned(),
    ];
    let mut connection = db_redis::open(&redis).await;
    for key in &odd {
        redis::AsyncCommands::set::<_, _, ()>(&mut connection, key, "kept").await.unwrap();
    }
    config.run(&OFF).await.succeeded();
    wait_until_state(&nodes, CacheSwitchState::Off).await;
    let before = db_redis::keys(&redis, "*").await;
    refused(&config.run(&["incident", "cache", "flush", "--family", "*"]).await, "employee_list");
    refused(&config.run(&["incident", "cache", "flush"]).await, "--family");
    config.run(&["incident", "cache", "flush", "--family", "employee_list"]).await.succeeded();
    let after = db_redis::keys(&redis, "*").await;
    let gone: Vec<&String> = before.iter().filter(|key| !after.contains(key)).collect();
    let own = format!("t:{{{}}}:employee_list:", acme.tenant);
    assert!(gone.iter().any(|key| key.starts_with(&own)), "{gone:?}");
    for key in &odd {
        assert!(after.contains(key), "`{key}` was flushed");
    }
    for kept in ["employee_detail", "department_list", "out_today", "epochs"] {
        assert!(after.iter().any(|key| key.contains(kept)), "{kept} is gone: {after:?}");
    }
    admin.get(paths::EMPLOYEES).expect(200).await;
}
