//! Writes with locks off: a write by one company's HR admin must not change another company.

use api_types::{Departments, EmployeeView, NewEmployee, Page, SalaryInput, paths};
use domain::{DepartmentId, EmployeeId, Role, Version};
use e2e::{Actor, Application, Canary, Company, Laboratory, Reply, Request};
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    identity::{SCOPES, SESSION_KEY, application},
    trial::Outcome,
};

/// Two companies whose employees have the same ids, and their HR admins. Each admin has two sessions: one for the lock SessionKey on, one for it off.
pub(super) struct Writers {
    acme: Company,
    /// The admins of Acme and BetaCo with their sessions while the lock SessionKey is on, then while it is off.
    admins: [[Actor; 2]; 2],
    /// The access token of BetaCo's admin, and the application that holds it.
    token: String,
    application: Application,
    /// The employees that are edited and then terminated, one for each set of locks. None of them is in the department [`RENAMED`].
    leavers: Vec<EmployeeId>,
    /// How many sets of locks were tried so far.
    turn: usize,
    /// All rows of BetaCo, as last read with [`all_rows`].
    betaco_rows: String,
}

/// The ways in which a write could reach another company.
pub(super) const CHANGES: [&str; 6] = [
    "create",
    "edit, same id in both",
    "terminate, same id in both",
    "rename a department, same id in both",
    "edit, at another company's host",
    "edit, by token, at another company's host",
];

/// The index of the department that is renamed for each set of locks.
const RENAMED: usize = 0;

/// The index of the first employee that may be terminated.
const FIRST_LEAVER: usize = 50;

/// From this index of [`CHANGES`] on, BetaCo's admin acts at Acme's host.
const FIRST_AT_FOREIGN_HOST: usize = 4;

impl Writers {
    /// Makes both companies large enough to terminate one employee of Acme in each of `trials` trials.
    pub(super) async fn prepare(laboratory: &Laboratory, trials: usize) -> Self {
        // About a quarter of the employees is in the department that is renamed, and is not terminated.
        let size = FIRST_LEAVER + trials * 4 / 3 + 20;
        let [acme, betaco] = Company::twins_of_size(laboratory.stack, size).await;
        let sign_in = async || {
            let admin =
                async |company: &Company| company.actor(Role::HrAdmin).await.without_canary_check();
            [admin(&acme).await, admin(&betaco).await]
        };
        laboratory.switch_off(&[]).await;
        let with_the_key = sign_in().await;
        laboratory.switch_off(&[SESSION_KEY]).await;
        let without_the_key = sign_in().await;
        laboratory.switch_off(&[]).await;
        let bare = Actor::at(&laboratory.stack.server, "");
        let application = application(&betaco).await;
        let token = application.tokens_for(&with_the_key[1], &bare, SCOPES).await.access_token;
        name_departments_alike(&acme, &with_the_key).await;
        let betaco_rows = all_rows(&with_the_key[1]).await;
        let admins = [with_the_key, without_the_key];
        let renamed = acme.roster.departments[RENAMED].id;
        let later = acme.roster.employees.iter().skip(FIRST_LEAVER);
        let leavers: Vec<_> =
            later.filter(|one| one.department != renamed).map(|one| one.id).collect();
        assert!(leavers.len() > trials, "{} employees for {trials} trials", leavers.len());
        Self { admins, acme, token, application, leavers, turn: 0, betaco_rows }
    }

    /// Replaces the access token of BetaCo's admin, with all locks on.
    pub(super) async fn renew_token(&mut self, laboratory: &Laboratory) {
        laboratory.switch_off(&[]).await;
        let bare = Actor::at(&laboratory.stack.server, "");
        let tokens = self.application.tokens_for(&self.admins[0][1], &bare, SCOPES).await;
        self.token = tokens.access_token;
    }

    /// Makes every change with these locks off, and reads the result with all locks on.
    pub(super) async fn outcomes(
        &mut self,
        laboratory: &Laboratory,
        off: &[&str],
    ) -> [Outcome; CHANGES.len()] {
        let mut outcomes = [Outcome::Same; CHANGES.len()];
        self.turn += 1;
        for (change, outcome) in outcomes.iter_mut().enumerate() {
            *outcome = self.outcome(laboratory, off, change).await;
        }
        outcomes
    }

    async fn outcome(&mut self, laboratory: &Laboratory, off: &[&str], change: usize) -> Outcome {
        laboratory.switch_off(&[]).await;
        self.equalize_versions(change).await;
        let [acme, betaco] = self.admins[0].clone();
        let request = self.request(change, off, &acme).await;
        let carried = change >= FIRST_AT_FOREIGN_HOST;
        // The company that must not change: BetaCo, or Acme if BetaCo's admin acts at Acme's host.
        let watched = if carried { &acme } else { &betaco };
        let before = if carried { all_rows(&acme).await } else { self.betaco_rows.clone() };
        laboratory.switch_off(off).await;
        let reply = request.send().await;
        laboratory.switch_off(&[]).await;
        let after = all_rows(watched).await;
        let changed = after != before;
        if !carried {
            self.betaco_rows = after;
        }
        if changed || shows_foreign_data(&reply, &self.acme.canary, carried) {
            return Outcome::Leaked;
        }
        match (reply.status < 400, carried) {
            (true, false) | (false, true) => Outcome::Same,
            (false, false) => Outcome::Refused,
            (true, true) => Outcome::Leaked,
        }
    }

