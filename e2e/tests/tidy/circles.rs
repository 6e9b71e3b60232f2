//! The modules of `api` use each other in one direction: none uses, directly or through others, a module that uses it.

use std::collections::{BTreeMap, BTreeSet};

use crate::{none, source::files};

const API: &str = "crates/api/src/";

/// The top modules that each top module uses.
type Uses = BTreeMap<String, BTreeSet<String>>;

/// The names directly after `prefix` in a text: `a` and `b` for `crate::a::X` and `crate::{a::{X, Y}, b}`.
fn names_after<'t>(text: &'t str, prefix: &str) -> Vec<&'t str> {
    let mut names = Vec::new();
    for (at, _) in text.match_indices(prefix) {
        let after = &text[at + prefix.len()..];
        let Some(inside) = after.strip_prefix('{') else {
            names.extend(name(after));
            continue;
        };
        let mut depth = 1;
        let mut start = Some(0);
        for (at, c) in inside.char_indices() {
            if let Some(begin) = start.filter(|_| c == ',' || c == '}' || c == '{') {
                names.extend(name(inside[begin..at].trim_start()));
                start = None;
            }
            depth += i32::from(c == '{') - i32::from(c == '}');
            if depth == 0 {
                break;
            }
            if depth == 1 && c == ',' {
                start = Some(at + 1);
            }
        }
    }
    names
}

/// The identifier at the beginning of a text, if there is one.
fn name(text: &str) -> Option<&str> {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
    Some(&text[..end]).filter(|name| !name.is_empty())
}

/// The module of each item that `lib.rs` exports, as in `pub use app::{Api, Ui};`.
fn exports(lib: &str) -> BTreeMap<&str, &str> {
    let mut exports = BTreeMap::new();
    for (at, _) in lib.match_indices("pub use ") {
        let rest = &lib[at + "pub use ".len()..];
        let Some(module) = name(rest) else { continue };
        let items = names_after(&rest[..rest.find(';').unwrap_or(rest.len())], "::");
        exports.extend(items.into_iter().map(|item| (item, module)));
    }
    exports
}

fn uses() -> Uses {
    let lib = files(&[&format!("{API}lib.rs")], &["lib.rs"]).remove(0).text;
    let exports = exports(&lib);
    let mut uses = Uses::new();
    for source in files(&[API], &[".rs"]) {
        let place = source.path.strip_prefix(API).unwrap();
        let module = place.split(['/', '.']).next().unwrap().to_owned();
        if module == "lib" {
            continue;
        }
        let others = uses.entry(module.clone()).or_default();
        for name in names_after(&source.text, "crate::") {
            let other = exports.get(name).copied().unwrap_or(name);
            if other != module {
                others.insert(other.to_owned());
            }
        }
    }
    uses
}

/// Every module that `from` reaches, directly or through others.
fn reached<'u>(uses: &'u Uses, from: &str) -> BTreeSet<&'u str> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&str> = uses.get(from).into_iter().flatten().map(String::as_str).collect();
    while let Some(module) = open.pop() {
        if reached.insert(module) {
            open.extend(uses.get(module).into_iter().flatten().map(String::as_str));
        }
    }
    reached
}

#[test]
fn no_module_of_the_api_uses_itself_through_others() {
    let uses = uses();
    assert!(uses.len() > 8, "the rule reads the wrong files: {:?}", uses.keys());
    let known = |module: &str| uses.contains_key(module);
    assert!(uses.values().flatten().all(|module| known(module)), "an unknown module: {uses:?}");
    let circles = uses.keys().filter(|module| reached(&uses, module).contains(module.as_str()));
    none(
        "give the type that both modules of `api` need a file of its own, in the module that is used",
        &circles.map(|module| format!("`{module}`: {:?}", uses[module])).collect::<Vec<_>>(),
    );
}

#[test]
fn the_rule_itself_finds_a_circle() {
    let text =
        "use crate::{\n    Api, a::{X, y::Z}, b,\n    c::D,\n};\nuse crate::e::F; crate::g::h()";
    assert_eq!(names_after(text, "crate::"), ["Api", "a", "b", "c", "e", "g"]);
    let exported = exports("pub use app::{Api, Ui};\npub use settings::Settings;\n");
    assert_eq!(exported.get("Ui"), Some(&"app"));
    assert_eq!(exported.get("Settings"), Some(&"settings"));
    let uses = |pairs: &[(&str, &str)]| -> Uses {
        let mut uses = Uses::new();
        for (user, used) in pairs {
            uses.entry((*user).to_owned()).or_default().insert((*used).to_owned());
        }
        uses
    };
    let circle = uses(&[("bind", "id"), ("id", "measure"), ("measure", "bind")]);
    assert!(reached(&circle, "bind").contains("bind"));
    let line = uses(&[("bind", "id"), ("measure", "id")]);
    assert!(!reached(&line, "bind").contains("bind"));
}
