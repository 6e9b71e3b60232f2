//! The operations of the API, as its OpenAPI document lists them.

use std::fmt;

use api_types::paths;
use reqwest::Method;
use serde_json::Value;

/// A path with one of its methods.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Route {
    /// The path as it is described, with parameters in braces.
    pub(super) path: String,
    /// The HTTP method in capitals, such as `GET`.
    pub(super) method: String,
}

/// Every operation of the OpenAPI document, in the order of its paths.
pub(super) fn all(document: &Value) -> Vec<Route> {
    let mut routes = Vec::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for method in ["get", "post", "put", "patch", "delete"] {
            if operations.get(method).is_some() {
                routes.push(Route { path: path.clone(), method: method.to_uppercase() });
            }
        }
    }
    assert!(routes.len() > 25, "the document describes {routes:?}");
    routes
}

impl Route {
    pub(super) fn method(&self) -> Method {
        self.method.parse().unwrap()
    }

    pub(super) fn is(&self, method: &str, path: &str) -> bool {
        (self.method.as_str(), self.path.as_str()) == (method, path)
    }

    /// Whether it writes employees or departments.
    pub(super) fn writes(&self) -> bool {
        let tables = [paths::EMPLOYEES, paths::DEPARTMENTS];
        self.method != "GET" && tables.iter().any(|table| self.path.starts_with(table))
    }

    /// Whether it can end the session of the request.
    pub(super) fn ends_sessions(&self) -> bool {
        self.method == "DELETE" || self.path.starts_with(paths::LOGOUT)
    }

    /// Whether it takes a form instead of JSON.
    pub(super) fn takes_a_form(&self) -> bool {
        self.path.starts_with("/{pool_id}/")
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}
