//! Filters by department, location and status; on a narrow screen also the order.

use api_types::Departments;
use leptos::prelude::*;

use super::{
    list_url::{HistoryEntry, ListUrl},
    query,
    sort_choice::SortChoice,
    status_filter::StatusFilter,
};
use crate::{
    components::icon::{Icon, Shape},
    reactive::{Reactive, attribute, flag, reactive_view},
};

/// The filters, side by side.
#[component]
pub(super) fn Filters(
    /// The list to filter.
    list: ListUrl,
    /// The departments and locations to choose from; `None` until they are loaded.
    departments: RwSignal<Option<Departments>>,
    /// Whether the viewer may sort by salary.
    salaries: Memo<bool>,
) -> impl IntoView {
    let department_options: Reactive<_> = Box::new(move || {
        let option = |department: &api_types::Department| {
            (department.id.to_string(), format!("{} ({})", department.name, department.headcount))
        };
        departments.with(|all| {
            all.as_ref()
                .map(|all| all.items.iter().map(option).collect::<Vec<_>>())
                .unwrap_or_default()
        })
    });
    let location_options: Reactive<_> = Box::new(move || {
        let option = |place: &String| (place.clone(), place.clone());
        departments.with(|all| {
            all.as_ref()
                .map(|all| all.locations.iter().map(option).collect::<Vec<_>>())
                .unwrap_or_default()
        })
    });
    let department = Memo::new(move |_| list.query.with(|current| current.department.clone()));
    let location = Memo::new(move |_| list.query.with(|current| current.location.clone()));
    let by_department = Callback::new(move |chosen| {
        list.change(HistoryEntry::New, |changed| changed.department = chosen);
    });
    let by_location = Callback::new(move |chosen| {
        list.change(HistoryEntry::New, |changed| changed.location = chosen);
    });
    view! {
        <div class="filters">
            <Choice label="Department" all="All departments" unknown="This department" test="department" options=department_options chosen=department choose=by_department />
            <Choice label="Location" all="All locations" unknown="This location" test="location" options=location_options chosen=location choose=by_location />
            <StatusFilter list />
            <SortChoice list salaries />
            {reactive_view(move || {
                list.query
                    .with(query::is_narrowed)
                    .then(|| {
                        view! {
                            <button type="button" class="button quiet clear" data-test="clear" on:click=move |_| list.show_everyone()>
                                <Icon shape=Shape::Clear />
                                "Clear"
                            </button>
                        }
                    })
            })}
        </div>
    }
}

/// A select for one of several values, or for all of them.
#[component]
fn Choice(
    /// The name of the select for screen readers.
    label: &'static str,
    /// The text of the option for all values.
    all: &'static str,
    /// The text for a value that is not among the options.
    unknown: &'static str,
    /// The `data-test` attribute.
    test: &'static str,
    /// The value and the text of each option.
    mut options: Reactive<Vec<(String, String)>>,
    /// The value in the URL.
    chosen: Memo<Option<String>>,
    /// Puts another value into the URL.
    choose: Callback<Option<String>>,
) -> impl IntoView {
    let is_chosen = move |value: &str| chosen.with(|chosen| chosen.as_deref() == Some(value));
    let items = move || {
        let mut options = options();
        // A link may name a value that is not in the list, or not yet. It is shown instead of being dropped silently.
        if let Some(value) =
            chosen.get().filter(|value| options.iter().all(|(known, _)| known != value))
        {
            options.push((value, unknown.to_owned()));
        }
        let option = |(value, words): (String, String)| {
            let selected = is_chosen(&value);
            view! { <option value=value prop:selected=selected>{words}</option> }
        };
        options.into_iter().map(option).collect_view()
    };
    view! {
        <select
            class="filter"
            data-on=attribute(move || chosen.read().is_some().then_some("true"))
            aria-label=label
            data-test=test
            on:change:target=move |event| choose.run(Some(event.target().value()).filter(|value| !value.is_empty()))
        >
            <option value="" prop:selected=flag(move || chosen.read().is_none())>
                {all}
            </option>
            {reactive_view(items)}
        </select>
    }
}
