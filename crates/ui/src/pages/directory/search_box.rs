//! Search as you type: it starts after a pause, and the key `/` focuses it from anywhere on the page.

use std::time::Duration;

use leptos::{ev, html, leptos_dom::helpers::TimeoutHandle, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use super::list_url::{HistoryEntry, ListUrl};
use crate::{
    components::icon::{Icon, Shape},
    reactive::effect,
};

/// The pause before a search starts: longer than the time between two letters of a word, too short for the user to notice.
const TYPING_PAUSE: Duration = Duration::from_millis(160);

/// The search field, which searches as the user types.
#[component]
pub(super) fn SearchBox(
    /// The list to search.
    list: ListUrl,
) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    let typed = RwSignal::new(String::new());
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let stop_waiting = move || {
        if let Some(waiting) = waiting.try_update_value(Option::take).flatten() {
            waiting.clear();
        }
    };
    let search = move || {
        stop_waiting();
        let words = Some(typed.get_untracked().trim().to_owned()).filter(|words| !words.is_empty());
        // The first letter makes a new history entry and the next ones replace it, so that one Back undoes the whole search.
        let entry = if list.query.with_untracked(|current| current.q.is_some()) {
            HistoryEntry::Replace
        } else {
            HistoryEntry::New
        };
        list.change(entry, |changed| changed.q = words);
    };
    let type_on = move |text: String| {
        typed.set(text);
        stop_waiting();
        waiting.set_value(set_timeout_with_handle(search, TYPING_PAUSE).ok());
    };
    // Back, a link or "Clear" may change the URL too. Text that the user is typing at that moment wins.
    effect(move || {
        let search = list.query.with(|current| current.q.clone()).unwrap_or_default();
        if waiting.with_value(Option::is_none)
            && typed.with_untracked(|typed| typed.trim() != search)
        {
            typed.set(search);
        }
    });
    on_cleanup(stop_waiting);
    focus_on_slash(input);
    let keys = move |event: KeyboardEvent| match event.key().as_str() {
        "Escape" if !typed.with_untracked(String::is_empty) => {
            event.prevent_default();
            type_on(String::new());
        }
        "Enter" => search(),
        _ => {}
    };
    view! {
        <div class="search">
            <Icon shape=Shape::Find />
            <input
                class="input"
                type="search"
                node_ref=input
                placeholder="Name, e-mail or number"
                aria-label="Search people"
                aria-keyshortcuts="/"
                autocomplete="off"
                spellcheck="false"
                enterkeyhint="search"
                maxlength="100"
                prop:value=typed
                on:input:target=move |event| type_on(event.target().value())
                on:keydown=keys
                data-test="search"
            />
            <kbd aria-hidden="true">"/"</kbd>
        </div>
    }
}

fn focus_on_slash(input: NodeRef<html::Input>) {
    let listening = window_event_listener(ev::keydown, move |event| {
        let typing = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlElement>().ok())
            .is_some_and(|target| {
                matches!(target.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
                    || target.is_content_editable()
            });
        if event.key() != "/" || typing || event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        if let Some(input) = input.get_untracked() {
            event.prevent_default();
            input.select();
            // Fails only for an element that is no longer in the page.
            let _ = input.focus();
        }
    });
    on_cleanup(move || listening.remove());
}
