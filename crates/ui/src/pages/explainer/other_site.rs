//! Which cookies arrive with a link and with a form of another site. The page that they lead to sends its result over a broadcast channel.

use api_types::{ARRIVAL_CHANNEL, Arrival, HeldCookie};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{BroadcastChannel, MessageEvent};

use super::PageState;
use crate::{
    client::read,
    reactive::{reactive_view, text},
    title::Announced,
};

/// What arrived with the last link and with the last form.
#[derive(Clone, Copy)]
struct Arrivals {
    link: RwSignal<Option<Arrival>>,
    form: RwSignal<Option<Arrival>>,
}

/// The trial of `SameSite`: a link to a page of another site, and a table of what arrived from there.
#[component]
pub(super) fn OtherSite(
    /// The state of the page.
    state: PageState,
) -> impl IntoView {
    let arrivals = Arrivals { link: RwSignal::new(None), form: RwSignal::new(None) };
    listen(arrivals, expect_context::<Announced>());
    let address = move || {
        state.read(|explainer| explainer.other_site.clone()).map(|address| {
            view! {
                <a class="button" href=address target="_blank" rel="external noopener" data-test="open-other-site">
                    "Open a page of another site"
                    <span class="visually-hidden">" in a new tab"</span>
                </a>
            }
        })
    };
    let rows = move || {
        state.read(|explainer| {
            let sent = explainer.cookies.iter().filter(|cookie| cookie.value_bytes.is_some());
            sent.map(|cookie| row(cookie, arrivals)).collect_view()
        })
    };
    let refusal = move || {
        let refused = arrivals.form.with(|form| form.as_ref().map(|form| form.refused));
        match refused {
            Some(true) => "The API refuses the form whatever its cookies: 403 cross_site_request.",
            Some(false) => "The API would have accepted the form: your browser did not say that it came from another site.",
            None => "",
        }
        .to_owned()
    };
    view! {
        <div class="section-head">
            <div>
                <h3>"SameSite: a link and a form of another site"</h3>
                <p>"Follow the link and send the form on that page. A Lax cookie arrives with a link and not with a form, a Strict cookie with neither."</p>
            </div>
            {reactive_view(address)}
        </div>
        <table class="facts" data-test="arrivals">
            <caption class="visually-hidden">"The cookies that arrived from another site"</caption>
            <thead>
                <tr>
                    <th scope="col">"Cookie"</th>
                    <th scope="col">"SameSite"</th>
                    <th scope="col">"With a link"</th>
                    <th scope="col">"With a form"</th>
                </tr>
            </thead>
            <tbody>{reactive_view(rows)}</tbody>
        </table>
        <p class="token-note" role="status" data-test="form-refused">
            {text(refusal)}
        </p>
    }
}

fn row(cookie: &HeldCookie, arrivals: Arrivals) -> impl IntoView + use<> {
    let cell = |arrival: RwSignal<Option<Arrival>>| {
        let name = cookie.name.clone();
        reactive_view(move || {
            let arrived = arrival.with(|arrival| Some(arrival.as_ref()?.cookies.contains(&name)));
            match arrived {
                Some(true) => view! { <span class="tag warn">"Arrived"</span> }.into_any(),
                Some(false) => view! { <span class="tag good">"Did not arrive"</span> }.into_any(),
                None => view! { <span class="tag">"Not tried"</span> }.into_any(),
            }
        })
    };
    view! {
        <tr data-test=format!("arrival-{}", cookie.name)>
            <th scope="row">
                <code>{cookie.name.clone()}</code>
            </th>
            <td data-label="SameSite">{cookie.same_site.clone()}</td>
            <td data-label="With a link" data-test="link">
                {cell(arrivals.link)}
            </td>
            <td data-label="With a form" data-test="form">
                {cell(arrivals.form)}
            </td>
        </tr>
    }
}

/// Notes what arrived with a link or a form, until the user leaves the page. Only documents of this origin can send on the channel.
fn listen(arrivals: Arrivals, announced: Announced) {
    let Ok(channel) = BroadcastChannel::new(ARRIVAL_CHANNEL) else { return };
    let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let message = event.data().as_string().unwrap_or_default();
        let Ok(arrival) = read::<Arrival>(&message) else { return };
        let side = if arrival.method == "POST" { arrivals.form } else { arrivals.link };
        announced.0.set(format!("{} cookies arrived from another site", arrival.cookies.len()));
        side.try_set(Some(arrival));
    });
    channel.set_onmessage(Some(heard.as_ref().unchecked_ref()));
    let kept = StoredValue::new_local(Some((channel, heard)));
    on_cleanup(move || {
        if let Some((channel, _)) = kept.try_update_value(Option::take).flatten() {
            channel.close();
        }
    });
}
