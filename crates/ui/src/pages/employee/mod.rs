//! The page of one person: job, contact, manager and direct reports.

mod profile;
mod reporting;
mod sessions;

use api_types::{Code, EmployeeView, paths};
use domain::{EmployeeId, Permission};
use leptos::prelude::*;

use crate::{
    client::Failure,
    components::{
        avatar::{Avatar, AvatarSize},
        error_state::ErrorState,
        icon::{Icon, Shape},
        notice::Notice,
        status_tag::StatusTag,
    },
    reactive::reactive_view,
    remote::{Phase, Remote, StaleWhileLoading},
    route::Route,
    session::Viewer,
    shell::LastList,
    skeleton::{Skeleton, SkeletonKind},
    text::full_name,
    title::use_title,
};
use profile::Profile;
use reporting::Reporting;
use sessions::Sessions;

/// The page of one person. A malformed id, a person of another company and one whom the viewer may not see all show "Person not found".
#[component]
pub(crate) fn EmployeePage() -> impl IntoView {
    let route = expect_context::<Memo<Route>>();
    let id = move || match &*route.read() {
        Route::Person(id) => Some(id.parse::<EmployeeId>()),
        // While the user goes to another page, this page keeps its person.
        _ => None,
    };
    let person = Remote::<EmployeeView>::new(StaleWhileLoading::Nothing, move || {
        Some(paths::employee(id()?.ok()?))
    });
    let is_no_id = Memo::new(move |_| matches!(id(), Some(Err(_))));
    let name = Memo::new(move |_| {
        person.value.with(|person| {
            person.as_ref().map(|person| full_name(&person.row.first_name, &person.row.last_name))
        })
    });
    use_title(move || name.get().unwrap_or_else(|| "Person".to_owned()));
    let phase = person.phase();
    let body = move || match (is_no_id.get(), phase.get()) {
        (true, _) => view! { <PersonNotFound /> }.into_any(),
        (false, Phase::Loading) => view! { <Skeleton of=SkeletonKind::Person /> }.into_any(),
        (false, Phase::Failed) => view! { <Failed person /> }.into_any(),
        (false, Phase::Ready) => reactive_view(move || person.value.get().map(whole)).into_any(),
    };
    let back = expect_context::<LastList>();
    view! {
        <nav class="crumbs" aria-label="Breadcrumb">
            <a href=back.0 data-test="back-to-list">
                <Icon shape=Shape::Back />
                "People"
            </a>
        </nav>
        {reactive_view(body)}
    }
}

fn whole(person: EmployeeView) -> impl IntoView {
    let row = &person.row;
    let name = full_name(&row.first_name, &row.last_name);
    let id = row.id;
    let viewer = expect_context::<Viewer>();
    let manages_sessions = Memo::new(move |_| viewer.may(Permission::ManageSessions));
    let place = format!("{} · {} · {}", row.position, row.department.name, row.location);
    view! {
        <div data-test="employee">
            <div class="person-head">
                <Avatar name=name.clone() id=row.id.to_string() size=AvatarSize::Large />
                <div>
                    <h1 data-test="employee-name">{name}</h1>
                    <p>
                        <span>{place}</span>
                        <StatusTag status=row.status started_on=row.started_on />
                    </p>
                </div>
                <div class="person-actions">
                    <a class="button" href=format!("mailto:{}", row.email)>
                        <Icon shape=Shape::Mail />
                        "Send e-mail"
                    </a>
                    <a class="button" href=format!("tel:{}", person.phone.replace(' ', ""))>
                        <Icon shape=Shape::Phone />
                        "Call"
                    </a>
                </div>
            </div>
            <div class="person-columns">
                <Profile person=person.clone() />
                <Reporting person />
            </div>
            {reactive_view(move || manages_sessions.get().then(|| view! { <Sessions id /> }))}
        </div>
    }
}

#[component]
fn Failed(
    /// The person who could not be loaded.
    person: Remote<EmployeeView>,
) -> impl IntoView {
    let retry = Callback::new(move |()| person.retry());
    reactive_view(move || {
        person.failure().get().map(|failure: Failure| {
            if failure.code() == Some(Code::NotFound) {
                view! { <PersonNotFound /> }.into_any()
            } else {
                view! {
                    <div class="card">
                        <ErrorState failure retry />
                    </div>
                }
                .into_any()
            }
        })
    })
}

#[component]
fn PersonNotFound() -> impl IntoView {
    let back = expect_context::<LastList>();
    view! {
        <div class="card">
            <Notice
                shape=Shape::Person
                title="Person not found"
                detail="This person does not work at your company, or your role may not see them."
                test="nobody-here"
            >
                <a class="button" href=back.0>
                    "Back to people"
                </a>
            </Notice>
        </div>
    }
}
