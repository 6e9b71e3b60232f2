//! Rules for the page's markup that make a strict content security policy possible.

use std::collections::BTreeMap;

use api_types::routes::ROUTES;

use crate::{none, source::files};

/// Whether the line has an inline style, in HTML or in a Leptos view. `style:width=` and `style=("width", …)` set a property through the CSSOM,
/// which the policy allows.
fn has_inline_style(line: &str) -> bool {
    let code = line.split("//").next().unwrap_or_default();
    let is_attribute = |at: usize| {
        code[..at].is_empty()
            || code[..at].ends_with([' ', '<', '"']) && !code[..at].ends_with("let ")
    };
    let through_the_cssom = |rest: &str| rest.starts_with('(') || rest.starts_with('=');
    code.match_indices("style").any(|(at, word)| {
        let rest = code[at + word.len()..].trim_start();
        is_attribute(at)
            && rest.strip_prefix('=').is_some_and(|value| !through_the_cssom(value.trim_start()))
    })
}

#[test]
fn no_markup_has_an_inline_style() {
    let mut offences = Vec::new();
    for source in files(&["crates/ui"], &[".rs", ".html"]) {
        let lines = source.text.lines().enumerate().filter(|(_, line)| has_inline_style(line));
        offences.extend(lines.map(|(number, _)| format!("{}:{}", source.path, number + 1)));
    }
    none(
        "use a class, or `style:property=` of Leptos: an inline style is refused by the content security policy",
        &offences,
    );
}

/// The script runs before the app, so it cannot ask the router.
#[test]
fn the_script_of_the_page_knows_the_routes_of_the_router() {
    let page = files(&["crates/ui/index.html"], &["index.html"]).remove(0).text;
    let (_, list) = page.split_once("var routes = ").unwrap();
    let list: BTreeMap<&str, &str> =
        serde_json::from_str(list.split_once(";\n").unwrap().0).unwrap();
    assert_eq!(list, ROUTES.map(|route| (route.path, route.skeleton)).into(), "index.html");
    let css = files(&["crates/ui/css/base.css"], &["base.css"]).remove(0).text;
    let hidden = ROUTES.iter().filter(|route| {
        let rule = format!("[data-boot=\"{}\"] #boot", route.skeleton);
        !css.contains(&rule)
    });
    none(
        "base.css must show every skeleton",
        &hidden.map(|route| route.skeleton.to_owned()).collect::<Vec<_>>(),
    );
}

#[test]
fn the_page_names_no_other_host() {
    let elsewhere = |text: &str| {
        ["src=\"http", "href=\"http", "url(http", "@import"].iter().any(|sign| text.contains(sign))
    };
    let found = files(&["crates/ui"], &[".css", "index.html"]);
    let offences: Vec<String> = found
        .into_iter()
        .filter(|source| elsewhere(&source.text))
        .map(|source| source.path)
        .collect();
    none("the page must not load anything from another host", &offences);
}

#[test]
fn the_rule_itself_knows_an_inline_style() {
    for bad in ["<p style=\"color: red\">", "view! { <p style=red/> }", "style = move || x"] {
        assert!(has_inline_style(bad), "{bad}");
    }
    for good in [
        "<p style:width=w>",
        "<link rel=\"stylesheet\" href>",
        "let style = 1;",
        "// style=",
        "data-style=\"x\"",
    ] {
        assert!(!has_inline_style(good), "{good}");
    }
}
