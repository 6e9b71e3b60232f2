//! Fills the positions of a company with people: first the fixed people, then generated people.

use domain::EmploymentStatus;

use super::{
    company::{Company, Department, FixedPerson, Level, Location},
    names::Names,
    reporting_lines,
    rng::DeterministicRng,
};

/// A person with a position, before dates, number and address are known.
#[derive(Clone, Debug)]
pub(super) struct Person<'a> {
    pub(super) first: String,
    pub(super) last: String,
    pub(super) department: &'a Department,
    pub(super) location: &'a Location,
    pub(super) position: &'a str,
    /// The index of the person above; only the head of the company has none.
    pub(super) manager: Option<usize>,
    pub(super) level: Level,
    /// How many levels of people are below; 0 if there are none.
    pub(super) height: u32,
    pub(super) status: EmploymentStatus,
    /// The fixed data of a fixed person; `None` for a generated person.
    pub(super) predefined: Option<&'a FixedPerson>,
}

/// A position that is not filled yet.
struct Vacancy<'a> {
    department: &'a Department,
    manager: Option<usize>,
    level: Level,
    height: u32,
    predefined: Option<&'a FixedPerson>,
}

/// Returns the people of a company: `headcount` who work there, then some who have left. Every person comes after their manager.
pub(super) fn hire<'a>(
    company: &'a Company,
    headcount: u32,
    rng: &mut DeterministicRng,
) -> Vec<Person<'a>> {
    let mut vacancies = vacancies(company, headcount);
    fixed_people(company, &mut vacancies);
    let mut names = Names::new();
    for fixed_person in company.fixed_people {
        names.reserve(fixed_person.first, fixed_person.last);
    }
    let mut people: Vec<Person<'a>> = Vec::with_capacity(vacancies.len());
    for vacancy in vacancies {
        let manager = vacancy.manager.map(|manager| &people[manager]);
        let person = fill(company, &vacancy, manager, &mut names, rng);
        people.push(person);
    }
    set_statuses(&mut people, headcount, rng);
    let leavers = people_who_left(company, &people, headcount, &mut names, rng);
    people.extend(leavers);
    people
}

/// Returns the vacancy at the head of the company, then those of each department, heads before the people they lead.
fn vacancies(company: &Company, headcount: u32) -> Vec<Vacancy<'_>> {
    let chief = company.fixed_people.iter().find(|fixed_person| fixed_person.level == Level::Chief);
    let home = chief.and_then(|chief| {
        company.departments.iter().find(|department| department.name == chief.department)
    });
    let head = home.map(|department| Vacancy {
        department,
        manager: None,
        level: Level::Chief,
        height: 9,
        predefined: chief,
    });
    let mut vacancies: Vec<_> = head.into_iter().collect();
    for (department, size) in
        company.departments.iter().zip(sizes(company, headcount.saturating_sub(1)))
    {
        let before = vacancies.len();
        vacancies.extend(reporting_lines::department(size as usize).into_iter().map(|position| {
            Vacancy {
                department,
                manager: Some(position.manager.map_or(0, |manager| before + manager)),
                level: match (position.manager, position.height) {
                    (None, _) => Level::Head,
                    (_, 0) => Level::TeamMember,
                    _ => Level::Lead,
                },
                height: position.height,
                predefined: None,
            }
        }));
    }
    vacancies
}

/// The size of each department by its share. The first departments get the remainder.
fn sizes(company: &Company, people: u32) -> Vec<u32> {
    let mut sizes: Vec<u32> =
        company.departments.iter().map(|department| people * department.share / 100).collect();
    let spread: u32 = sizes.iter().sum();
    for size in sizes.iter_mut().take(people.saturating_sub(spread) as usize) {
        *size += 1;
    }
    sizes
}

/// Gives each fixed person a vacancy of their level in their department, or one without reports if there is none.
fn fixed_people<'a>(company: &'a Company, vacancies: &mut [Vacancy<'a>]) {
    for fixed_person in
        company.fixed_people.iter().filter(|fixed_person| fixed_person.level != Level::Chief)
    {
        for level in [fixed_person.level, Level::TeamMember] {
            let fits = |vacancy: &&mut Vacancy<'_>| {
                vacancy.predefined.is_none()
                    && vacancy.level == level
                    && vacancy.department.name == fixed_person.department
            };
            if let Some(vacancy) = vacancies.iter_mut().find(fits) {
                vacancy.predefined = Some(fixed_person);
                break;
            }
        }
    }
}

fn fill<'a>(
    company: &'a Company,
    vacancy: &Vacancy<'a>,
    manager: Option<&Person<'a>>,
    names: &mut Names,
    rng: &mut DeterministicRng,
) -> Person<'a> {
    let location = location(company, vacancy, manager, rng);
    let (first, last) = match vacancy.predefined {
        Some(fixed_person) => (fixed_person.first.to_owned(), fixed_person.last.to_owned()),
        None => names.draw(location, rng),
    };
    let job_titles = vacancy.department.job_titles;
    let by_level = match vacancy.level {
        Level::Chief | Level::Head => job_titles.head,
        Level::Lead => job_titles.title_of_lead(vacancy.height),
        Level::TeamMember => {
            rng.weighted(job_titles.jobs, |job| job.weight).map_or(job_titles.lead, |job| job.title)
        }
    };
    Person {
        first,
        last,
        department: vacancy.department,
        location,
        position: vacancy
            .predefined
            .and_then(|fixed_person| fixed_person.position)
            .unwrap_or(by_level),
        manager: vacancy.manager,
        level: vacancy.level,
        height: vacancy.height,
        status: vacancy
            .predefined
            .map_or(EmploymentStatus::Active, |fixed_person| fixed_person.status),
        predefined: vacancy.predefined,
    }
}

