//! C5: an onboarding draft that begins before signing in: its cookie, its limits, and its adoption by the account that signs in.

use api_types::{Code, Onboarding, OnboardingForm, SessionView, paths};
use domain::{Role, TenantStatus};
use e2e::{Actor, Company, PASSWORD, Reply, Request, SetCookie, Stack};
use reqwest::Method;

const DRAFT: &str = "__Host-draft";

fn form(name: &str) -> OnboardingForm {
    OnboardingForm { preferred_name: name.to_owned(), ..OnboardingForm::default() }
}

fn draft_cookie(reply: &Reply) -> Option<SetCookie> {
    reply.set_cookies().into_iter().find(|cookie| cookie.name == DRAFT)
}

fn put(visitor: &Actor, form: &OnboardingForm) -> Request {
    visitor.request(Method::PUT, paths::DRAFT).json(form)
}

fn carrying(request: Request, value: &str) -> Request {
    request.cookie(&format!("{DRAFT}={value}"))
}

/// Begins a draft and returns the value of its cookie.
async fn begin(company: &Company, name: &str) -> String {
    let reply = put(&company.visitor(), &form(name)).expect(201).await;
    let Some(cookie) = draft_cookie(&reply) else { panic!("no cookie in {reply:?}") };
    cookie.value
}

async fn shown(visitor: &Actor, value: &str) -> Onboarding {
    carrying(visitor.get(paths::DRAFT), value).expect(200).await.json()
}

/// Signs in on a device with this draft.
async fn sign_in(company: &Company, role: Role, value: &str) -> Reply {
    carrying(company.visitor().sign_in(&company.email_of(role), PASSWORD), value).expect(201).await
}

/// The form of the account that a reply signed in.
async fn onboarding(company: &Company, signed_in: &Reply) -> Onboarding {
    let actor = company.visitor().with_session(&signed_in.session_cookie().value);
    actor.get(paths::ONBOARDING).expect(200).await.json()
}

fn forgets(reply: &Reply) -> bool {
    draft_cookie(reply).is_some_and(|cookie| cookie.value.is_empty())
}

/// C5: the first save begins a draft and sets its cookie; a later one names its version, and the draft's end does not move.
#[tokio::test]
async fn a_draft_begins_without_an_account_and_is_continued() {
    let acme = Company::fresh(Stack::get().await).await;
    let visitor = acme.visitor();
    let nothing: Onboarding = visitor.get(paths::DRAFT).expect(200).await.json();
    assert_eq!(nothing, Onboarding::default());
    let begun = put(&visitor, &form("Ada")).expect(201).await;
    let cookie = draft_cookie(&begun).unwrap();
    assert_eq!(cookie.value.len(), 43);
    assert_eq!(cookie.attributes(), "httponly; max-age=86400; path=/; samesite=Lax; secure");
    let begun: Onboarding = begun.json();
    let later = carrying(put(&visitor, &form("Grace")), &cookie.value);
    let later = later.header("if-match", "\"1\"").expect(200).await;
    assert_eq!(later.set_cookies(), []);
    let later: Onboarding = later.json();
    assert_eq!(later.expires_at, begun.expires_at);
    assert_eq!(shown(&visitor, &cookie.value).await, later);
    for (version, status, code) in
        [(Some("\"1\""), 412, Code::StaleVersion), (None, 428, Code::PreconditionRequired)]
    {
        let lost = carrying(put(&visitor, &form("Lost")), &cookie.value);
        let lost = version.into_iter().fold(lost, |lost, tag| lost.header("if-match", tag));
        lost.expect(status).await.problem(code);
    }
    let deleted = carrying(visitor.request(Method::DELETE, paths::DRAFT), &cookie.value);
    assert!(forgets(&deleted.expect(204).await));
    assert_eq!(shown(&visitor, &cookie.value).await, Onboarding::default());
}