    /// Changes the row that every trial changes at the company where it was changed less often. While the filter is off, the product finds the rows of both
    /// companies and compares the version of one of them: with different versions, the order of the rows would decide whether the matrix finds the leak.
    async fn equalize_versions(&mut self, change: usize) {
        let admins = self.admins[0].clone();
        let (renamed, victim) = (self.acme.roster.departments[RENAMED].id, self.victim());
        loop {
            let [acme, betaco] = match change {
                3 => [department(&admins[0], renamed).await, department(&admins[1], renamed).await],
                FIRST_AT_FOREIGN_HOST.. => {
                    [version(&admins[0], victim).await, version(&admins[1], victim).await]
                }
                _ => return,
            };
            if acme == betaco {
                return;
            }
            let behind = &admins[usize::from(betaco < acme)];
            let text = format!("Changed at {} of one company", acme.max(betaco));
            let request = match change {
                3 => rename(behind, behind, renamed, &text).await,
                _ => edit(behind, behind, victim, &text).await,
            };
            request.expect(200).await;
            self.betaco_rows = all_rows(&admins[1]).await;
        }
    }

    /// The employee that BetaCo's admin tries to edit at Acme's host.
    fn victim(&self) -> EmployeeId {
        self.acme.roster.employees[20].id
    }

    /// The request for the change, with the current versions of Acme's rows.
    async fn request(&self, change: usize, off: &[&str], acme: &Actor) -> Request {
        let writers = &self.admins[usize::from(off.contains(&SESSION_KEY))];
        let leaver = self.leavers[self.turn];
        let text = format!("Changed {} {}", self.turn, self.acme.canary);
        match change {
            0 => writers[0].request(Method::POST, paths::EMPLOYEES).json(&self.newcomer()),
            1 => edit(&writers[0], acme, leaver, &text).await,
            2 => {
                let version = version(acme, leaver).await;
                let request = writers[0].request(Method::POST, &paths::terminate(leaver));
                request.header("if-match", &if_match(version)).json(&json!({}))
            }
            3 => rename(&writers[0], acme, self.acme.roster.departments[RENAMED].id, &text).await,
            _ => {
                let thief = writers[1].clone().with_host(self.acme.visitor().host());
                let victim = self.victim();
                if change == FIRST_AT_FOREIGN_HOST {
                    return edit(&thief, acme, victim, "Stolen").await;
                }
                let bearer = format!("Bearer {}", self.token);
                let request = edit(&thief.signed_out(), acme, victim, "Robbed").await;
                request.header("authorization", &bearer)
            }
        }
    }

    fn newcomer(&self) -> NewEmployee {
        let canary = &self.acme.canary;
        NewEmployee {
            first_name: format!("Neu {canary}"),
            last_name: format!("Zufall {canary}"),
            email: format!("neu{}.{canary}@{canary}.example", self.turn),
            position: format!("Engineer {canary}"),
            department_id: self.acme.roster.departments[0].id.to_string(),
            location: format!("Berlin {canary}"),
            started_on: "2026-01-15".to_owned(),
            salary: SalaryInput { minor_units: Some(5_000_000), currency: "EUR".to_owned() },
            ..NewEmployee::default()
        }
    }
}

/// Gives every department except [`RENAMED`] the same name at both companies. An employee's row repeats the name of its department, under a foreign key. If the
/// names differed, an edit that reaches both companies would violate that key, and the matrix would not find the leak.
async fn name_departments_alike(acme: &Company, admins: &[Actor; 2]) {
    for (number, department) in acme.roster.departments.iter().enumerate().skip(RENAMED + 1) {
        for admin in admins {
            let name = format!("Department {number}");
            rename(admin, admin, department.id, &name).await.expect(200).await;
        }
    }
}

async fn edit(who: &Actor, acme: &Actor, id: EmployeeId, position: &str) -> Request {
    let request = who.request(Method::PATCH, &paths::employee(id));
    let version = version(acme, id).await;
    request.header("if-match", &if_match(version)).json(&json!({ "position": position }))
}

async fn rename(who: &Actor, reader: &Actor, id: DepartmentId, name: &str) -> Request {
    let version = department(reader, id).await;
    let request = who.request(Method::PATCH, &paths::department(id));
    request.header("if-match", &if_match(version)).json(&json!({ "name": name }))
}

/// The department's current version.
async fn department(reader: &Actor, id: DepartmentId) -> Version {
    let all: Departments = reader.get(paths::DEPARTMENTS).expect(200).await.json();
    all.items.into_iter().find(|one| one.id == id).unwrap().version
}

/// The employee's current version.
async fn version(reader: &Actor, id: EmployeeId) -> Version {
    let found: EmployeeView = reader.get(&paths::employee(id)).expect(200).await.json();
    found.version
}

/// The value of `If-Match` for a version.
fn if_match(version: Version) -> String {
    format!("\"{version}\"")
}

/// All departments and employees of a company, including those who left, as one text to compare.
async fn all_rows(admin: &Actor) -> String {
    let mut all = admin.get(paths::DEPARTMENTS).expect(200).await.text();
    let mut query = "limit=200&sort=number&status=active,on_leave,starting,terminated".to_owned();
    loop {
        let reply = admin.get(&format!("{}?{query}", paths::EMPLOYEES)).expect(200).await;
        all += &reply.text();
        let page: Page<Value> = reply.json();
        let Some(next) = page.next_cursor else { return all };
        query = format!(
            "limit=200&sort=number&status=active,on_leave,starting,terminated&cursor={next}"
        );
    }
}

/// Whether a reply shows data that it must not: any company's to BetaCo's admin at Acme's host (`carried`), or another company's to Acme's admin.
fn shows_foreign_data(reply: &Reply, acme: &Canary, carried: bool) -> bool {
    Canary::all_in(&reply.text()).iter().any(|canary| carried || canary != acme)
}
