//! Names a device and a place in the words of its user.

use std::net::IpAddr;

/// Browsers by the part of a user agent that names them. The first match counts: most browsers name others too.
const BROWSERS: [(&str, &str); 8] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
];

/// Systems by the part of a user agent that names them. The first match counts: Android also names Linux, and an iPad a Mac.
const SYSTEMS: [(&str, &str); 7] = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
];

/// The browser and the system of a user agent: `Firefox on Linux`.
pub(crate) fn device_name(user_agent: &str) -> String {
    let find = |table: &[(&str, &'static str)]| {
        table.iter().find(|(part, _)| user_agent.contains(part)).map(|(_, name)| *name)
    };
    match (find(&BROWSERS), find(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        // A program that is not a browser names itself first, as in `curl/8.5.0`.
        (None, None) => match user_agent.split(['/', ' ']).next().filter(|name| !name.is_empty()) {
            Some(name) => name.chars().take(40).collect(),
            None => "Unknown device".to_owned(),
        },
    }
}

/// The place of an IP address. It says only what the address itself tells: the product looks up no locations.
pub(crate) fn place_name(address: Option<&str>) -> String {
    let Some(address) = address.and_then(|text| text.parse::<IpAddr>().ok()) else {
        return "unknown address".to_owned();
    };
    let private = match address {
        IpAddr::V4(address) => address.is_private() || address.is_link_local(),
        IpAddr::V6(address) => address.is_unique_local() || address.is_unicast_link_local(),
    };
    if address.is_loopback() {
        "the server's own computer".to_owned()
    } else if private {
        format!("a private network ({address})")
    } else {
        address.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_named_by_its_browser_and_its_system() {
        for (user_agent, name) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                "Firefox on Linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
                "Chrome on Windows",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
                "Safari on Mac",
            ),
            ("curl/8.5.0", "curl"),
            ("", "Unknown device"),
        ] {
            assert_eq!(device_name(user_agent), name, "{user_agent}");
        }
        assert_eq!(device_name(&"x".repeat(300)).len(), 40);
    }

    #[test]
    fn a_place_is_what_the_address_tells() {
        for (address, place) in [
            (Some("127.0.0.1"), "the server's own computer"),
            (Some("::1"), "the server's own computer"),
            (Some("10.1.2.3"), "a private network (10.1.2.3)"),
            (Some("fd00::7"), "a private network (fd00::7)"),
            (Some("203.0.113.7"), "203.0.113.7"),
            (Some("elsewhere"), "unknown address"),
            (None, "unknown address"),
        ] {
            assert_eq!(place_name(address), place);
        }
    }
}
