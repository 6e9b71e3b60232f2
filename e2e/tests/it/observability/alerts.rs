//! R2: a broken lock raises an alert: a log line, a count for the company, and a row in `platform.alert`.

use std::time::Duration;

use api_types::{Code, OauthError, paths};
use domain::Role;
use e2e::{Actor, Company, REDIRECT_URI, Reply, Server, ServerConfig, Stack, db_redis, until};
use redis::AsyncCommands;

const LIST: &str = "/api/v1/employees?sort=-started_on";

/// The line of `watertight incident alerts` for the request with this id.
async fn recorded(config: &ServerConfig, request: &str) -> Option<String> {
    let said = config.run(&["incident", "alerts", "--since", "1h"]).await.succeeded();
    said.lines().find(|line| line.contains(request)).map(str::to_owned)
}

async fn eventually_recorded(config: &ServerConfig, request: &str) -> Vec<String> {
    let row = until("a recorded alert", Duration::from_secs(20), async || {
        recorded(config, request).await
    });
    row.await.split('\t').map(str::to_owned).collect()
}

fn request_id(reply: &Reply) -> String {
    reply.header("x-request-id").unwrap().to_owned()
}

async fn alerts_of(server: &Server, company: &Company, kind: &str) -> u64 {
    let tenant = company.tenant.to_string();
    server.metrics().await.sum("watertight_alerts_total", &[("tenant", &tenant), ("kind", kind)])
}

/// R2, I4: every policy calls `app.tenant_id()`. A superuser who replaces this function makes the policies show another company's rows. The filters compare
/// the context's company, and no transaction begins. This raises an alert, whose record has the request and both companies.
#[tokio::test]
async fn no_transaction_begins_while_the_policies_see_another_company() {
    let own = Stack::of_its_own().await;
    let [acme, betaco] = Company::pair(own).await;
    let admin = acme.hr_admin().await;
    let right = admin.get(LIST).expect(200).await;
    assert_eq!(alerts_of(&own.server, &acme, "setting_tenant").await, 0);

    let replace = |body: &str| {
        format!(
            "create or replace function app.tenant_id() returns uuid language sql stable parallel safe as $$ {body} $$"
        )
    };
    let other = format!("select '{}'::uuid", betaco.tenant);
    own.postgres.db_as_superuser(&replace(&other)).await;
    let one = format!("{}?limit=7", paths::EMPLOYEES);
    let [listed, found] = [
        admin.get(&one).expect(500).await,
        // An id of the other company, which the policies would show.
        admin.get(&paths::employee(betaco.roster.hr_admin())).expect(500).await,
    ];
    for reply in [&listed, &found] {
        // The harness checks that no reply contains a canary of another company.
        reply.problem(Code::Internal);
        let request = request_id(reply);
        let line = own.server.log_line(&format!("request_id=\"{request}\"")).await;
        assert!(line.contains(&request));
        let lines = own.server.lines_with(&request);
        let parameters =
            lines.lines().find(|line| line.contains("alert=\"setting_tenant\"")).unwrap();
        assert!(
            parameters.contains(&acme.tenant.to_string())
                && parameters.contains(&betaco.tenant.to_string())
        );
        let row = eventually_recorded(&own.server_config(), &request).await;
        let expected =
            ["setting_tenant", &acme.tenant.to_string(), &betaco.tenant.to_string(), &request];
        assert_eq!(row[1..5], expected, "{row:?}");
    }
    assert_eq!(alerts_of(&own.server, &acme, "setting_tenant").await, 2);
    assert_eq!(alerts_of(&own.server, &betaco, "setting_tenant").await, 0);

    // A server that starts now detects the change. The running server answers correctly again once the function is restored.
    let refused = own.server_config().run(&["serve"]).await;
    assert!(
        refused.code == Some(1) && refused.stderr.contains("app.tenant_id()"),
        "{}",
        refused.stderr
    );
    own.postgres.db_as_superuser(&replace("select current_setting('app.tenant_id')::uuid")).await;
    assert_eq!(admin.get(&one).expect(200).await.status, 200);
    assert_eq!(admin.get(LIST).expect(200).await.body, right.body);
    assert_eq!(alerts_of(&own.server, &acme, "setting_tenant").await, 2);
}