/// C5: a draft ends 24 hours after it was begun. No request revives it, and the value of its cookie never becomes that of another draft.
#[tokio::test]
async fn an_expired_draft_is_not_found() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let value = begin(&acme, "Ada").await;
    let sql = format!(
        "update onboarding_draft set expires_at = expires_at - interval '24 hours' where tenant_id = '{}'",
        acme.tenant
    );
    stack.postgres.db_as_superuser(&sql).await;
    let visitor = acme.visitor();
    assert_eq!(shown(&visitor, &value).await, Onboarding::default());
    let late = carrying(put(&visitor, &form("Late")), &value).header("if-match", "\"1\"");
    late.expect(404).await.problem(Code::NotFound);
    let signed_in = sign_in(&acme, Role::Employee, &value).await;
    assert!(forgets(&signed_in));
    assert_eq!(onboarding(&acme, &signed_in).await, Onboarding::default());
    let again = carrying(put(&visitor, &form("Again")), &value).expect(201).await;
    assert_ne!(draft_cookie(&again).unwrap().value, value);
}

/// C5: a sign-in moves the draft to the account, whose form does not change until the user decides.
#[tokio::test]
async fn a_sign_in_adopts_the_draft_of_its_device() {
    let acme = Company::fresh(Stack::get().await).await;
    let value = begin(&acme, "Ada").await;
    let signed_in = sign_in(&acme, Role::Employee, &value).await;
    assert!(forgets(&signed_in) && signed_in.json::<SessionView>().has_draft);
    let adopted = onboarding(&acme, &signed_in).await;
    assert_eq!((adopted.form, adopted.draft), (OnboardingForm::default(), Some(form("Ada"))));
    assert_eq!(shown(&acme.visitor(), &value).await, Onboarding::default());

    // Another draft waits on its device, and is not lost.
    let second = begin(&acme, "Stranger").await;
    assert!(draft_cookie(&sign_in(&acme, Role::Employee, &second).await).is_none());
    assert_eq!(shown(&acme.visitor(), &second).await.form, form("Stranger"));

    let actor = acme.visitor().with_session(&signed_in.session_cookie().value);
    let keep = actor.request(Method::PUT, paths::ONBOARDING).json(&form("Ada"));
    let kept: Onboarding = keep.header("if-match", "\"1\"").expect(200).await.json();
    assert_eq!((kept.form, kept.draft), (form("Ada"), None));

    let signed_in = sign_in(&acme, Role::Employee, &second).await;
    let adopted = onboarding(&acme, &signed_in).await;
    assert_eq!((adopted.form, adopted.draft), (form("Ada"), Some(form("Stranger"))));
    let discard = async |version: &str, status| {
        let discard = actor.request(Method::DELETE, paths::ADOPTED_DRAFT);
        discard.header("if-match", version).expect(status).await
    };
    discard("\"2\"", 412).await.problem(Code::StaleVersion);
    discard("\"3\"", 204).await;
    let own: Onboarding = actor.get(paths::ONBOARDING).expect(200).await.json();
    assert_eq!((own.form, own.draft), (form("Ada"), None));
}

/// C5: no company finds another one's draft by its cookie, and no user sees a colleague's form.
#[tokio::test]
async fn a_draft_is_never_adopted_at_another_company() {
    let [acme, betaco] = Company::twins(Stack::get().await).await;
    let value = begin(&acme, acme.canary.as_str()).await;
    assert_eq!(shown(&betaco.visitor(), &value).await, Onboarding::default());
    carrying(betaco.visitor().request(Method::DELETE, paths::DRAFT), &value).expect(204).await;
    let foreign = sign_in(&betaco, Role::Employee, &value).await;
    assert!(!foreign.json::<SessionView>().has_draft);
    assert_eq!(onboarding(&betaco, &foreign).await, Onboarding::default());
    assert_eq!(shown(&acme.visitor(), &value).await.form, form(acme.canary.as_str()));
    let own = sign_in(&acme, Role::Employee, &value).await;
    assert!(onboarding(&acme, &own).await.draft.is_some());
    let colleague = acme.hr_admin().await.get(paths::ONBOARDING).expect(200).await;
    assert_eq!(colleague.json::<Onboarding>(), Onboarding::default());
}

