//! The product does not contain the laboratory: not in its code, not in its dependencies, and not in its database.

use std::{fs, path::Path, process::Command};

use e2e::{Laboratory, ServerConfig, laboratory, watertight};

/// Texts of the laboratory. Its own binary must contain them, otherwise the search would prove nothing.
const LAB_TEXTS: [&str; 3] =
    ["watertight laboratory: locks can be switched off", "watertight_lab_bypass", "/lab/faults"];

fn holds(binary: &Path, mark: &str) -> bool {
    let bytes = fs::read(binary).unwrap();
    bytes.windows(mark.len()).any(|window| window == mark.as_bytes())
}

/// I6: none of the laboratory's texts is in the product's binary.
#[test]
fn the_product_is_built_without_the_lab() {
    for mark in LAB_TEXTS {
        assert!(holds(laboratory(), mark), "the control: `{mark}` is in the laboratory");
        assert!(!holds(watertight(), mark), "`{mark}` is in the product");
    }
}

/// I6: no dependency of the product has a feature with which locks can be switched off.
#[test]
fn the_product_is_built_without_switches() {
    let tree = |features: &[&str]| {
        let mut cargo = Command::new(env!("CARGO"));
        cargo
            .args(["tree", "-p", "server", "-e", "features", "-i", "lab", "--offline"])
            .args(features);
        let output =
            cargo.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    for feature in ["lab feature \"switches\"", "feature \"lab\""] {
        assert!(tree(&["--features", "lab"]).contains(feature), "the control: {feature}");
        assert!(!tree(&[]).contains(feature), "the product has {feature}");
    }
}

/// I4, I6: the product refuses to serve a database in which the app role can bypass the policies. The laboratory serves it.
#[tokio::test]
async fn the_product_refuses_to_serve_a_lab_database() {
    let laboratory = Laboratory::start().await;
    let refused = laboratory.product().run(&["serve"]).await;
    assert_eq!(refused.code, Some(1), "{}", refused.stderr);
    assert!(refused.stderr.contains("watertight_lab_bypass"), "{}", refused.stderr);
}

/// I6: the laboratory refuses to listen on a public address, so its switches are reachable on the same machine only.
#[tokio::test]
async fn the_lab_build_listens_on_loopback_only() {
    let config = ServerConfig::of([
        ("WATERTIGHT_LISTEN", "0.0.0.0:0"),
        ("WATERTIGHT_ROOT_KEY", "Zm91ci1hbmQtdHdlbnR5LXRpbWVzLW9uZS1rZXkhISE="),
        ("WATERTIGHT_DATABASE_URL", "postgres://127.0.0.1:1/watertight"),
        ("REDIS_SESSION_URL", "redis://127.0.0.1:1"),
        ("REDIS_CACHE_URL", "redis://127.0.0.1:1"),
    ]);
    let refused = config.of_the_laboratory().run(&["serve"]).await;
    assert_eq!(refused.code, Some(1), "{}", refused.stderr);
    assert!(refused.stderr.contains("WATERTIGHT_LISTEN"), "{}", refused.stderr);
}
