//! Random writes of all kinds, the same ones in every run.

use domain::{EmployeeId, EmploymentStatus, Role};
use store::{EmployeeEdit, Error, Store};
use uuid::Uuid;

use super::{draft, line, rename, today};
use crate::company::Company;

/// The state of the random numbers, and the employees that can be changed.
pub(crate) struct RandomWrites {
    state: u64,
    created: u32,
    people: Vec<EmployeeId>,
}

impl RandomWrites {
    /// Starts with the company's employees; those that it creates are added.
    pub(crate) fn new(company: &Company, seed: u64) -> Self {
        let people = company.rows.employees.iter().map(|new| new.id).collect();
        Self { state: seed, created: 0, people }
    }

    /// Does one random write as the HR admin. Returns whether it was done; otherwise it was refused, or the employee does not exist any more.
    pub(crate) async fn write(&mut self, store: &Store, company: &Company) -> bool {
        let context = company.as_role(Role::HrAdmin).await;
        let (id, department) = (self.random_employee(), self.below(5));
        let seen = store.find_employee(&context, id).await.expect("an answer");
        let Some(seen) = seen else { return false };
        let places = EmployeeEdit {
            department: Some(company.rows.departments[department].id),
            location: Some(line(&format!("Ort {} {}", self.below(3), company.canary))),
            status: Some(EmploymentStatus::ALL[self.below(3)]),
            ..EmployeeEdit::default()
        };
        let written = match self.below(6) {
            0 | 1 => self.create(store, company, places).await,
            2 => store
                .edit_employee(&context, id, seen.version, &rename("Neu", company))
                .await
                .map(drop),
            3 | 4 => store.edit_employee(&context, id, seen.version, &places).await.map(drop),
            _ => store.terminate_employee(&context, id, seen.version, today()).await.map(drop),
        };
        match written {
            Ok(()) => true,
            Err(Error::Refused(_)) => false,
            Err(other) => panic!("{other:?}"),
        }
    }

    async fn create(
        &mut self,
        store: &Store,
        company: &Company,
        places: EmployeeEdit,
    ) -> Result<(), Error> {
        let (context, id) = (company.as_role(Role::HrAdmin).await, Uuid::new_v4());
        self.created += 1;
        let mut new = draft(company, &format!("Neu{}x{}", self.state % 1_000, self.created));
        new.department = places.department.unwrap_or(new.department);
        new.location = places.location.unwrap_or(new.location);
        new.status = places.status.unwrap_or(new.status);
        let id = EmployeeId::from_uuid(id);
        store.create_employee(&context, id, &new).await?;
        self.people.push(id);
        Ok(())
    }

    /// A random employee, but not the first, who is the HR admin and above all others.
    fn random_employee(&mut self) -> EmployeeId {
        let place = 1 + self.below(self.people.len() - 1);
        self.people[place]
    }

    /// A random number less than `most` (the generator `splitmix64`).
    fn below(&mut self, most: usize) -> usize {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % most as u64).expect("small")
    }
}
