//! The directory: the people of the company. The URL holds its whole state: search, filters, order and page.

mod filters;
mod foot;
mod head_cell;
mod list_url;
mod query;
mod search_box;
mod sort_choice;
mod status_filter;
mod table;

use api_types::{Departments, EmployeeRow, Page, paths};
use domain::{Permission, Role};
use leptos::prelude::*;

use crate::{
    components::{empty_state::EmptyState, error_state::ErrorState, icon::Shape},
    reactive::{attribute, effect, reactive_view, text},
    remote::{Phase, Remote, StaleWhileLoading},
    return_path::HOME,
    session::Viewer,
    shell::LastList,
    skeleton::{Skeleton, SkeletonKind},
    text::people,
    title::use_title,
};
use filters::Filters;
use foot::Foot;
use list_url::ListUrl;
use search_box::SearchBox;
use table::Table;

/// The directory page: search, filters, table and paging.
#[component]
pub(crate) fn Directory() -> impl IntoView {
    use_title(|| "People".to_owned());
    let list = ListUrl::from_url();
    let page = Remote::<Page<EmployeeRow>>::new(StaleWhileLoading::Old, move || {
        Some(list.query.with(|current| query::address(paths::EMPLOYEES, current)))
    });
    let departments =
        Remote::<Departments>::new(StaleWhileLoading::Old, || Some(paths::DEPARTMENTS.to_owned()));
    let last_list = expect_context::<LastList>();
    effect(move || last_list.0.set(list.query.with(|current| query::address(HOME, current))));

    let viewer = expect_context::<Viewer>();
    let salaries = Memo::new(move |_| {
        let shown = page.value.with(|page| {
            page.as_ref().is_some_and(|page| page.items.iter().any(|row| row.salary.is_some()))
        });
        shown || viewer.may(Permission::ReadSalaries)
    });
    let phase = page.phase();
    let nobody = Memo::new(move |_| {
        page.value.with(|page| page.as_ref().is_some_and(|page| page.items.is_empty()))
    });
    let body = move || match (phase.get(), nobody.get()) {
        (Phase::Loading, _) => view! { <Skeleton of=SkeletonKind::People /> }.into_any(),
        (Phase::Failed, _) => view! { <Failed page /> }.into_any(),
        (Phase::Ready, true) => view! { <NoPeople list /> }.into_any(),
        (Phase::Ready, false) => view! {
            <Table list page=page.value salaries />
            <Foot list page />
        }
        .into_any(),
    };
    let mut words = String::new();
    let headline = move || {
        // The count belongs to the query that it was loaded for. While another page loads, the text stays as it is.
        if !page.is_outdated() {
            let narrowed = list.query.with(query::is_narrowed);
            let total = page.value.with(|page| page.as_ref().map(|page| page.total));
            words = total.map_or_else(String::new, |total| headline(total, narrowed, viewer));
        }
        if phase.get() == Phase::Failed { String::new() } else { words.clone() }
    };
    view! {
        <div class="page-head">
            <div>
                <h1>"People"</h1>
                <p role="status" data-test="count">
                    {text(headline)}
                </p>
            </div>
        </div>
        <div class="toolbar" role="search">
            <SearchBox list />
            <Filters list departments=departments.value salaries />
        </div>
        <div
            class="card people"
            aria-busy=attribute(move || page.is_outdated().then_some("true"))
            data-test="people"
        >
            {reactive_view(body)}
        </div>
    }
}

/// The number of people, in a text that says what was counted.
fn headline(total: u64, is_narrowed: bool, viewer: Viewer) -> String {
    let count = if total == 0 { "No people".to_owned() } else { people(total) };
    if is_narrowed {
        return format!("{count} found");
    }
    match viewer.session().with(|session| session.as_ref().map(|session| session.role)) {
        Some(Role::Manager) => format!("{count} in your team, including you"),
        Some(Role::Employee) => "You see your own entry; HR sees everyone".to_owned(),
        _ => count,
    }
}

#[component]
fn Failed(
    /// The page that could not be loaded.
    page: Remote<Page<EmployeeRow>>,
) -> impl IntoView {
    let retry = Callback::new(move |()| page.retry());
    reactive_view(move || {
        page.failure().get().map(|failure| {
            let whole_list = failure.is_the_links_fault();
            view! {
                <ErrorState failure retry>
                    {whole_list
                        .then(|| {
                            view! {
                                <a class="button" href=HOME data-test="whole-list">
                                    "Show the whole list"
                                </a>
                            }
                        })}
                </ErrorState>
            }
        })
    })
}

#[component]
fn NoPeople(
    /// The list that is empty.
    list: ListUrl,
) -> impl IntoView {
    let narrowed = list.query.with_untracked(query::is_narrowed);
    let (title, detail) = if narrowed {
        (
            "No people match",
            "Search matches the beginning of a name, an e-mail address or a number. Try fewer letters or fewer filters.",
        )
    } else {
        (
            "No people yet",
            "The people of your company appear here, if your role allows you to see them.",
        )
    };
    view! {
        <EmptyState shape=Shape::People title detail>
            {narrowed
                .then(|| {
                    view! {
                        <button type="button" class="button" data-test="clear-all" on:click=move |_| list.show_everyone()>
                            "Clear search and filters"
                        </button>
                    }
                })}
        </EmptyState>
    }
}
