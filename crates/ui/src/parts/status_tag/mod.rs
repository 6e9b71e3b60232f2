//! An employment status as a small dotted tag.

use chrono::NaiveDate;
use domain::EmploymentStatus;
use leptos::prelude::*;

use crate::text::{Tone, status_tag};

/// An employment status as a small dotted tag.
#[component]
pub(crate) fn StatusTag(
    /// Where the employment stands.
    status: EmploymentStatus,
    /// First day of employment.
    started_on: NaiveDate,
) -> impl IntoView {
    let (tone, words) = status_tag(status, started_on);
    let class = match tone {
        Tone::Good => "tag good",
        Tone::Warn => "tag warn",
        Tone::Accent => "tag accent",
        Tone::Quiet => "tag",
    };
    view! { <span class=class>{words}</span> }
}
