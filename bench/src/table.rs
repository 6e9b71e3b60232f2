//! The printed result: ratios with their goals first, then absolute numbers.

use crate::{
    goals::{Bound, GOALS},
    rounds::Medians,
};

/// Renders both tables as Markdown.
pub fn render(medians: &Medians) -> String {
    format!("{}\n{}", ratios(medians), absolutes(medians))
}

fn ratios(medians: &Medians) -> String {
    let mut rows = vec![["what", "ratio", "goal", "met"].map(str::to_owned)];
    for goal in GOALS {
        let ratio = goal.measured(medians);
        let met = ratio.and_then(|ratio| goal.bound.met(ratio));
        rows.push([
            goal.label.to_owned(),
            ratio.map_or_else(|| "not measured".to_owned(), number),
            bound(goal.bound),
            met.map_or("–", |met| if met { "yes" } else { "**no**" }).to_owned(),
        ]);
    }
    aligned(&rows)
}

fn absolutes(medians: &Medians) -> String {
    let head = ["who", "answers/s", "CPU µs/answer", "p50 ms", "p99 ms", "memory MiB"];
    let mut rows = vec![head.map(str::to_owned)];
    for (id, sample) in medians {
        rows.push([
            id.to_string(),
            format!("{:.0}", sample.rate),
            format!("{:.1}", sample.cpu),
            format!("{:.2}", sample.p50 / 1e3),
            format!("{:.2}", sample.p99 / 1e3),
            format!("{:.0}", sample.resident / f64::from(1 << 20)),
        ]);
    }
    aligned(&rows)
}

fn bound(bound: Bound) -> String {
    match bound {
        Bound::AtLeast(least) => format!("≥ {}", number(least)),
        Bound::AtMost(most) => format!("≤ {}", number(most)),
        Bound::None => "–".to_owned(),
    }
}

/// Formats with three significant digits: a run is not more precise than that.
fn number(value: f64) -> String {
    let digits = if value >= 100.0 {
        0
    } else if value >= 10.0 {
        1
    } else {
        2
    };
    format!("{value:.digits$}")
}

/// Renders a Markdown table whose columns are aligned. All columns but the first are numbers.
fn aligned<const N: usize>(rows: &[[String; N]]) -> String {
    let width =
        |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; N] = std::array::from_fn(width);
    let cell = |(column, text): (usize, &String)| {
        let width = widths[column];
        if column == 0 { format!(" {text:width$} ") } else { format!(" {text:>width$} ") }
    };
    let rule = |(column, width): (usize, &usize)| {
        format!("-{}{}", "-".repeat(*width), if column == 0 { '-' } else { ':' })
    };
    let line = |cells: Vec<String>| format!("|{}|\n", cells.join("|"));
    let mut lines: Vec<String> =
        rows.iter().map(|row| line(row.iter().enumerate().map(cell).collect())).collect();
    lines.insert(1, line(widths.iter().enumerate().map(rule).collect()));
    lines.concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{contestant::ContestantId, rounds::Sample};

    fn sample(rate: f64) -> Sample {
        Sample { rate, cpu: 1e6 / rate, p50: 1500.0, p99: 9000.0, resident: 10.0 * 1_048_576.0 }
    }

    #[test]
    fn the_table_says_what_is_met_what_is_not_and_what_was_not_measured() {
        let medians = Medians::from([
            (ContestantId::A, sample(100.0)),
            (ContestantId::BestNode, sample(900.0)),
            (ContestantId::Product, sample(1600.0)),
        ]);
        let text = ratios(&medians);
        let row =
            |label: &str| text.lines().find(|line| line.contains(label)).unwrap().replace("  ", "");
        assert!(row("cached list: answers/s vs A ").ends_with("| 16.0 | ≥ 15.0 |yes |"), "{text}");
        assert!(
            row("vs A* (best Node)").contains("1.78")
                && row("vs A* (best Node)").contains("**no**")
        );
        assert!(row("all locks on vs all off: answers/s").contains("not measured"));
        assert!(absolutes(&medians).contains("1.50"));
    }

    #[test]
    fn every_line_is_as_wide_as_the_others() {
        let text = render(&Medians::from([(ContestantId::A, sample(100.0))]));
        let widths: Vec<usize> =
            text.split("\n\n").next().unwrap().lines().map(|line| line.chars().count()).collect();
        assert!(widths.windows(2).all(|pair| pair[0] == pair[1]), "{text}");
    }
}