/// Writes the other company into each of Acme's session records, as an adversary with write access to Redis could.
async fn with_a_foreign_session(stack: &Stack, acme: &Company, betaco: &Company) {
    let url = stack.redis.url();
    let mut redis = db_redis::open(&url).await;
    for key in db_redis::keys(&url, &format!("s:{{{}}}:*", acme.tenant)).await {
        let () = redis.hset(key, "tenant", betaco.tenant.to_string()).await.unwrap();
    }
}

/// G14, R2, I3: a session record that was changed in Redis is no valid session. It raises an alert that names the company in the record, even if the log is
/// switched off.
#[tokio::test]
async fn a_changed_session_record_raises_an_alert_with_the_log_off() {
    let stack = Stack::get().await;
    let [acme, betaco] = Company::pair(stack).await;
    let config = stack.server_config().with("WATERTIGHT_LOG", "off");
    let server = config.start().await;
    let admin = acme.actor_on(&server, Role::HrAdmin).await;
    with_a_foreign_session(stack, &acme, &betaco).await;
    let reply = admin.get(paths::EMPLOYEES).expect(401).await;
    reply.problem(Code::NotSignedIn);

    let request = request_id(&reply);
    let line = server.log_line("session_seal").await;
    assert!(line.contains(&request) && line.contains(&betaco.tenant.to_string()), "{line}");
    assert_eq!(server.logged().lines().count(), 1, "nothing else was logged\n{}", server.logged());
    assert_eq!(alerts_of(&server, &acme, "session_seal").await, 1);
    let row = eventually_recorded(&config, &request).await;
    let expected = ["session_seal", &acme.tenant.to_string(), &betaco.tenant.to_string(), &request];
    assert_eq!(row[1..5], expected, "{row:?}");
}

/// R2, O6: while PostgreSQL is unavailable an alert is counted and logged, and its row waits. The row is written when PostgreSQL is back, with the time of the
/// alert.
#[tokio::test]
async fn an_alert_is_recorded_after_an_outage_of_postgresql() {
    let own = Stack::of_its_own().await;
    let [acme, betaco] = Company::pair(own).await;
    let admin = acme.hr_admin().await;
    admin.get(paths::EMPLOYEES).expect(200).await;
    with_a_foreign_session(own, &acme, &betaco).await;
    own.postgres.pause().await;
    // 401 while Redis has the company's state, 503 when the server must read it from PostgreSQL, and never 200.
    let reply = admin.get(paths::EMPLOYEES).without_retry().send().await;
    assert!(matches!(reply.status, 401 | 503), "{}", reply.status);
    let request = request_id(&reply);
    own.server.log_line("alert=\"session_seal\"").await;
    let metrics = own.server.metrics().await;
    assert_eq!(metrics.sum("watertight_alerts_total", &[]), 1);
    assert_eq!(metrics.sum("watertight_alerts_waiting", &[]), 1);
    own.postgres.unpause().await;
    let row = eventually_recorded(&own.server_config(), &request).await;
    assert_eq!(row[1], "session_seal");
    until("no alert to wait", Duration::from_secs(10), async || {
        let metrics = own.server.metrics().await;
        (metrics.sum("watertight_alerts_waiting", &[]) == 0).then_some(())
    })
    .await;
    assert_eq!(own.server.metrics().await.sum("watertight_alerts_lost_total", &[]), 0);
}

