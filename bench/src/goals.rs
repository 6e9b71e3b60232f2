//! The goals: which contestants are compared, by which measure, and the ratio to reach.

use crate::{
    contestant::ContestantId::{
        self, A, AWithoutCache, BareActix, BestNode, FewCompanies, LabOff, LabOn, LargeCompany,
        ListBesideFlood, ManyCompanies, Product, ProductL2, ProductMiss, QuietList, QuietSignIn,
        SignInBesideFlood, StaticBytes,
    },
    rounds::Medians,
};

/// The measure by which two contestants are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Responses per second: the first contestant's divided by the second's.
    Rate,
    /// CPU time per response: the second's divided by the first's, which is how many times less the first needs.
    CpuSaved,
    /// CPU time per response: the first's divided by the second's.
    CpuSpent,
    /// Memory under load: the first's divided by the second's.
    Memory,
    /// The 99th percentile of the latency: the first's divided by the second's.
    P99,
}

/// The limit that a ratio should keep.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bound {
    /// The ratio should be at least this.
    AtLeast(f64),
    /// The ratio should be at most this.
    AtMost(f64),
    /// No goal: the ratio is only reported.
    None,
}

/// A row of the table of ratios.
#[derive(Clone, Copy, Debug)]
pub struct Goal {
    /// The label of the row.
    pub label: &'static str,
    /// The measure that is compared.
    pub measure: Measure,
    /// The contestant that is judged.
    pub first: ContestantId,
    /// The contestant that it is compared with.
    pub second: ContestantId,
    /// The goal for the ratio.
    pub bound: Bound,
}

const fn goal(
    label: &'static str,
    measure: Measure,
    first: ContestantId,
    second: ContestantId,
    bound: Bound,
) -> Goal {
    Goal { label, measure, first, second, bound }
}

/// All goals, in the order of the table.
pub const GOALS: [Goal; 18] = {
    use {
        Bound::{AtLeast, AtMost},
        Measure::{CpuSaved, CpuSpent, Memory, P99, Rate},
    };
    [
        goal("cached list: answers/s vs A", Rate, Product, A, AtLeast(15.0)),
        goal("cached list: CPU less than A", CpuSaved, Product, A, AtLeast(18.0)),
        goal("cached list: answers/s vs A* (best Node)", Rate, Product, BestNode, AtLeast(2.0)),
        goal(
            "cached list: answers/s vs bare actix, session and bytes in Redis",
            Rate,
            Product,
            BareActix,
            AtLeast(0.85),
        ),
        goal(
            "cached list: CPU less than bare actix, session and bytes in Redis",
            CpuSaved,
            Product,
            BareActix,
            Bound::None,
        ),
        goal(
            "body in the process: answers/s vs static bytes",
            Rate,
            Product,
            StaticBytes,
            AtLeast(0.75),
        ),
        goal("body from Redis: answers/s vs A", Rate, ProductL2, A, AtLeast(15.0)),
        goal("body from Redis: CPU less than A", CpuSaved, ProductL2, A, AtLeast(18.0)),
        goal("body from Redis: answers/s vs bare actix", Rate, ProductL2, BareActix, AtLeast(0.85)),
        goal(
            "cache off, row-level security: answers/s vs A's query",
            Rate,
            ProductMiss,
            AWithoutCache,
            AtLeast(2.8),
        ),
        goal(
            "cache off, row-level security: CPU less than A",
            CpuSaved,
            ProductMiss,
            AWithoutCache,
            AtLeast(4.5),
        ),
        goal("all locks on vs all off: answers/s", Rate, LabOn, LabOff, AtLeast(0.95)),
        goal("all locks on vs all off: CPU", CpuSpent, LabOn, LabOff, Bound::None),
        goal("memory under load vs A", Memory, Product, A, AtMost(0.2)),
        goal(
            "201 companies vs 3, first page, cache off: CPU",
            CpuSpent,
            ManyCompanies,
            FewCompanies,
            AtMost(1.2),
        ),
        goal(
            "10,000 people vs 100, first page, cache off: answers/s",
            Rate,
            LargeCompany,
            ManyCompanies,
            AtLeast(1.0 / 1.2),
        ),
        goal(
            "a neighbour's flood: p99 of a cached list",
            P99,
            ListBesideFlood,
            QuietList,
            AtMost(2.0),
        ),
        goal(
            "a neighbour's flood: p99 of signing in",
            P99,
            SignInBesideFlood,
            QuietSignIn,
            AtMost(2.0),
        ),
    ]
};

impl Goal {
    /// Returns the measured ratio; `None` if one of the two did not take part.
    pub fn measured(&self, medians: &Medians) -> Option<f64> {
        let (first, second) = (medians.get(&self.first)?, medians.get(&self.second)?);
        Some(match self.measure {
            Measure::Rate => first.rate / second.rate,
            Measure::CpuSaved => second.cpu / first.cpu,
            Measure::CpuSpent => first.cpu / second.cpu,
            Measure::Memory => first.resident / second.resident,
            Measure::P99 => first.p99 / second.p99,
        })
    }
}

impl Bound {
    /// Returns whether the ratio meets the goal; `None` if there is no goal.
    pub fn met(self, ratio: f64) -> Option<bool> {
        match self {
            Self::AtLeast(least) => Some(ratio >= least),
            Self::AtMost(most) => Some(ratio <= most),
            Self::None => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rounds::Sample;

    fn sample(rate: f64, cpu: f64, resident: f64) -> Sample {
        Sample { rate, cpu, p50: 0.0, p99: 0.0, resident }
    }

    #[test]
    fn more_answers_and_less_time_are_both_good() {
        let medians =
            Medians::from([(A, sample(100.0, 50.0, 400.0)), (Product, sample(1600.0, 2.5, 100.0))]);
        let ratio =
            |measure| goal("", measure, Product, A, Bound::None).measured(&medians).unwrap();
        assert!((ratio(Measure::Rate) - 16.0).abs() < 1e-9);
        assert!((ratio(Measure::CpuSaved) - 20.0).abs() < 1e-9);
        assert!((ratio(Measure::CpuSpent) - 0.05).abs() < 1e-9);
        assert!((ratio(Measure::Memory) - 0.25).abs() < 1e-9);
    }

    #[test]
    fn a_goal_with_an_absent_contestant_has_no_ratio() {
        let medians = Medians::from([(A, sample(1.0, 1.0, 1.0))]);
        assert!(goal("", Measure::Rate, Product, A, Bound::None).measured(&medians).is_none());
    }

    #[test]
    fn a_bound_holds_at_its_edge() {
        assert_eq!(Bound::AtLeast(2.0).met(2.0), Some(true));
        assert_eq!(Bound::AtLeast(2.0).met(1.99), Some(false));
        assert_eq!(Bound::AtMost(0.2).met(0.21), Some(false));
        assert_eq!(Bound::None.met(0.0), None);
    }
}
