//! Uses the refresh token and shows the result. Then uses the old one again, as a thief would, or a client that lost a reply.

use leptos::{prelude::*, task::spawn_local};

use super::{
    exchange::{refresh, with_new_tokens},
    outcome::Outcome,
    token_state::TokenState,
};
use crate::reactive::{flag, reactive_view, text};

/// An entry of the list of events.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Event {
    class: &'static str,
    tag: String,
    words: String,
}

/// A section with buttons that use the current and the old refresh token, and a list of the results.
#[component]
pub(super) fn Renewal(
    /// The state that holds the tokens.
    tokens: TokenState,
) -> impl IntoView {
    let busy = RwSignal::new(false);
    let events = RwSignal::new(Vec::<Event>::new());
    let note = move |event: Event| {
        tokens.announce(format!("{}. {}", event.tag, event.words));
        events.update(|events| events.push(event));
        busy.set(false);
    };
    let use_it = move |_| {
        let Some((set, token)) = tokens.refreshable() else { return };
        busy.set(true);
        spawn_local(async move {
            let reply = match refresh(tokens.client, &set, &token).await {
                Ok(reply) => reply,
                Err(outcome) => {
                    return note(Event::not_accepted(
                        &outcome,
                        "The refresh token could not be used.",
                    ));
                }
            };
            let changed = reply.refresh_token.as_ref().is_some_and(|next| *next != token);
            let event = Event::replaced(&token, reply.refresh_token.as_deref());
            tokens.observations.update(|observations| observations.rotated = Some(changed));
            tokens.generation.update(|generation| *generation += 1);
            tokens.before.set(Some(token));
            tokens.replace_tokens(with_new_tokens(reply, set));
            note(event);
        });
    };
    let use_old = move |_| {
        let (Some(set), Some(old)) = (tokens.set.get_untracked(), tokens.before.get_untracked())
        else {
            return;
        };
        busy.set(true);
        spawn_local(async move {
            note(match refresh(tokens.client, &set, &old).await {
                Ok(reply) => {
                    Event::reused(reply.refresh_token.as_deref(), set.refresh_token.as_deref())
                }
                Err(outcome) => Event::not_accepted(&outcome, REUSED),
            });
        });
    };
    let lines = move || {
        events
            .get()
            .into_iter()
            .map(|event| {
                view! {
                    <li data-test="renewal-event">
                        <span class=event.class>{event.tag}</span>
                        <span>{event.words}</span>
                    </li>
                }
            })
            .collect_view()
    };
    view! {
        <section class="card token-section" data-test="renewal">
            <div class="section-head">
                <div>
                    <h2>"Refresh"</h2>
                    <p>"A refresh token can be used once. It is replaced by its successor. For a few seconds the old one still returns the same successor, in case the reply was lost. After that, using it revokes the whole sign-in and raises an alert."</p>
                </div>
                <span class="tag accent" data-test="generation">
                    {text(move || format!("Generation {}", tokens.generation.get()))}
                </span>
            </div>
            <div class="section-actions">
                <button
                    type="button"
                    class="button primary"
                    data-test="refresh"
                    disabled=flag(move || busy.get() || tokens.has_no_refresh_token())
                    on:click=use_it
                >
                    "Use the refresh token"
                </button>
                <button
                    type="button"
                    class="button"
                    data-test="refresh-old"
                    disabled=flag(move || busy.get() || tokens.before.read().is_none())
                    on:click=use_old
                >
                    "Use the old one again"
                </button>
            </div>
            <ol class="events">{reactive_view(lines)}</ol>
        </section>
    }
}

const REUSED: &str = "An old refresh token that is used after the grace period may have been stolen. The whole sign-in is revoked: all its refresh tokens and, at this API, all its access tokens at once.";

impl Event {
    fn replaced(old: &str, new: Option<&str>) -> Self {
        match new {
            Some(new) if new != old => Self {
                class: "tag good",
                tag: "Replaced".to_owned(),
                words: format!(
                    "{} was replaced by {}, with a new access token and a new ID token.",
                    end(old),
                    end(new)
                ),
            },
            _ => Self {
                class: "tag bad",
                tag: "Not replaced".to_owned(),
                words: format!("{} is still the current refresh token.", end(old)),
            },
        }
    }

    fn reused(reply: Option<&str>, tokens: Option<&str>) -> Self {
        let words = reply.map_or_else(String::new, end);
        if reply == tokens {
            let words = format!(
                "{words} again: within the grace period the server returns the same successor, so a lost reply does no harm."
            );
            return Self { class: "tag good", tag: "The same successor".to_owned(), words };
        }
        let words = format!("{words} is not the current refresh token: the sign-in now has two.");
        Self { class: "tag bad", tag: "Another successor".to_owned(), words }
    }

    fn not_accepted(outcome: &Outcome, meaning: &str) -> Self {
        let (class, words) = match outcome {
            Outcome::Refused { error, words, .. } => {
                ("tag warn", format!("{error}: {words}. {meaning}"))
            }
            Outcome::NoReply { words, .. } => ("tag warn", words.clone()),
            Outcome::Waiting | Outcome::Accepted { .. } => ("tag", String::new()),
        };
        Self { class, tag: outcome.headline(), words }
    }
}

/// The last six characters: enough to tell two tokens apart, too few to use one.
fn end(token: &str) -> String {
    format!("…{}", token.get(token.len().saturating_sub(6)..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// T4g: a refresh token that stays the same is shown as wrong, and so is a second successor.
    #[test]
    fn an_unexpected_renewal_is_shown_as_wrong() {
        assert_eq!(Event::replaced("old", Some("new")).class, "tag good");
        assert_eq!(Event::replaced("old", Some("old")).class, "tag bad");
        assert_eq!(Event::replaced("old", None).class, "tag bad");
        assert_eq!(Event::reused(Some("a"), Some("a")).class, "tag good");
        assert_eq!(Event::reused(Some("b"), Some("a")).class, "tag bad");
    }

    #[test]
    fn a_token_is_identified_by_its_last_characters() {
        assert_eq!(
            (end("abcdefghij"), end("ab"), end("")),
            ("…efghij".into(), "…ab".into(), "…".into())
        );
    }
}
