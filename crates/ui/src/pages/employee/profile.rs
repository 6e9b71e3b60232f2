//! The job and the contact data of a person; for HR also the salary. [`JOB`] and [`CONTACT`] list the fields of an employee that the page shows.

use api_types::EmployeeView;
use domain::Money;
use leptos::prelude::*;

use crate::{
    return_path::HOME,
    text::{Local, amount, long_date, tenure},
};

/// A field of an employee on the page.
struct Fact {
    /// The text before the value.
    label: &'static str,
    /// The value, as text or a link; `None` leaves the field out.
    value: fn(&EmployeeView) -> Option<AnyView>,
}

/// The facts about the job, in their order.
const JOB: [Fact; 8] = [
    Fact { label: "Position", value: |person| Some(text(&person.row.position)) },
    Fact { label: "Department", value: |person| Some(department(person)) },
    Fact { label: "Location", value: |person| Some(location(person)) },
    Fact { label: "Number", value: |person| Some(text(&person.row.number)) },
    Fact { label: "Started", value: |person| Some(text(&started(person))) },
    Fact { label: "Left", value: |person| Some(text(&long_date(person.ended_on?))) },
    Fact {
        label: "Hours",
        value: |person| Some(text(&format_args!("{} a week", person.weekly_hours))),
    },
    Fact { label: "Salary", value: |person| person.row.salary.map(salary) },
];

/// How to reach the person.
const CONTACT: [Fact; 2] = [
    Fact {
        label: "E-mail",
        value: |person| Some(link(format!("mailto:{}", person.row.email), &person.row.email)),
    },
    Fact {
        label: "Telephone",
        value: |person| Some(link(format!("tel:{}", person.phone.replace(' ', "")), &person.phone)),
    },
];

/// The job and the contact data of a person; for HR also the salary.
#[component]
pub(super) fn Profile(
    /// The person to show.
    person: EmployeeView,
) -> impl IntoView {
    view! {
        <div class="card facts">
            <h2>"Job"</h2>
            <dl>{entries(&JOB, &person)}</dl>
            <h2>"Contact"</h2>
            <dl>{entries(&CONTACT, &person)}</dl>
        </div>
    }
}

/// The facts that the person has, as entries of a description list.
fn entries(facts: &[Fact], person: &EmployeeView) -> impl IntoView + use<> {
    let entry = |fact: &Fact| {
        (fact.value)(person).map(|value| {
            view! {
                <div>
                    <dt>{fact.label}</dt>
                    <dd>{value}</dd>
                </div>
            }
        })
    };
    facts.iter().filter_map(entry).collect_view()
}

fn text(value: &impl ToString) -> AnyView {
    value.to_string().into_any()
}

fn link(address: String, shown: &str) -> AnyView {
    view! { <a href=address>{shown.to_owned()}</a> }.into_any()
}

fn department(person: &EmployeeView) -> AnyView {
    let department = &person.row.department;
    link(format!("{HOME}?department={}", department.id), &department.name)
}

fn location(person: &EmployeeView) -> AnyView {
    let location = &person.row.location;
    let place: String = form_urlencoded::byte_serialize(location.as_bytes()).collect();
    link(format!("{HOME}?location={place}"), location)
}

fn started(person: &EmployeeView) -> String {
    let day = person.row.started_on;
    let until = person.ended_on.unwrap_or_else(|| Local::now().day());
    match tenure(day, until) {
        Some(tenure) => format!("{} ({tenure})", long_date(day)),
        None => long_date(day),
    }
}

fn salary(salary: Money) -> AnyView {
    view! {
        <span data-test="salary">{amount(salary)}</span>
        " a year "
        <small class="hr-only">"HR only"</small>
    }
    .into_any()
}
