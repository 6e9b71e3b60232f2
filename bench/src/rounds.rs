//! The run: measures every contestant in turn, round after round, and computes medians.

use std::{collections::BTreeMap, time::Duration};

use anyhow::{Context, Result};
use dev::print::print;

use crate::{
    contestant::{Contestant, ContestantId},
    load::{Load, drive},
    usage,
};

/// The number and length of the measurements.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// The number of rounds.
    pub rounds: usize,
    /// The time for which a contestant is measured in each round.
    pub time: Duration,
    /// The time for which it is loaded before each measurement.
    pub warm_up: Duration,
    /// The number of concurrent connections.
    pub connections: usize,
}

/// The results of one contestant in one round.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// Responses per second.
    pub rate: f64,
    /// CPU time of the contestant's process per response, user and system, in microseconds.
    pub cpu: f64,
    /// Median latency in microseconds.
    pub p50: f64,
    /// The 99th percentile of the latency in microseconds.
    pub p99: f64,
    /// Resident memory at the end of the round, in bytes.
    pub resident: f64,
}

/// The medians of all rounds, for each contestant.
pub type Medians = BTreeMap<ContestantId, Sample>;

/// Measures all contestants and returns their medians.
///
/// # Errors
/// If a contestant does not answer, or answers with another status or length than expected.
pub async fn run(plan: Plan, contestants: &[Contestant]) -> Result<Medians> {
    let mut samples: BTreeMap<ContestantId, Vec<Sample>> = BTreeMap::new();
    for round in 1..=plan.rounds {
        print(format_args!("round {round} of {}", plan.rounds));
        for contestant in contestants {
            let sample = measure(plan, contestant).await;
            let sample = sample.with_context(|| format!("`{}`", contestant.id))?;
            samples.entry(contestant.id).or_default().push(sample);
        }
    }
    Ok(samples.into_iter().map(|(id, samples)| (id, Sample::median(&samples))).collect())
}

async fn measure(plan: Plan, contestant: &Contestant) -> Result<Sample> {
    load(plan, contestant, plan.warm_up).await?;
    let before = usage::cpu(contestant.pid)?;
    let load = load(plan, contestant, plan.time).await?;
    let used = usage::cpu(contestant.pid)?.saturating_sub(before);
    let answers = f64::from(u32::try_from(load.answers)?);
    let quantile =
        |q| f64::from(u32::try_from(load.latency.value_at_quantile(q)).unwrap_or(u32::MAX));
    Ok(Sample {
        rate: answers / load.took.as_secs_f64(),
        cpu: used.as_secs_f64() * 1e6 / answers,
        p50: quantile(0.5),
        p99: quantile(0.99),
        resident: f64::from(u32::try_from(usage::resident(contestant.pid)? >> 10)?) * 1024.0,
    })
}

/// Loads a contestant, together with its flood if it has one.
async fn load(plan: Plan, contestant: &Contestant, time: Duration) -> Result<Load> {
    let connections = contestant.connections.unwrap_or(plan.connections);
    let measured = drive(&contestant.target, connections, time);
    let Some(flood) = &contestant.flood else { return measured.await };
    let (measured, flood) = tokio::join!(measured, drive(&flood.target, flood.connections, time));
    flood.context("the flood")?;
    measured
}

impl Sample {
    /// Returns the median of each measure on its own.
    fn median(samples: &[Self]) -> Self {
        let of = |measure: fn(&Self) -> f64| median(samples.iter().map(measure).collect());
        Self {
            rate: of(|sample| sample.rate),
            cpu: of(|sample| sample.cpu),
            p50: of(|sample| sample.p50),
            p99: of(|sample| sample.p99),
            resident: of(|sample| sample.resident),
        }
    }
}

/// Returns the median: the mean of the two middle values for an even number of values, NaN for none.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let (upper, lower) = (values.len() / 2, values.len().saturating_sub(1) / 2);
    match (values.get(lower), values.get(upper)) {
        (Some(lower), Some(upper)) => f64::midpoint(*lower, *upper),
        _ => f64::NAN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slow_round_does_not_move_the_median() {
        let sample = |rate| Sample { rate, cpu: 1.0, p50: 1.0, p99: 1.0, resident: 1.0 };
        let all = [sample(100.0), sample(3.0), sample(101.0)];
        assert_eq!(Sample::median(&all).rate.to_bits(), 100.0_f64.to_bits());
    }

    #[test]
    fn the_median_of_two_is_their_mean_and_of_none_is_no_number() {
        assert_eq!(median(vec![3.0, 1.0]).to_bits(), 2.0_f64.to_bits());
        assert!(median(Vec::new()).is_nan());
    }
}
