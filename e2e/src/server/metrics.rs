//! Reads the metrics of a server.

use super::Server;
use crate::{http, runtime::on_harness, secrets};

/// The metrics at one moment, in Prometheus's text format.
#[derive(Clone, Debug)]
pub struct Metrics {
    /// The whole text.
    pub text: String,
}

impl Server {
    /// Reads the metrics now. Every line is checked for the secrets of the run.
    ///
    /// # Panics
    /// If the server does not serve metrics as text.
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
    /// The sum of all series with this name and at least these labels, such as `("role", "app")`, rounded to a whole number. 0 if there is none.
    pub fn sum(&self, name: &str, labels: &[(&str, &str)]) -> u64 {
        let wanted: Vec<String> =
            labels.iter().map(|(label, value)| format!("{label}=\"{value}\"")).collect();
        let sum: f64 = self
            .series(name)
            .filter(|series| wanted.iter().all(|label| series.contains(label)))
            .filter_map(|series| series.rsplit(' ').next()?.parse::<f64>().ok())
            .sum();
        // The sum of no series is -0.0.
        format!("{:.0}", sum.abs()).parse().expect("a count")
    }

    /// The lines of this metric, without metrics whose name only begins with `name`.
    pub fn series<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.text.lines().filter(move |line| {
            line.strip_prefix(name).is_some_and(|rest| rest.starts_with(['{', ' ']))
        })
    }
}
