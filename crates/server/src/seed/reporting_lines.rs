//! The reporting lines of one department, for any number of people.

/// The most people that one person leads directly.
const TEAM: usize = 8;

/// One position in the reporting lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Post {
    /// The index of the post above; `None` for the head.
    pub(super) boss: Option<usize>,
    /// How many levels of posts are below; 0 if there are none.
    pub(super) height: u32,
}

/// Returns the posts of a department with this many people. The head is the first, and every post comes after the post above it.
pub(super) fn department(people: usize) -> Vec<Post> {
    let mut posts = Vec::with_capacity(people);
    if people > 0 {
        posts.push(Post { boss: None, height: 0 });
        posts[0].height = fill(&mut posts, 0, people - 1);
    }
    posts
}

/// Adds `below` posts under `boss` and returns how many levels they have.
fn fill(posts: &mut Vec<Post>, boss: usize, below: usize) -> u32 {
    if below <= TEAM {
        posts.extend((0..below).map(|_| Post { boss: Some(boss), height: 0 }));
        return u32::from(below > 0);
    }
    let leads = below.div_ceil(TEAM + 1).clamp(2, TEAM);
    let others = below - leads;
    let mut tallest = 0;
    for number in 0..leads {
        let lead = posts.len();
        posts.push(Post { boss: Some(boss), height: 0 });
        posts[lead].height =
            fill(posts, lead, others / leads + usize::from(number < others % leads));
        tallest = tallest.max(posts[lead].height);
    }
    tallest + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_department_has_one_head_and_no_manager_has_too_many_reports() {
        for people in [1, 2, 9, 10, 31, 100, 1427, 10_000] {
            let posts = department(people);
            assert_eq!(posts.len(), people);
            assert_eq!(posts.iter().filter(|post| post.boss.is_none()).count(), 1);
            let mut led = vec![0; people];
            for (index, boss) in
                posts.iter().enumerate().filter_map(|(index, post)| Some((index, post.boss?)))
            {
                assert!(boss < index, "{people}: {index} stands before its boss");
                led[boss] += 1;
            }
            assert!(led.iter().all(|count| *count <= TEAM), "{people}");
        }
    }

    #[test]
    fn a_post_has_reports_exactly_if_its_height_is_not_zero() {
        let posts = department(40);
        for (index, post) in posts.iter().enumerate() {
            assert_eq!(posts.iter().any(|below| below.boss == Some(index)), post.height > 0);
        }
        assert_eq!(posts[0].height, 2);
    }

    #[test]
    fn a_department_of_zero_people_has_no_posts() {
        assert_eq!(department(0), []);
    }
}
