//! Tables 1 and 2 of the lesson: each cookie of the product, with its flags and with its size in this browser.

use api_types::{HeldCookie, cookies};
use leptos::prelude::*;

use super::PageState;
use crate::reactive::reactive_view;

/// A section with a table of the cookies that this browser holds.
#[component]
pub(super) fn Held(
    /// The state of the page.
    state: PageState,
) -> impl IntoView {
    let rows = move || {
        let readable = state.readable.get();
        state.read(|explainer| {
            explainer.cookies.iter().map(|cookie| row(cookie, &readable)).collect_view()
        })
    };
    let others = move || {
        state.read(|explainer| explainer.other_cookies).filter(|count| *count > 0).map(|count| {
            view! {
                <p class="token-note">
                    {format!("This request also contained {count} of other programs on the same host. The product does not read them.")}
                </p>
            }
        })
    };
    view! {
        <section class="card token-section" data-test="held">
            <div class="section-head">
                <div>
                    <h2>"What this browser holds"</h2>
                    <p>"These are all cookies that the product can set. The sizes are those of the last request, as the server received it. The last column is what a script finds in document.cookie."</p>
                </div>
                <button type="button" class="button" data-test="read-again" on:click=move |_| state.reload()>
                    "Read again"
                </button>
            </div>
            <table class="facts">
                <caption class="visually-hidden">"The cookies of the product in this browser"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Cookie"</th>
                        <th scope="col">"Flags"</th>
                        <th scope="col">"Kept for"</th>
                        <th scope="col">"Value"</th>
                        <th scope="col">"Scripts"</th>
                    </tr>
                </thead>
                <tbody>{reactive_view(rows)}</tbody>
            </table>
            {reactive_view(others)}
        </section>
    }
}

fn row(cookie: &HeldCookie, readable: &[String]) -> impl IntoView + use<> {
    let size = match cookie.value_bytes {
        Some(bytes) => view! { <span class="tag accent">{self::bytes(bytes)}</span> },
        None => view! { <span class="tag">{"Not sent".to_owned()}</span> },
    };
    let is_readable = readable.contains(&cookie.name);
    let script = match (is_readable, cookie.value_bytes.is_some()) {
        (true, _) => view! { <span class="tag warn">"Can read it"</span> }.into_any(),
        (false, true) => view! { <span class="tag good">"Cannot read it"</span> }.into_any(),
        (false, false) => view! { <span>"—"</span> }.into_any(),
    };
    view! {
        <tr data-test=format!("cookie-{}", cookie.name)>
            <th scope="row">
                <code>{cookie.name.clone()}</code>
                <small>{cookie.purpose.clone()}</small>
            </th>
            <td data-label="Flags">
                <code>{flags(cookie)}</code>
            </td>
            <td data-label="Kept for">{lifetime(cookie.max_age)}</td>
            <td data-label="Value" data-test="size">
                {size}
            </td>
            <td data-label="Scripts" data-test="script">
                {script}
            </td>
        </tr>
    }
}

/// The flags as in a `Set-Cookie` header. Every cookie of the product is `Secure`.
fn flags(cookie: &HeldCookie) -> String {
    let http_only = if cookie.http_only { "HttpOnly; " } else { "" };
    let partitioned = if cookie.partitioned { "; Partitioned" } else { "" };
    format!("{http_only}Secure; SameSite={}{partitioned}", cookie.same_site)
}

/// A lifetime in the largest unit that gives a whole number.
fn lifetime(seconds: u64) -> String {
    match seconds {
        whole if whole % 86_400 == 0 && whole > 86_400 => format!("{} days", whole / 86_400),
        whole if whole % 3_600 == 0 => format!("{} hours", whole / 3_600),
        whole => format!("{} minutes", whole / 60),
    }
}

/// The size of the session cookie's value in the last request, in bytes.
pub(super) fn session_bytes(state: PageState) -> Option<usize> {
    state.read(|explainer| {
        let session = explainer.cookies.iter().find(|one| one.name == cookies::SESSION.name)?;
        session.value_bytes
    })?
}

/// A number of bytes, such as `1 byte` or `43 bytes`.
pub(super) fn bytes(count: usize) -> String {
    format!("{count} byte{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_and_lifetimes_are_written_as_in_the_lesson() {
        let cookie = |http_only, partitioned| HeldCookie {
            name: "a".to_owned(),
            purpose: String::new(),
            http_only,
            same_site: "None".to_owned(),
            partitioned,
            max_age: 1,
            value_bytes: None,
        };
        assert_eq!(flags(&cookie(true, true)), "HttpOnly; Secure; SameSite=None; Partitioned");
        assert_eq!(flags(&cookie(false, false)), "Secure; SameSite=None");
        let texts = [1_800, 28_800, 86_400, 2_592_000].map(lifetime);
        assert_eq!(texts, ["30 minutes", "8 hours", "24 hours", "30 days"]);
    }
}
