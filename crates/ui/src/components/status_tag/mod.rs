//! An employment status as a small tag with a dot.

use chrono::NaiveDate;
use domain::EmploymentStatus;
use leptos::prelude::*;

use crate::text::{Tone, status_tag};

/// An employment status as a small tag with a dot.
#[component]
pub(crate) fn StatusTag(
    /// The status to show.
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
