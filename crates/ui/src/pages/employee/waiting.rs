//! The page of a person while it is under way.

use leptos::prelude::*;

use crate::parts::bone::{Bone, Length};

/// The page of a person while it is under way: the same layout, grey bars for words.
#[component]
pub(super) fn Waiting() -> impl IntoView {
    let fact = || {
        view! {
            <div>
                <dt>
                    <Bone length=Length::Short />
                </dt>
                <dd>
                    <Bone />
                </dd>
            </div>
        }
    };
    let colleague = || {
        view! {
            <span class="colleague">
                <span class="bone round"></span>
                <Bone />
            </span>
        }
    };
    view! {
        <div aria-hidden="true" data-test="employee-waiting">
            <div class="person-head">
                <span class="bone round large"></span>
                <div>
                    <h1>
                        <Bone />
                    </h1>
                    <p>
                        <Bone length=Length::Long />
                    </p>
                </div>
            </div>
            <div class="person-columns">
                <div class="card facts">
                    <h2>
                        <Bone length=Length::Short />
                    </h2>
                    <dl>{[(); 8].map(|()| fact())}</dl>
                </div>
                <div class="card line">
                    <h2>
                        <Bone length=Length::Short />
                    </h2>
                    {[(); 4].map(|()| colleague())}
                </div>
            </div>
        </div>
    }
}
