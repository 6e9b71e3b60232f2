//! Pages whose code is in files of their own. The browser downloads such a file when the user opens its page for the first time.

use std::{
    pin::Pin,
    task::{Context, Poll, Waker},
};

use leptos::{prelude::*, task::spawn_local};

use crate::{
    app::{focus_main, main_has_focus},
    client::Failure,
    components::error_state::ErrorState,
    reactive::reactive_view,
    skeleton::{Skeleton, SkeletonKind},
};

/// Builds a page.
pub(crate) type Page = fn() -> AnyView;

/// The file with the code of a page could not be loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotLoaded;

#[cfg(feature = "split")]
impl From<leptos::wasm_split::SplitLoaderError> for NotLoaded {
    fn from(_: leptos::wasm_split::SplitLoaderError) -> Self {
        Self
    }
}

/// The code of a page while it is being downloaded.
pub(crate) type Loading = Pin<Box<dyn Future<Output = Result<Page, NotLoaded>>>>;

/// A page, and its skeleton while it is being downloaded.
#[derive(Clone, Copy)]
pub(crate) struct LazyPage {
    /// Downloads the code, or returns it at once if it is there.
    pub(crate) load: fn() -> Loading,
    /// The skeleton of the whole page.
    pub(crate) skeleton: SkeletonKind,
}

/// What is shown of a page that was not there at once.
#[derive(Clone, Copy)]
enum State {
    Loading,
    Ready(Page),
    Failed,
}

impl LazyPage {
    /// Shows the page; before it, if its code is not there yet, the skeleton. If the code cannot be downloaded, the user can try again.
    pub(crate) fn view(self) -> AnyView {
        let Self { load, skeleton } = self;
        let mut loading = load();
        // Every time but the first, the code is there, so the page is shown without a skeleton that would only flash.
        let once = loading.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        if let Poll::Ready(Ok(page)) = once {
            return page();
        }
        let state = RwSignal::new(State::Loading);
        let wait = move |loading: Loading| {
            spawn_local(async move {
                let loaded = loading.await.map_or(State::Failed, State::Ready);
                // `<main>` has the focus if the user came here by a link. Outside the shell it is about to be replaced by the page's own.
                let had_focus = skeleton.main_class().is_some() && main_has_focus();
                // Fails if the user has gone to another page.
                if state.try_set(loaded).is_none() && had_focus {
                    request_animation_frame(focus_main);
                }
            });
        };
        wait(if once.is_pending() { loading } else { load() });
        let retry = Callback::new(move |()| {
            state.set(State::Loading);
            wait(load());
        });
        reactive_view(move || match state.get() {
            State::Loading => in_main(skeleton, view! { <Skeleton of=skeleton /> }.into_any()),
            State::Ready(page) => page(),
            State::Failed => in_main(skeleton, view! { <NotLoadedCard retry /> }.into_any()),
        })
        .into_any()
    }
}

/// Puts a view into a `<main>`, unless the page is shown inside the shell, which has one.
fn in_main(skeleton: SkeletonKind, content: AnyView) -> AnyView {
    match skeleton.main_class() {
        Some(class) => {
            view! { <main id="main" tabindex="-1" class=class>{content}</main> }.into_any()
        }
        None => content,
    }
}

#[component]
fn NotLoadedCard(
    /// Called when the user tries again.
    retry: Callback<()>,
) -> impl IntoView {
    // After an update of the server the file has another name, which only a new document knows.
    view! {
        <div class="card">
            <ErrorState failure=Failure::PageNotLoaded retry>
                <a class="button" href="" rel="external" data-test="reload">"Reload"</a>
            </ErrorState>
        </div>
    }
}

/// The [`LazyPage`] of a component: `lazy_page!(devices: DevicesPage, in account, until Card)`. `devices` is the page's name, unique in the program, `account`
/// the file, which pages may share, and `Card` the skeleton.
macro_rules! lazy_page {
    ($name:ident: $page:ident, in $file:ident, until $skeleton:ident) => {{
        #[cfg_attr(
            feature = "split",
            leptos::wasm_split::wasm_split($file, fallible, wasm_split_path = leptos::wasm_split)
        )]
        fn $name() -> Result<crate::lazy_page::Page, crate::lazy_page::NotLoaded> {
            Ok(|| leptos::view! { <$page /> }.into_any())
        }
        fn load() -> crate::lazy_page::Loading {
            #[cfg(feature = "split")]
            let loading = $name();
            #[cfg(not(feature = "split"))]
            let loading = std::future::ready($name());
            Box::pin(loading)
        }
        crate::lazy_page::LazyPage { load, skeleton: crate::skeleton::SkeletonKind::$skeleton }
    }};
}

pub(crate) use lazy_page;
