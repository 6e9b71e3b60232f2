//! Tests of SRP sign-ins: only a client that knows the password signs in, and a refusal does not reveal which accounts exist.

use std::num::NonZeroUsize;

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{AccountId, PoolId, TenantId};
use seal::{RootKey, Seals};
use uuid::Uuid;

use super::{
    client::Client,
    group::{Agreement, Element, Exponent},
    vectors::{VECTORS, Vector},
    *,
};
use crate::{Error, HashingLimits, NewPassword, Passwords};

const PASSWORD: &str = "correct horse battery";
const TIMESTAMP: &str = "Tue Nov 3 03:00:00 UTC 2026";
const AMA: AccountId = AccountId::from_uuid(Uuid::from_u128(0xa11a));

/// A company whose pool uses SRP.
struct Company {
    seals: Seals,
    realm: Realm,
    client: Client,
}

impl Company {
    fn acme() -> Self {
        Self {
            seals: Seals::new(&RootKey::random().unwrap(), None),
            realm: realm(1, "eu-local-1_AcmeCorp1", "web"),
            client: Client::new("AcmeCorp1", VECTORS[0].a),
        }
    }

    fn verifier(&self, password: &str) -> Verifier {
        Verifier::of_password(self.realm.pool.clone(), AMA, password.as_bytes()).unwrap()
    }

    fn begin(&self, username: &str, found: VerifierLookup) -> Challenge {
        Challenge::begin(&self.seals, &self.asked(username, found), now()).unwrap()
    }

    fn asked(&self, username: &str, found: VerifierLookup) -> ChallengeInput {
        let public = self.client.srp_a().parse().unwrap();
        ChallengeInput { realm: self.realm.clone(), username: username.to_owned(), public, found }
    }

    fn open(&self, challenge: &Challenge) -> Result<OpenChallenge, AnswerError> {
        OpenChallenge::open(&self.seals, &self.realm, &challenge.secret_block, now())
    }

    fn sign_in(&self, stored: &Verifier, password: &str) -> Result<AccountId, AnswerError> {
        let challenge = self.begin("ama@acme.example", VerifierLookup::Verifier(stored.clone()));
        self.answer(&challenge, password, Some(stored), TIMESTAMP)
    }

    fn answer(
        &self,
        challenge: &Challenge,
        password: &str,
        current: Option<&Verifier>,
        timestamp: &str,
    ) -> Result<AccountId, AnswerError> {
        let signature = &self.client.signature(challenge, password, timestamp);
        self.open(challenge)?.answer(Proof { signature, timestamp }, current, now())
    }
}

fn realm(tenant: u128, pool: &str, client: &str) -> Realm {
    let tenant = TenantId::from_uuid(Uuid::from_u128(tenant));
    Realm { tenant, pool: pool.parse().unwrap(), client: client.parse().unwrap() }
}

fn now() -> DateTime<Utc> {
    "2026-11-03T03:00:10Z".parse().unwrap()
}

/// T6: the server computes the same values as the AWS library, whatever leading zero bytes and high bits its numbers have.
#[test]
fn the_vectors_of_the_real_library_are_met() {
    for vector in &VECTORS {
        let &Vector { form, pool, user, password, salt, a, srp_a, b, srp_b, key, .. } = vector;
        let &Vector { block, timestamp, signature, .. } = vector;
        let (pool, account) = (pool.parse().unwrap(), user.parse().unwrap());
        let drawn = bytes(salt).try_into().unwrap();
        let verifier = Verifier::with_salt(pool, account, password.as_bytes(), drawn);
        let public = Element::from_hex(srp_a).unwrap();
        let b = Exponent::of(&bytes(b).try_into().unwrap());
        let agreement = Agreement::reach(&public, verifier.value(), &b).unwrap();
        assert_eq!(agreement.public.to_hex().trim_start_matches('0'), srp_b, "{form}");
        assert_eq!(*agreement.key, *bytes(key), "{form}");
        // The tests' own client is checked against the same vectors; otherwise tests with it would prove nothing.
        let client = Client::new(pool_name(vector), a);
        let challenge = Challenge {
            user_id: user.to_owned(),
            salt: salt.to_owned(),
            srp_b: srp_b.to_owned(),
            secret_block: block.to_owned(),
        };
        assert_eq!(client.srp_a(), srp_a, "{form}");
        assert_eq!(client.signature(&challenge, password, timestamp), signature, "{form}");
    }
}

