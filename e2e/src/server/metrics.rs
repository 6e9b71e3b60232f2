//! What a server shows on its metrics port.

use super::Server;
use crate::{http, runtime::on_harness, secrets};

/// The metrics of one moment, in the text format of Prometheus.
#[derive(Clone, Debug)]
pub struct Metrics {
    /// All of it.
    pub text: String,
}

impl Server {
    /// What it counts right now. Every line is held against the secrets of the run.
    ///
    /// # Panics
    /// If it shows no metrics, or not as text.
    pub async fn metrics(&self) -> Metrics {
        let address = self.metrics_address.expect("a server that shows metrics");
        let text = on_harness(async move {
            let reply = http::client().get(format!("http://{address}/metrics")).send().await?;
            reply.error_for_status()?.text().await
        });
        let text = text.await.expect("metrics");
        text.lines().for_each(secrets::logged);
        Metrics { text }
    }
}

impl Metrics {
    /// The sum of all series of this name that have these labels (`("role", "app")`) among theirs; 0 if there is none. Rounded to a whole number.
    pub fn sum(&self, name: &str, labels: &[(&str, &str)]) -> u64 {
        let wanted: Vec<String> =
            labels.iter().map(|(label, value)| format!("{label}=\"{value}\"")).collect();
        let sum: f64 = self
            .series(name)
            .filter(|series| wanted.iter().all(|label| series.contains(label)))
            .filter_map(|series| series.rsplit(' ').next()?.parse::<f64>().ok())
            .sum();
        // Of no series at all the sum is minus nought.
        format!("{:.0}", sum.abs()).parse().expect("a count")
    }

    /// The lines of this name, without those that only begin like it.
    pub fn series<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.text.lines().filter(move |line| {
            line.strip_prefix(name).is_some_and(|rest| rest.starts_with(['{', ' ']))
        })
    }
}
