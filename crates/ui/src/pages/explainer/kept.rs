//! What the server keeps: the session record without its secrets, and the time until it expires.

use api_types::{FieldContent, KeptField};
use chrono::{DateTime, Utc};
use leptos::prelude::*;

use super::{PageState, held::bytes};
use crate::{
    reactive::{reactive_view, text},
    text::Local,
};

/// A section with the session record, whose expiry counts down.
#[component]
pub(super) fn Kept(
    /// The state of the page.
    state: PageState,
) -> impl IntoView {
    let place = move || {
        state.read(|explainer| {
            let kept = &explainer.session;
            format!(
                "Store: {}. Key: {} bytes, with the digest {}… of company and session id. A copy of the store contains no session id.",
                kept.store, kept.key_bytes, kept.digest_start
            )
        })
    };
    let rows =
        move || state.read(|explainer| explainer.session.fields.iter().map(row).collect_view());
    let idle = move || {
        let end = state.read(|explainer| explainer.session.idle_end);
        left(end, state.now.get())
    };
    let absolute = move || {
        let end = state.read(|explainer| explainer.session.absolute_end);
        left(end, state.now.get())
    };
    let absolute_at = move || {
        let end = state.read(|explainer| explainer.session.absolute_end);
        end.map(|end| Local::at(end).seen_from(Local::now())).unwrap_or_default()
    };
    view! {
        <section class="card token-section" data-test="kept">
            <h2>"What the server keeps"</h2>
            <p>{text(move || place().unwrap_or_default())}</p>
            <dl class="countdowns">
                <div>
                    <dt>"Ends without another request in"</dt>
                    <dd data-test="idle-left">{text(idle)}</dd>
                </div>
                <div>
                    <dt>"Ends in any case in"</dt>
                    <dd data-test="absolute-left">
                        {text(absolute)} <small>{text(absolute_at)}</small>
                    </dd>
                </div>
            </dl>
            <table class="facts">
                <caption class="visually-hidden">"The fields of the session record"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Field"</th>
                        <th scope="col">"Size"</th>
                        <th scope="col">"Content"</th>
                    </tr>
                </thead>
                <tbody>{reactive_view(rows)}</tbody>
            </table>
        </section>
    }
}

fn row(field: &KeptField) -> impl IntoView + use<> {
    let content = match (field.content, &field.value) {
        (FieldContent::Plain | FieldContent::Time, Some(value)) => value.clone(),
        (FieldContent::Plain | FieldContent::Time, None) => "not readable".to_owned(),
        (FieldContent::Id, _) => "an id, not shown".to_owned(),
        (FieldContent::Sealed, _) => "encrypted".to_owned(),
        (FieldContent::Mac, _) => "authenticates all other fields".to_owned(),
    };
    view! {
        <tr data-test=format!("field-{}", field.name)>
            <th scope="row">
                <code>{field.name.clone()}</code>
            </th>
            <td data-label="Size">{bytes(field.bytes)}</td>
            <td data-label="Content">{content}</td>
        </tr>
    }
}

/// The time from `now`, in milliseconds since 1970, until `end`.
fn left(end: Option<DateTime<Utc>>, now: f64) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds are far below 2^53")]
    let now = now as i64;
    end.map_or_else(String::new, |end| clock((end.timestamp_millis() - now) / 1_000))
}

/// A number of seconds as hours, minutes and seconds.
pub(super) fn clock(seconds: i64) -> String {
    if seconds <= 0 {
        return "0:00:00".to_owned();
    }
    format!("{}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_countdown_ends_at_zero() {
        assert_eq!([7_199, 61, 0, -5].map(clock), ["1:59:59", "0:01:01", "0:00:00", "0:00:00"]);
        let end = DateTime::from_timestamp(100, 0);
        assert_eq!(left(end, 38_500.0), "0:01:01");
        assert_eq!(left(None, 0.0), "");
    }
}