/// C5: of two sign-ins at the same time, of two users, one adopts the draft.
#[tokio::test]
async fn two_sign_ins_adopt_a_draft_once() {
    let acme = Company::fresh(Stack::get().await).await;
    for round in 0..5 {
        let name = format!("Ada {round}");
        let value = begin(&acme, &name).await;
        let roles = [Role::Employee, Role::Manager];
        let [one, other] = roles.map(|role| sign_in(&acme, role, &value));
        let (one, other) = tokio::join!(one, other);
        let mut adopted = 0;
        for reply in [&one, &other] {
            let found = onboarding(&acme, reply).await;
            adopted += usize::from(found.draft == Some(form(&name)));
            let actor = acme.visitor().with_session(&reply.session_cookie().value);
            if let (Some(version), Some(_)) = (found.version, found.draft) {
                let discard = actor.request(Method::DELETE, paths::ADOPTED_DRAFT);
                discard.header("if-match", &format!("\"{version}\"")).expect(204).await;
            }
        }
        assert_eq!(adopted, 1, "round {round}");
    }
}

/// C5: a cookie that is malformed, altered or sent twice finds no draft, and a sign-in with it succeeds.
#[tokio::test]
async fn an_altered_or_repeated_cookie_finds_no_draft() {
    let acme = Company::fresh(Stack::get().await).await;
    let value = begin(&acme, "Ada").await;
    let altered = format!("{}{}", if value.starts_with('A') { 'B' } else { 'A' }, &value[1..]);
    let twice = format!("{value}; {DRAFT}={value}");
    for odd in ["", "x", &altered, &twice, &"A".repeat(4_000)] {
        assert_eq!(shown(&acme.visitor(), odd).await, Onboarding::default(), "{odd}");
        let signed_in = sign_in(&acme, Role::Employee, odd).await;
        assert!(forgets(&signed_in) && !signed_in.json::<SessionView>().has_draft, "{odd}");
    }
    assert_eq!(shown(&acme.visitor(), &value).await.form, form("Ada"));
}

/// C5, G11: a field that is too long or has a control character, an unknown field and a large body are refused, and nothing is stored.
#[tokio::test]
async fn an_invalid_draft_is_refused() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    for odd in ["a\0b", &"a".repeat(101)] {
        let problem =
            put(&acme.visitor(), &form(odd)).expect(400).await.problem(Code::InvalidField);
        assert_eq!(problem.errors[0].field, "preferred_name");
    }
    let unknown = serde_json::json!({ "tenant_id": acme.tenant });
    let unknown = acme.visitor().request(Method::PUT, paths::DRAFT).json(&unknown);
    unknown.expect(400).await.problem(Code::BadRequest);
    put(&acme.visitor(), &form(&"a".repeat(20_000))).expect(413).await.problem(Code::BodyTooLarge);
    let none =
        format!("not exists (select from onboarding_draft where tenant_id = '{}')", acme.tenant);
    assert!(stack.postgres.db_holds(&none).await);
}