/// R2: the record is append-only: `serve` refuses a database in which the role that writes alerts could change or delete a row.
#[tokio::test]
async fn the_role_that_records_alerts_cannot_change_them() {
    let own = Stack::of_its_own().await;
    for privilege in ["update", "delete", "update (kind)"] {
        let (grant, revoke) = (
            format!("grant {privilege} on platform.alert to watertight_platform"),
            format!("revoke {privilege} on platform.alert from watertight_platform"),
        );
        own.postgres.db_as_superuser(&grant).await;
        let refused = own.server_config().run(&["serve"]).await;
        assert_eq!(refused.code, Some(1), "{privilege}");
        assert!(refused.stderr.contains("append-only"), "{}", refused.stderr);
        own.postgres.db_as_superuser(&revoke).await;
    }
    drop(own.server_config().start().await);
}

/// G13: a user who reuses a replaced refresh token revokes its family. That is counted and logged, and raises no alert: no alert count, no row.
#[tokio::test]
async fn a_reused_refresh_token_is_counted_and_is_no_alert() {
    let stack = Stack::get().await;
    let (acme, server) = (Company::fresh(stack).await, stack.server_config().start().await);
    let settings = format!(
        "--flow code --flow REFRESH_TOKEN_AUTH --redirect-uri {REDIRECT_URI} --scope openid --grace-seconds 0"
    );
    let app = acme.application(&settings).await;
    let (admin, bare) = (acme.actor_on(&server, Role::HrAdmin).await, Actor::at(&server, ""));
    let first = app.tokens_for(&admin, &bare, "openid").await.refresh_token.unwrap();
    let refresh = |token: &str| bare.post_form(&app.path(paths::TOKEN), &app.refresh_grant(token));
    let second = refresh(&first).expect(200).await.tokens().refresh_token.unwrap();
    for revoked in [&first, &second] {
        refresh(revoked).expect(400).await.oauth(OauthError::InvalidGrant);
    }

    server.log_line("idp.refresh_token.reused").await;
    let (metrics, tenant) = (server.metrics().await, acme.tenant.to_string());
    let of_acme = [("tenant", tenant.as_str())];
    assert_eq!(metrics.sum("watertight_refresh_token_reuse_total", &of_acme), 1);
    assert_eq!(metrics.sum("watertight_alerts_total", &of_acme), 0);
    assert_eq!(metrics.sum("watertight_alerts_waiting", &[]), 0, "no row is under way");
    let none = format!("not exists (select from platform.alert where tenant = '{tenant}')");
    assert!(stack.postgres.db_holds(&none).await);
}

/// G13: `incident sweep` deletes the alerts that are older than the retention period, and needs the password of the tables' owner.
#[tokio::test]
async fn old_alerts_are_deleted_by_the_owner_alone() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let insert = |days: u32| {
        format!(
            "insert into platform.alert (id, at, kind, tenant) values (gen_random_uuid(), now() - interval '{days} days', 'row_tenant', '{}')",
            acme.tenant
        )
    };
    for days in [20, 364, 366, 4000] {
        stack.postgres.db_as_superuser(&insert(days)).await;
    }
    let left = async |expected: u8| {
        let count = format!(
            "(select count(*) from platform.alert where tenant = '{}') = {expected}",
            acme.tenant
        );
        stack.postgres.db_holds(&count).await
    };
    let config = stack.server_config();
    let ownerless = config.clone().without("WATERTIGHT_OWNER_PASSWORD");
    let refused = ownerless.run(&["incident", "sweep"]).await;
    assert_eq!(refused.code, Some(1), "{}", refused.stderr);
    assert!(refused.stderr.contains("WATERTIGHT_OWNER_PASSWORD"), "{}", refused.stderr);
    let refused = config.run(&["incident", "sweep", "--older-than", "1h"]).await;
    assert_eq!(refused.code, Some(1), "{}", refused.stderr);
    assert!(refused.stderr.contains("--older-than"), "{}", refused.stderr);
    assert!(left(4).await);
    config.run(&["incident", "sweep"]).await.succeeded();
    assert!(left(2).await);
    config.run(&["incident", "sweep", "--older-than", "7d"]).await.succeeded();
    assert!(left(0).await);
}
