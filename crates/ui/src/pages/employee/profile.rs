//! The job and the contact data of a person; for HR also the salary.

use api_types::EmployeeView;
use leptos::prelude::*;

use crate::{
    return_path::HOME,
    text::{Local, amount, long_date, tenure},
};

/// The job and the contact data of a person; for HR also the salary.
#[component]
pub(super) fn Profile(
    /// The person to show.
    person: EmployeeView,
) -> impl IntoView {
    let row = person.row;
    let until = person.ended_on.unwrap_or_else(|| Local::now().day());
    let started = match tenure(row.started_on, until) {
        Some(tenure) => format!("{} ({tenure})", long_date(row.started_on)),
        None => long_date(row.started_on),
    };
    let department = format!("{HOME}?department={}", row.department.id);
    let place: String = form_urlencoded::byte_serialize(row.location.as_bytes()).collect();
    view! {
        <div class="card facts">
            <h2>"Job"</h2>
            <dl>
                <Fact label="Position">{row.position}</Fact>
                <Fact label="Department">
                    <a href=department>{row.department.name}</a>
                </Fact>
                <Fact label="Location">
                    <a href=format!("{HOME}?location={place}")>{row.location}</a>
                </Fact>
                <Fact label="Number">{row.number.to_string()}</Fact>
                <Fact label="Started">{started}</Fact>
                {person.ended_on.map(|day| view! { <Fact label="Left">{long_date(day)}</Fact> })}
                <Fact label="Hours">{format!("{} a week", person.weekly_hours)}</Fact>
                {row
                    .salary
                    .map(|salary| {
                        view! {
                            <Fact label="Salary">
                                <span data-test="salary">{amount(salary)}</span>
                                " a year "
                                <small class="hr-only">"HR only"</small>
                            </Fact>
                        }
                    })}
            </dl>
            <h2>"Contact"</h2>
            <dl>
                <Fact label="E-mail">
                    <a href=format!("mailto:{}", row.email)>{row.email.clone()}</a>
                </Fact>
                <Fact label="Telephone">
                    <a href=format!("tel:{}", person.phone.replace(' ', ""))>{person.phone.clone()}</a>
                </Fact>
            </dl>
        </div>
    }
}

/// A label and its value, as an entry of a description list.
#[component]
fn Fact(
    /// The text before the value.
    label: &'static str,
    /// The value, as text or a link.
    children: Children,
) -> impl IntoView {
    view! {
        <div>
            <dt>{label}</dt>
            <dd>{children()}</dd>
        </div>
    }
}
