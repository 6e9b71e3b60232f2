//! Serves `/metrics` and the health checks, on a port and a thread of their own.
//!
//! Metrics show what all tenants do, so they are never on the public port. Health checks answer here while every public worker is busy (row G10).

use std::{net::SocketAddr, time::Duration};

use actix_web::{App, HttpResponse, HttpServer, dev::ServerHandle, web};
use anyhow::Context;
use api::{ReadinessProbe, health_checks};
use store::Store;
use tokio::time::{MissedTickBehavior, interval};

use super::Metrics;
use crate::config::{ConfigError, Environment, refuse_public};

/// The text format's name (Prometheus documentation, "Exposition formats").
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";
/// The most connections. A scraper and a few health checks need one each.
const CONNECTIONS: usize = 64;
/// How often samples are merged into the histograms.
const FOLD: Duration = Duration::from_secs(5);

/// The address for metrics and health checks; `None` if they are off.
pub(crate) struct Exposition(Option<SocketAddr>);

impl Exposition {
    /// Reads `WATERTIGHT_METRICS_LISTEN`: an address that is not public, or `off`.
    pub(crate) fn read(environment: &Environment<'_>) -> Result<Self, ConfigError> {
        let name = "WATERTIGHT_METRICS_LISTEN";
        if environment.text(name).as_deref() == Some("off") {
            return Ok(Self(None));
        }
        let default_value = SocketAddr::from(([127, 0, 0, 1], 9464));
        let listen =
            environment.parsed(name, default_value, "set it to `address:port` or `off`")?;
        refuse_public(environment, listen)?;
        Ok(Self(Some(listen)))
    }

    /// Starts the server, which runs until the returned handle stops it. Returns `None` if it is off.
    pub(crate) fn start(
        &self,
        metrics: &Metrics,
        store: &Store,
        readiness: ReadinessProbe,
    ) -> anyhow::Result<Option<ServerHandle>> {
        let Some(listen) = self.0 else { return Ok(None) };
        let scraped = web::Data::new((metrics.clone(), store.clone()));
        let server = HttpServer::new(move || {
            let readiness = readiness.clone();
            App::new()
                .app_data(scraped.clone())
                .route("/metrics", web::get().to(show))
                .configure(|config| health_checks(config, readiness))
        })
        .workers(1)
        .max_connections(CONNECTIONS)
        .disable_signals()
        .shutdown_timeout(1)
        .bind(listen)
        .with_context(|| format!(
            "cannot serve metrics on `{listen}`\nhint: stop the process that listens there, or set `WATERTIGHT_METRICS_LISTEN`"
        ))?;
        for address in server.addrs() {
            println!("metrics on http://{address}/metrics");
        }
        let running = server.run();
        let handle = running.handle();
        tokio::spawn(running);
        tokio::spawn(fold(metrics.clone()));
        Ok(Some(handle))
    }
}

async fn show(scraped: web::Data<(Metrics, Store)>) -> HttpResponse {
    let (metrics, store) = scraped.get_ref();
    HttpResponse::Ok().content_type(TEXT).body(metrics.text(store))
}

async fn fold(metrics: Metrics) {
    let mut ticks = interval(FOLD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        metrics.fold();
    }
}
