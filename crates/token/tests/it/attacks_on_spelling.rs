//! Attacks on the encoding: wrong parts, non-canonical base64url, and signatures that are almost valid (row T4a).

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE},
};
use token::{InvalidToken, LONGEST_TOKEN, RefreshToken};

use crate::{
    attack::{Attack, all_are_refused, is_accepted},
    pool::{ACME, BETACO, RING, encode, now},
};

fn valid_token() -> String {
    ACME.access.sign(&ACME.access.header(), &ACME.access_claims())
}

/// T4a, T4g: only three parts in compact form are a token. A refresh token, an encrypted token and a token in JSON are refused.
#[test]
fn only_three_parts_are_a_token() {
    let good = valid_token();
    is_accepted(&good);
    let parts: Vec<&str> = good.split('.').collect();
    let [header, payload, signature] = parts[..] else { panic!("{good}") };
    let json =
        format!(r#"{{"protected":"{header}","payload":"{payload}","signature":"{signature}"}}"#);
    let refresh = RefreshToken::random().unwrap().to_text();
    let mut attacks: Vec<Attack> = vec![
        ("a refresh token", refresh.clone(), InvalidToken::RefreshToken),
        ("a refresh token too long", format!("{refresh}A"), InvalidToken::Malformed),
        ("JSON", json, InvalidToken::Malformed),
        ("too long", format!("{good}{}", "A".repeat(LONGEST_TOKEN)), InvalidToken::TooLong),
        (
            "a payload too long",
            ACME.access.sign_text("{}", &"A".repeat(LONGEST_TOKEN)),
            InvalidToken::TooLong,
        ),
    ];
    for (what, token) in [
        ("nothing", String::new()),
        ("one part", header.to_owned()),
        ("two parts", format!("{header}.{payload}")),
        ("no header", format!(".{payload}.{signature}")),
        ("no signature", format!("{header}.{payload}.")),
        ("four parts", format!("{good}.{signature}")),
        ("five parts", format!("{good}.{payload}.{signature}")),
        ("five parts, mostly empty", format!("{header}....{signature}")),
        ("dots", "..".to_owned()),
        ("a space before", format!(" {good}")),
        ("a line break after", format!("{good}\n")),
        ("a line break inside", format!("{header}.{payload}\n.{signature}")),
        ("a scheme before", format!("Bearer {good}")),
        ("a NUL", format!("{header}.{payload}\0.{signature}")),
        ("a letter that looks like another", good.replacen('e', "е", 1)),
        ("commas", good.replace('.', ",")),
    ] {
        attacks.push((what, token, InvalidToken::Malformed));
    }
    all_are_refused(attacks, 21);
}

/// T4a: every part is accepted in its canonical encoding only.
#[test]
fn no_other_encoding_is_accepted() {
    let (header, claims) = (ACME.access.header().to_string(), ACME.access_claims().to_string());
    let (h, c) = (encode(&header), encode(&claims));
    // One more byte, so that the encoding of one of the two texts has padding.
    let [odd_header, odd_claims] = [format!("{header} "), format!("{claims} ")];
    let signed = format!("{h}.{c}");
    let signature = ACME.access.signature(&signed);
    let attacks: Vec<Attack> = [
        ("padding in the header", ACME.access.sign_parts(&padded(&header, &odd_header), &c)),
        ("padding in the payload", ACME.access.sign_parts(&h, &padded(&claims, &odd_claims))),
        ("padding in the signature", format!("{signed}.{}", URL_SAFE.encode(&signature))),
        ("the other alphabet", format!("{signed}.{}", STANDARD.encode(&signature))),
        ("bits left over", with_bits_left_over(&signed, &signature)),
        ("the signature in hexadecimal with a dash", format!("{signed}.-{}!", "ab".repeat(256))),
    ]
    .map(|(what, token)| (what, token, InvalidToken::Malformed))
    .to_vec();
    all_are_refused(attacks, 6);
}

/// The padded encoding of the text that needs padding.
fn padded(one: &str, other: &str) -> String {
    [one, other]
        .map(|text| URL_SAFE.encode(text))
        .into_iter()
        .find(|text| text.ends_with('='))
        .unwrap()
}

/// Sets an unused bit of the signature's last letter: the last letter of 256 encoded bytes has four unused bits.
fn with_bits_left_over(signed: &str, signature: &[u8]) -> String {
    let text = encode(signature);
    let (rest, last) = text.split_at(text.len() - 1);
    let next = char::from(last.as_bytes()[0] + 1);
    format!("{signed}.{rest}{next}")
}

/// T4a, T4f: a signature that is almost valid is refused, for both algorithms.
#[test]
fn an_almost_valid_signature_is_refused() {
    let (header, claims) = (BETACO.access.header().to_string(), BETACO.access_claims().to_string());
    let signed = format!("{}.{}", encode(header), encode(claims));
    let good = BETACO.access.signature(&signed);
    let (r, s) = good.split_at(32);
    let der = [&[0x30, 0x44, 0x02, 0x20], r, &[0x02, 0x20], s].concat();
    let rsa = format!(
        "{}.{}",
        encode(ACME.access.header().to_string()),
        encode(ACME.access_claims().to_string())
    );
    let mut attacks: Vec<Attack> = Vec::new();
    for (what, signature) in [
        ("zeros", vec![0; 64]),
        ("ones", vec![0xff; 64]),
        ("r alone", r.to_vec()),
        ("s and r", [s, r].concat()),
        ("zero and s", [&[0; 32], s].concat()),
        ("r and zero", [r, &[0; 32]].concat()),
        ("one byte less", good[..63].to_vec()),
        ("one byte more", [&good[..], &[0]].concat()),
        ("DER", der),
        ("a zero before each number", [&[0], r, &[0], s].concat()),
        ("another message's", BETACO.access.signature("another")),
        ("the other key's", BETACO.id.signature(&signed)),
    ] {
        attacks.push((what, format!("{signed}.{}", encode(signature)), InvalidToken::Signature));
    }
    for (what, signature) in [
        ("zeros", vec![0; 256]),
        ("one", [vec![0; 255], vec![1]].concat()),
        ("ones", vec![0xff; 256]),
        ("one byte", vec![1]),
        ("another message's", ACME.access.signature("another")),
        ("the other key's", ACME.id.signature(&rsa)),
        ("one byte more", [ACME.access.signature(&rsa), vec![0]].concat()),
    ] {
        attacks.push((what, format!("{rsa}.{}", encode(signature)), InvalidToken::Signature));
    }
    is_accepted(&format!("{signed}.{}", encode(&good)));
    all_are_refused(attacks, 19);
}

/// T4f: a token is refused if any of its letters was changed.
#[test]
fn a_token_with_one_changed_letter_is_refused() {
    for (pool, step) in [(&*ACME, 7), (&*BETACO, 3)] {
        let good = pool.access.sign(&pool.access.header(), &pool.access_claims());
        is_accepted(&good);
        for at in (0..good.len()).step_by(step) {
            let mut bytes = good.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            assert!(RING.verify_access(&changed, now()).is_err(), "{at}");
        }
    }
}