/// Chooses a location. Heads mostly work at the head office, and most of a team works where its lead does.
fn location<'a>(
    company: &'a Company,
    vacancy: &Vacancy<'a>,
    manager: Option<&Person<'a>>,
    rng: &mut DeterministicRng,
) -> &'a Location {
    let fixed_location = vacancy.predefined.and_then(|fixed_person| {
        company.locations.iter().find(|location| location.name == fixed_person.location)
    });
    let near = match vacancy.level {
        Level::Head => rng.percent(60).then_some(&company.locations[0]),
        Level::TeamMember if rng.percent(55) => manager.map(|manager| manager.location),
        _ => None,
    };
    let anywhere = rng.weighted(company.locations, |location| location.share);
    fixed_location.or(near).or(anywhere).unwrap_or(&company.locations[0])
}

/// The indices of active people who lead no others and are not fixed, in random order.
pub(super) fn active_team_members(people: &[Person<'_>], rng: &mut DeterministicRng) -> Vec<usize> {
    let mut desks: Vec<usize> = (0..people.len())
        .filter(|index| {
            let person = &people[*index];
            person.predefined.is_none()
                && person.level == Level::TeamMember
                && person.status == EmploymentStatus::Active
        })
        .collect();
    rng.shuffle(&mut desks);
    desks
}

/// Sets a few people on leave and lets a few start in the future. The fixed people are not changed.
fn set_statuses(people: &mut [Person<'_>], headcount: u32, rng: &mut DeterministicRng) {
    for (status, wanted) in [
        (EmploymentStatus::OnLeave, headcount / 20),
        (EmploymentStatus::Starting, (headcount + 20) / 40),
    ] {
        let there = people.iter().filter(|person| person.status == status).count();
        for index in active_team_members(people, rng)
            .into_iter()
            .take((wanted as usize).saturating_sub(there))
        {
            people[index].status = status;
        }
    }
}

/// Makes one former employee for every twenty people. Each reports to a current team lead.
fn people_who_left<'a>(
    company: &'a Company,
    people: &[Person<'a>],
    headcount: u32,
    names: &mut Names,
    rng: &mut DeterministicRng,
) -> Vec<Person<'a>> {
    let leads: Vec<usize> = (0..people.len()).filter(|index| people[*index].height == 1).collect();
    let mut left = Vec::new();
    for _ in 0..headcount / 20 {
        let Some(manager) = rng.pick(&leads).copied() else { break };
        let department = people[manager].department;
        let vacancy = Vacancy {
            department,
            manager: Some(manager),
            level: Level::TeamMember,
            height: 0,
            predefined: None,
        };
        let person = fill(company, &vacancy, Some(&people[manager]), names, rng);
        left.push(Person { status: EmploymentStatus::Terminated, ..person });
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::company::COMPANIES;

    fn everybody(company: &Company, headcount: u32) -> Vec<Person<'_>> {
        hire(company, headcount, &mut DeterministicRng::of("staff"))
    }

    #[test]
    fn every_fixed_person_has_the_given_department_and_location() {
        for company in COMPANIES {
            for headcount in [60, company.headcount, 3000] {
                let people = everybody(company, headcount);
                for fixed_person in company.fixed_people {
                    let person = people.iter().find(|person| {
                        person
                            .predefined
                            .is_some_and(|fixed_people| std::ptr::eq(fixed_people, fixed_person))
                    });
                    let person = person.unwrap_or_else(|| {
                        panic!("{} is missing from {headcount}", fixed_person.name())
                    });
                    assert_eq!(
                        (person.department.name, person.location.name),
                        (fixed_person.department, fixed_person.location)
                    );
                    assert!(
                        person.level == fixed_person.level || fixed_person.level == Level::Lead
                    );
                }
            }
        }
    }

    #[test]
    fn every_employee_except_the_head_has_a_current_manager() {
        for company in COMPANIES {
            let people = everybody(company, company.headcount);
            assert_eq!(people.iter().filter(|person| person.manager.is_none()).count(), 1);
            for manager in
                people.iter().filter_map(|person| person.manager).map(|manager| &people[manager])
            {
                assert!(
                    manager.height > 0 && manager.status != EmploymentStatus::Terminated,
                    "{manager:?}"
                );
            }
        }
    }

    /// P1: the headcount counts the people who work there, and all four statuses occur.
    #[test]
    fn headcounts_are_met_and_every_status_occurs() {
        for company in COMPANIES {
            let people = everybody(company, company.headcount);
            let of = |status| people.iter().filter(|person| person.status == status).count();
            let left = of(EmploymentStatus::Terminated);
            assert_eq!(people.len() - left, company.headcount as usize);
            assert_eq!(of(EmploymentStatus::Starting), 3, "{}", company.slug);
            assert!(left >= 5 && of(EmploymentStatus::OnLeave) >= 5, "{}", company.slug);
        }
    }
}
