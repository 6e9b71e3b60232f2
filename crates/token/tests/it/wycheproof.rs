//! The test vectors of C2SP/wycheproof: tokens and keys that a verifier must accept or refuse.

use std::{fs, path::Path};

use serde_json::Value;
use token::{Algorithm, JwkSet, verify_jws};

/// Reads a file of vectors from the folder beside the checkout. Without the folder it returns nothing, and the test is skipped.
fn groups(file: &str) -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors/wycheproof");
    let Ok(text) = fs::read(folder.join(file)) else {
        println!("skipped: no vectors in {}", folder.display());
        return Vec::new();
    };
    let document: Value = serde_json::from_slice(&text).unwrap();
    document["testGroups"].as_array().unwrap().clone()
}

/// Whether the token of a case is accepted with the keys of its group. The result must be the same for a single key and for a set. Secret keys are passed too.
fn is_accepted(group: &Value, case: &Value) -> bool {
    let keys = if group["public"].is_null() { &group["private"] } else { &group["public"] };
    let set =
        if keys["keys"].is_array() { keys.clone() } else { serde_json::json!({"keys": [keys]}) };
    let accepted = [keys, &set].map(|document| {
        let document = serde_json::to_vec(document).unwrap();
        let token = case["jws"].as_str().unwrap_or_default();
        JwkSet::parse(&document).is_ok_and(|keys| verify_jws(token, &keys, &Algorithm::ALL).is_ok())
    });
    assert_eq!(accepted[0], accepted[1], "{case}");
    accepted[0]
}

/// Whether a group is about an algorithm that we support, by the `alg` of its key or else by its `kty`.
fn is_supported(group: &Value) -> bool {
    let key = &group["public"];
    match key["alg"].as_str() {
        Some(alg) => alg.parse::<Algorithm>().is_ok(),
        None => ["RSA", "EC"].contains(&key["kty"].as_str().unwrap_or_default()),
    }
}

fn cases(groups: &[Value]) -> Vec<(&Value, &Value)> {
    let of = |group: &'_ Value| group["tests"].as_array().unwrap().len();
    let count: usize = groups.iter().map(of).sum();
    let mut cases = Vec::with_capacity(count);
    for group in groups {
        cases.extend(group["tests"].as_array().unwrap().iter().map(|case| (group, case)));
    }
    cases
}

/// T4a: all 276 signatures of RS256 and ES256 give the expected result. With the other algorithms, which are all refused, it is all 401.
#[test]
fn every_signature_vector_gives_the_expected_result() {
    let groups = groups("json_web_signature_test.json");
    if groups.is_empty() {
        return;
    }
    let (mut ours, mut all) = (0, 0);
    for (group, case) in cases(&groups) {
        let good = is_supported(group) && case["result"] == "valid";
        assert_eq!(is_accepted(group, case), good, "{case}");
        ours += usize::from(is_supported(group));
        all += 1;
    }
    assert_eq!((ours, all), (276, 401));
}

/// T4a: of the 26 keys and key sets only number 5 is accepted.
#[test]
fn one_key_of_the_key_vectors_is_accepted() {
    let groups = groups("json_web_key_test.json");
    if groups.is_empty() {
        return;
    }
    let cases = cases(&groups);
    let accepted = cases.iter().filter(|(group, case)| is_accepted(group, case));
    let numbers: Vec<u64> = accepted.map(|(_, case)| case["tcId"].as_u64().unwrap()).collect();
    assert_eq!((cases.len(), numbers), (26, vec![5]));
}

/// T4a: the mixed vectors give the expected result. Those with encryption or symmetric keys are refused.
#[test]
fn every_mixed_vector_gives_the_expected_result() {
    for (group, case) in cases(&groups("json_web_crypto_test.json")) {
        let good = is_supported(group) && case["result"] == "valid" && case["jws"].is_string();
        assert_eq!(is_accepted(group, case), good, "{case}");
    }
}
