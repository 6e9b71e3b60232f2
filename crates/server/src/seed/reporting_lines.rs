//! The reporting lines of one department, for any number of people.

/// The most people that one person leads directly.
const TEAM: usize = 8;

/// One position in the reporting lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ReportingPosition {
    /// The index of the position above; `None` for the head.
    pub(super) manager: Option<usize>,
    /// How many levels of positions are below; 0 if there are none.
    pub(super) height: u32,
}

/// Returns the positions of a department with this many people. The head is the first, and every position comes after the position above it.
pub(super) fn department(people: usize) -> Vec<ReportingPosition> {
    let mut positions = Vec::with_capacity(people);
    if people > 0 {
        positions.push(ReportingPosition { manager: None, height: 0 });
        positions[0].height = fill(&mut positions, 0, people - 1);
    }
    positions
}

/// Adds `below` positions under `manager` and returns how many levels they have.
fn fill(positions: &mut Vec<ReportingPosition>, manager: usize, below: usize) -> u32 {
    if below <= TEAM {
        positions
            .extend((0..below).map(|_| ReportingPosition { manager: Some(manager), height: 0 }));
        return u32::from(below > 0);
    }
    let leads = below.div_ceil(TEAM + 1).clamp(2, TEAM);
    let others = below - leads;
    let mut tallest = 0;
    for number in 0..leads {
        let lead = positions.len();
        positions.push(ReportingPosition { manager: Some(manager), height: 0 });
        positions[lead].height =
            fill(positions, lead, others / leads + usize::from(number < others % leads));
        tallest = tallest.max(positions[lead].height);
    }
    tallest + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_department_has_one_head_and_no_manager_has_too_many_reports() {
        for people in [1, 2, 9, 10, 31, 100, 1427, 10_000] {
            let positions = department(people);
            assert_eq!(positions.len(), people);
            assert_eq!(positions.iter().filter(|position| position.manager.is_none()).count(), 1);
            let mut led = vec![0; people];
            for (index, manager) in positions
                .iter()
                .enumerate()
                .filter_map(|(index, position)| Some((index, position.manager?)))
            {
                assert!(manager < index, "{people}: {index} stands before its manager");
                led[manager] += 1;
            }
            assert!(led.iter().all(|count| *count <= TEAM), "{people}");
        }
    }

    #[test]
    fn a_post_has_reports_exactly_if_its_height_is_not_zero() {
        let positions = department(40);
        for (index, position) in positions.iter().enumerate() {
            assert_eq!(
                positions.iter().any(|below| below.manager == Some(index)),
                position.height > 0
            );
        }
        assert_eq!(positions[0].height, 2);
    }

    #[test]
    fn a_department_of_zero_people_has_no_posts() {
        assert_eq!(department(0), []);
    }
}