/// T6: a client that knows the password signs in without sending it; any other password is refused.
#[test]
fn a_right_password_is_accepted_and_a_wrong_one_is_not() {
    let acme = Company::acme();
    let stored = acme.verifier(PASSWORD);
    assert_eq!(acme.sign_in(&stored, PASSWORD), Ok(AMA));
    for wrong in ["", "correct horse batter", "correct horse battery ", "Correct horse battery"] {
        assert_eq!(acme.sign_in(&stored, wrong), Err(AnswerError::Wrong), "{wrong}");
    }
}

/// T6: salts with leading zeros or a set first bit work. One of 256 salts begins with a zero byte, one of two with a set bit.
#[test]
fn salts_with_leading_zeros_or_a_set_first_bit_work() {
    let acme = Company::acme();
    for first in [[0, 0], [0, 0x80], [0, 1], [0x0f, 0], [0x7f, 0xff], [0x80, 0], [0xff, 0xff]] {
        let mut salt = [7; 16];
        salt[..2].copy_from_slice(&first);
        let stored = Verifier::with_salt(acme.realm.pool.clone(), AMA, PASSWORD.as_bytes(), salt);
        assert_eq!(acme.sign_in(&stored, PASSWORD), Ok(AMA), "{first:?}");
    }
}

/// T6, I5: a sealed verifier opens only for its own tenant, pool and account, and only with the root key.
#[test]
fn a_sealed_verifier_opens_for_its_own_account_and_pool_only() {
    let acme = Company::acme();
    let Realm { tenant, pool, .. } = &acme.realm;
    let sealed = acme.verifier(PASSWORD).seal(&acme.seals, *tenant).unwrap();
    let open = |seals: &Seals, tenant, pool: &PoolId, account| {
        Verifier::open(seals, tenant, pool, account, &sealed)
    };
    let stored = open(&acme.seals, *tenant, pool, AMA).unwrap();
    assert_eq!(acme.sign_in(&stored, PASSWORD), Ok(AMA));
    let other_pool = "eu-local-1_AcmeCorp2".parse().unwrap();
    let other_tenant = TenantId::from_uuid(Uuid::from_u128(2));
    let ben = AccountId::from_uuid(Uuid::from_u128(0xbe2));
    let other_root = Seals::new(&RootKey::random().unwrap(), None);
    assert!(open(&acme.seals, other_tenant, pool, AMA).is_err());
    assert!(open(&acme.seals, *tenant, &other_pool, AMA).is_err());
    assert!(open(&acme.seals, *tenant, pool, ben).is_err());
    assert!(open(&other_root, *tenant, pool, AMA).is_err());
}

/// T6: a verifier survives a change of the root key.
#[test]
fn resealing_a_verifier_does_not_change_it() {
    let acme = Company::acme();
    let Realm { tenant, pool, .. } = &acme.realm;
    let [old, new] = [(); 2].map(|()| RootKey::random().unwrap());
    let both = Seals::new(&new, Some(&old));
    let sealed = acme.verifier(PASSWORD).seal(&Seals::new(&old, None), *tenant).unwrap();
    let resealed = Verifier::reseal(&both, *tenant, pool, AMA, &sealed).unwrap().unwrap();
    assert!(Verifier::reseal(&both, *tenant, pool, AMA, &resealed).unwrap().is_none());
    let stored = Verifier::open(&Seals::new(&new, None), *tenant, pool, AMA, &resealed).unwrap();
    assert_eq!(acme.sign_in(&stored, PASSWORD), Ok(AMA));
}

