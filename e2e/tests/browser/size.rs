//! The size of the built pages: what a browser downloads before the first page is shown.

use std::{fs, path::Path};

use crate::{browser::in_a_browser, site};

/// The most bytes of the product, in brotli: document, styles, script and program.
const PRODUCT: u64 = 216 << 10;
/// The most bytes of the demonstration, which is loaded when one of its pages is opened.
const DEMONSTRATION: u64 = 230 << 10;

/// The bytes of the compressed files in a folder.
fn compressed(folder: &Path) -> u64 {
    let files =
        fs::read_dir(folder).expect("the built pages").map(|entry| entry.expect("a file").path());
    let compressed: Vec<_> =
        files.filter(|path| path.extension().is_some_and(|extension| extension == "br")).collect();
    assert!(
        compressed.len() >= 4,
        "`{}` contains no compressed files\nhint: install `brotli` with `./setup.sh test`, delete `crates/ui/.built`, and run `just build-ui`",
        folder.display()
    );
    compressed.iter().map(|path| fs::metadata(path).expect("a file").len()).sum()
}

/// Both applications stay within their size.
#[test]
fn the_built_pages_stay_small() {
    let folder = site::pages();
    for (folder, most) in [(folder.clone(), PRODUCT), (folder.join("demonstration"), DEMONSTRATION)]
    {
        let bytes = compressed(&folder);
        assert!(bytes <= most, "`{}` has {bytes} bytes, at most {most}", folder.display());
    }
}

/// Going to the demonstration loads its own program, coming back that of the product. Session, company and theme stay.
#[tokio::test]
async fn the_two_applications_share_session_and_theme() {
    in_a_browser(1280, async |browser| {
        const PROGRAMS: &str = "return performance.getEntriesByType('resource').map((one) => one.name).filter((name) => name.endsWith('.wasm')).map((name) => new URL(name).pathname.split('/').pop().split('-')[0])";
        browser.sign_in_as("acme", domain::Role::HrAdmin).await;
        browser.rows().await;
        browser.ask::<()>("document.querySelector('[data-test=theme-dark]').click()").await;
        assert_eq!(browser.ask::<Vec<String>>(PROGRAMS).await, ["ui"]);
        browser.click("[data-test=nav-tokens]").await;
        browser.see("[data-test=get-tokens]").await;
        assert_eq!(browser.ask::<Vec<String>>(PROGRAMS).await, ["demonstration"]);
        let theme = "return document.documentElement.dataset.theme";
        assert_eq!(browser.ask::<String>(theme).await, "dark");
        browser.click("[data-test=nav-people]").await;
        browser.rows().await;
        assert_eq!(browser.ask::<Vec<String>>(PROGRAMS).await, ["ui"]);
        browser.driver.back().await.unwrap();
        browser.see("[data-test=get-tokens]").await;
        assert_eq!(browser.path().await, "/tokens");
    })
    .await;
}