/// C5, G13: one address begins a bounded number of drafts, and so does a company. A draft that exists can still be saved.
#[tokio::test]
async fn the_number_of_drafts_is_bounded() {
    let stack = Stack::get().await;
    let config = stack.server_config().with("WATERTIGHT_LIMIT_DRAFT", "2/600");
    let (node, acme, full) =
        tokio::join!(config.start(), Company::fresh(stack), Company::fresh(stack));
    let visitor = acme.visitor_on(&node);
    let value = draft_cookie(&put(&visitor, &form("1")).expect(201).await).unwrap().value;
    put(&visitor, &form("2")).expect(201).await;
    let refused = put(&visitor, &form("3")).expect(429).await;
    refused.problem(Code::TooManyRequests);
    assert!(refused.header("retry-after").is_some() && draft_cookie(&refused).is_none());
    carrying(put(&visitor, &form("4")), &value).header("if-match", "\"1\"").expect(200).await;

    let drafts = |ends: &str| {
        format!(
            "insert into onboarding_draft (tenant_id, digest, sealed, expires_at) select '{}', sha256(('{ends}' || n)::bytea), '', now() + interval '{ends}' from generate_series(1, 1000) as n",
            full.tenant
        )
    };
    stack.postgres.db_as_superuser(&drafts("-1 hour")).await;
    put(&full.visitor(), &form("expired ones do not count")).expect(201).await;
    let all = format!("delete from onboarding_draft where tenant_id = '{}'", full.tenant);
    stack.postgres.db_as_superuser(&all).await;
    stack.postgres.db_as_superuser(&drafts("1 hour")).await;
    put(&full.visitor(), &form("one too many")).expect(429).await.problem(Code::TooManyRequests);
}

/// C5: a suspended company has no drafts to read or save.
#[tokio::test]
async fn a_suspended_company_takes_no_draft() {
    let acme = Company::fresh(Stack::get().await).await;
    let value = begin(&acme, "Ada").await;
    acme.db_set_status(TenantStatus::Suspended).await;
    e2e::until("the new status", std::time::Duration::from_secs(30), async || {
        (put(&acme.visitor(), &form("x")).send().await.status == 403).then_some(())
    })
    .await;
    let visitor = acme.visitor();
    for method in [Method::GET, Method::DELETE] {
        let request = carrying(visitor.request(method, paths::DRAFT), &value);
        request.expect(403).await.problem(Code::CompanyClosed);
    }
}

/// C8: a page of another site begins, changes and deletes no draft.
#[tokio::test]
async fn another_site_cannot_change_a_draft() {
    let acme = Company::fresh(Stack::get().await).await;
    let value = begin(&acme, "Ada").await;
    let visitor = acme.visitor();
    for site in ["cross-site", "same-site"] {
        for request in [
            put(&visitor, &form("x")),
            carrying(put(&visitor, &form("x")), &value).header("if-match", "\"1\""),
            carrying(visitor.request(Method::DELETE, paths::DRAFT), &value),
        ] {
            let refused = request.header("sec-fetch-site", site).expect(403).await;
            refused.problem(Code::CrossSiteRequest);
            assert_eq!(refused.set_cookies(), []);
        }
    }
    assert_eq!(shown(&visitor, &value).await.form, form("Ada"));
}

/// C5: a copy of the database shows neither a form nor the value of a cookie.
#[tokio::test]
async fn the_database_shows_no_onboarding_form() {
    const EVERYTHING: &str = "schema_to_xml('public', true, true, '')::text";
    let stack = Stack::of_its_own().await;
    let acme = Company::fresh(stack).await;
    let is_stored = async |text: &str| {
        let plain = format!("position('{text}' in {EVERYTHING}) > 0");
        let bytes = format!("position(rtrim(encode('{text}', 'base64'), '=') in {EVERYTHING}) > 0");
        stack.postgres.db_holds(&format!("{plain} or {bytes}")).await
    };
    let adopted = begin(&acme, "Zebulon").await;
    let signed_in = sign_in(&acme, Role::Employee, &adopted).await;
    let waiting = begin(&acme, "Zebulon").await;
    let manager = acme.manager().await;
    let save = manager.request(Method::PUT, paths::ONBOARDING).json(&form("Zebulon"));
    save.expect(200).await;
    assert!(onboarding(&acme, &signed_in).await.draft.is_some());
    for secret in ["Zebulon", "preferred_name\"", &adopted, &waiting] {
        assert!(!is_stored(secret).await, "`{secret}` is in the database");
    }
    assert!(is_stored(&acme.email_of(Role::Employee)).await, "the control");
}