/// T6: a verifier used by mistake for another pool's challenge is treated as an unknown account.
#[test]
fn a_verifier_of_another_pool_accepts_no_password() {
    let acme = Company::acme();
    let other = "eu-local-1_BetaCo01".parse().unwrap();
    let foreign = Verifier::of_password(other, AMA, PASSWORD.as_bytes()).unwrap();
    assert_eq!(acme.sign_in(&foreign, PASSWORD), Err(AnswerError::Wrong));
}

/// T6: with 0 or a multiple of `N`, anyone could compute the key.
#[test]
fn a_public_value_without_a_secret_is_refused() {
    for bad in ["", "0", "0000", "-1", "xyz"] {
        assert_eq!(bad.parse::<PublicValue>().err(), Some(InvalidPublicValue), "{bad}");
    }
    assert!(Client::modulus().parse::<PublicValue>().is_err());
}

/// T6: a block with any bit changed is refused, and a block opens for its own tenant, pool and client only.
#[test]
fn a_block_that_was_changed_or_used_at_another_client_is_refused() {
    let acme = Company::acme();
    let challenge =
        acme.begin("ama@acme.example", VerifierLookup::Verifier(acme.verifier(PASSWORD)));
    let block = STANDARD.decode(&challenge.secret_block).unwrap();
    let refused =
        |realm: &Realm, text: &str| OpenChallenge::open(&acme.seals, realm, text, now()).err();
    for bit in 0..block.len() * 8 {
        let mut changed = block.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let text = STANDARD.encode(changed);
        assert_eq!(refused(&acme.realm, &text), Some(AnswerError::Block), "bit {bit}");
    }
    let long = "A".repeat(4096);
    for odd in ["", "?", &challenge.secret_block[4..], &long] {
        assert_eq!(refused(&acme.realm, odd), Some(AnswerError::Block), "{odd}");
    }
    for elsewhere in [
        realm(2, "eu-local-1_AcmeCorp1", "web"),
        realm(1, "eu-local-1_AcmeCorp2", "web"),
        realm(1, "eu-local-1_AcmeCorp1", "phone"),
    ] {
        assert_eq!(refused(&elsewhere, &challenge.secret_block), Some(AnswerError::Block));
    }
    assert_eq!(refused(&acme.realm, &challenge.secret_block), None);
}

/// T6: a block expires after three minutes.
#[test]
fn a_block_expires() {
    let acme = Company::acme();
    let challenge = acme.begin("ama@acme.example", VerifierLookup::Unknown);
    let open =
        |at| OpenChallenge::open(&acme.seals, &acme.realm, &challenge.secret_block, at).err();
    assert_eq!(open(now() + LIFETIME), None);
    assert_eq!(open(now() + LIFETIME + TimeDelta::milliseconds(1)), Some(AnswerError::Expired));
}

/// T6: a signature for one block is refused for another block, even of the same account.
#[test]
fn a_signature_is_valid_for_its_own_block_only() {
    let acme = Company::acme();
    let stored = acme.verifier(PASSWORD);
    let [first, second] =
        [(); 2].map(|()| acme.begin("ama@acme.example", VerifierLookup::Verifier(stored.clone())));
    let signature = &acme.client.signature(&first, PASSWORD, TIMESTAMP);
    let answer = |challenge, signature, timestamp| {
        acme.open(challenge).unwrap().answer(Proof { signature, timestamp }, Some(&stored), now())
    };
    assert_eq!(answer(&first, signature, TIMESTAMP), Ok(AMA));
    assert_eq!(answer(&second, signature, TIMESTAMP), Err(AnswerError::Wrong));
    let later = "Tue Nov 3 03:00:01 UTC 2026";
    assert_eq!(answer(&first, signature, later), Err(AnswerError::Wrong));
    for odd in ["", "?", "AAAA", &signature[..40]] {
        assert_eq!(answer(&first, odd, TIMESTAMP), Err(AnswerError::Wrong), "{odd}");
    }
    assert_ne!(acme.open(&first).unwrap().id(), acme.open(&second).unwrap().id());
}

/// T6: the client's clock may differ by five minutes, and its time has only one format.
#[test]
fn a_time_outside_the_leeway_or_in_another_format_is_refused() {
    let acme = Company::acme();
    let stored = acme.verifier(PASSWORD);
    let challenge = acme.begin("ama@acme.example", VerifierLookup::Verifier(stored.clone()));
    let answer = |timestamp: &str| acme.answer(&challenge, PASSWORD, Some(&stored), timestamp);
    for good in ["Tue Nov 3 03:05:10 UTC 2026", "Tue Nov 03 02:55:10 UTC 2026"] {
        assert_eq!(answer(good), Ok(AMA), "{good}");
    }
    for bad in [
        "Tue Nov 3 03:05:11 UTC 2026",
        "Tue Nov 3 02:55:09 UTC 2026",
        "Mon Nov 3 03:00:00 UTC 2026",
        "Tue Nov 3 03:00:00 GMT 2026",
        "2026-11-03T03:00:00Z",
        "",
    ] {
        assert_eq!(answer(bad), Err(AnswerError::Clock), "{bad}");
    }
}

/// T6: after a change of the password, an earlier challenge is refused; so is one of a deleted account.
#[test]
fn a_new_password_invalidates_earlier_challenges() {
    let acme = Company::acme();
    let (old, new) = (acme.verifier(PASSWORD), acme.verifier(PASSWORD));
    let challenge = acme.begin("ama@acme.example", VerifierLookup::Verifier(old.clone()));
    let answer = |current| acme.answer(&challenge, PASSWORD, current, TIMESTAMP);
    assert_eq!(answer(Some(&old)), Ok(AMA));
    assert_eq!(answer(Some(&new)), Err(AnswerError::Wrong));
    assert_eq!(answer(None), Err(AnswerError::Wrong));
}

/// G6: with a published root key anyone can seal a block, and a challenge reveals the salt. Without the stored verifier, the block is still refused.
#[test]
fn a_block_with_the_right_salt_and_another_verifier_is_refused() {
    let acme = Company::acme();
    let (stored, chosen) = (acme.verifier(PASSWORD), "the attacker's own password");
    let pool = acme.realm.pool.clone();
    let forged = Verifier::with_salt(pool, AMA, chosen.as_bytes(), *stored.salt());
    let challenge = acme.begin("ama@acme.example", VerifierLookup::Verifier(forged.clone()));
    let answer = |current| acme.answer(&challenge, chosen, Some(current), TIMESTAMP);
    assert_eq!(answer(&forged), Ok(AMA), "the block and its signature are good");
    assert_eq!(answer(&stored), Err(AnswerError::Wrong));
}

/// T6: the challenge of an unknown name has the same form as any other, stays the same for a name, and is refused with the same error (ASVS 6.3.8).
#[test]
fn an_unknown_username_is_answered_like_a_known_one() {
    let acme = Company::acme();
    let known = acme.begin("ama@acme.example", VerifierLookup::Verifier(acme.verifier(PASSWORD)));
    let stranger = acme.begin("eve@acme.example", VerifierLookup::Unknown);
    let again = acme.begin(" Eve@ACME.example", VerifierLookup::Unknown);
    let other = acme.begin("eva@acme.example", VerifierLookup::Unknown);
    assert_eq!((&stranger.user_id, &stranger.salt), (&again.user_id, &again.salt));
    assert_ne!((&stranger.user_id, &stranger.salt), (&other.user_id, &other.salt));
    assert_ne!(stranger.srp_b, again.srp_b);
    assert_eq!(stranger.secret_block.len(), known.secret_block.len());
    let id: Uuid = stranger.user_id.parse().unwrap();
    assert_eq!((id.get_version_num(), stranger.user_id.len()), (4, 36));
    let pending = acme.open(&stranger).unwrap();
    assert_eq!(pending.account().to_string(), stranger.user_id);
    assert_eq!(acme.answer(&stranger, PASSWORD, None, TIMESTAMP), Err(AnswerError::Wrong));
    let found = Some(acme.verifier(PASSWORD));
    assert_eq!(
        acme.answer(&stranger, PASSWORD, found.as_ref(), TIMESTAMP),
        Err(AnswerError::Wrong)
    );
}

/// T6: an account without a verifier gets its own id in the challenge and cannot sign in with SRP.
#[test]
fn every_password_of_an_account_without_a_verifier_is_refused() {
    let acme = Company::acme();
    let challenge = acme.begin("ama@acme.example", VerifierLookup::WithoutVerifier(AMA));
    assert_eq!(challenge.user_id, AMA.to_string());
    assert_eq!(acme.answer(&challenge, PASSWORD, None, TIMESTAMP), Err(AnswerError::Wrong));
    let by_id = acme.begin(&AMA.to_string(), VerifierLookup::Unknown);
    assert_eq!(by_id.user_id, AMA.to_string());
}

/// T6: the decoy salt of a name does not change while a new root key is introduced, and differs between pools.
#[test]
fn decoy_salts_stay_the_same_while_the_root_key_changes() {
    let (old, new) = (RootKey::random().unwrap(), RootKey::random().unwrap());
    let (before, rotating) = (Seals::new(&old, None), Seals::new(&new, Some(&old)));
    let acme = realm(1, "eu-local-1_AcmeCorp1", "web");
    let salt = |realm: &Realm, seals: &Seals| realm.decoy(seals, "eve@acme.example").salt;
    assert_eq!(salt(&acme, &before), salt(&acme, &rotating));
    for elsewhere in
        [realm(1, "eu-local-1_AcmeCorp2", "web"), realm(2, "eu-local-1_AcmeCorp1", "web")]
    {
        assert_ne!(salt(&acme, &before), salt(&elsewhere, &before));
    }
    let phone = realm(1, "eu-local-1_AcmeCorp1", "phone");
    assert_eq!(salt(&acme, &before), salt(&phone, &before));
    let account = acme.decoy_account(&before, "eve@acme.example");
    assert_eq!(account, acme.decoy_account(&rotating, "EVE@acme.example"));
}

/// O7: SRP arithmetic shares the queue of password checks, and is refused when that is full.
#[tokio::test]
async fn a_flood_of_challenges_is_refused_and_queued_ones_are_served() {
    let acme = Company::acme();
    let pool = Passwords::start(HashingLimits { threads: NonZeroUsize::MIN, queue: 3 }).unwrap();
    let place = || pool.place(acme.realm.tenant);
    let password = NewPassword::parse(PASSWORD).unwrap();
    let made = place().unwrap().srp_verifier(acme.realm.pool.clone(), AMA, password);
    let stored = made.await.unwrap();
    let asked = acme.asked("ama@acme.example", VerifierLookup::Verifier(stored.clone()));
    let flood = [place().unwrap(), place().unwrap()];
    assert!(matches!(place(), Err(Error::Busy(_))));
    let challenge =
        |place: crate::HashingPlace| place.srp_challenge(acme.seals.clone(), asked.clone(), now());
    let served = futures_util::future::join_all(flood.map(challenge)).await;
    let served: Vec<Challenge> = served.into_iter().map(Result::unwrap).collect();
    assert_eq!(acme.answer(&served[0], PASSWORD, Some(&stored), TIMESTAMP), Ok(AMA));
}

#[test]
fn nothing_shows_a_secret() {
    let acme = Company::acme();
    let shown = format!("{:?}", acme.verifier(PASSWORD));
    assert_eq!(shown, format!("Verifier(eu-local-1_AcmeCorp1, {AMA}, …)"));
}

fn pool_name(vector: &Vector) -> &'static str {
    vector.pool.split_once('_').unwrap().1
}

fn bytes(digits: &str) -> Vec<u8> {
    let digits = if digits.len() % 2 == 1 { format!("0{digits}") } else { digits.to_owned() };
    let pair = |at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
    (0..digits.len()).step_by(2).map(pair).collect()
}
