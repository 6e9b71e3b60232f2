//! The users who send the requests: every role of two companies with the same ids, and the HR admin of a third.

use domain::{PoolId, Role};
use e2e::{Actor, Application, Company, Laboratory, REDIRECT_URI, Widget};

/// The lock that decides under which key a session is stored.
pub(super) const SESSION_KEY: &str = "session_key";

/// The scopes of the cast's access tokens. They do not limit what the bearer's role allows.
pub(super) const SCOPES: &str =
    "openid email hr/employees.read hr/employees.write hr/salaries.read";

/// A signed-in user, with a session for the lock SessionKey on, one for it off, and an access token.
pub(super) struct Identity {
    /// The company and the role, such as `betaco auditor`.
    pub(super) name: String,
    with_the_key: Actor,
    without_the_key: Actor,
    /// The user's access token, the company's application that holds it, and the pool that issued it.
    pub(super) token: String,
    application: Application,
    pub(super) pool: PoolId,
    /// The cookie of a widget of the company, as a `Cookie` header.
    pub(super) widget: String,
    /// The host of another company.
    pub(super) abroad: String,
    /// The host that names no company.
    pub(super) bare: String,
    /// Whether this user also asks first, with every cache empty.
    pub(super) fills: bool,
}

/// All users who send requests, and their companies.
pub(super) struct Identities {
    pub(super) everyone: Vec<Identity>,
    pub(super) acme: Company,
    betaco: Company,
    pub(super) gammacorp: Company,
}

impl Identities {
    /// Acme and BetaCo are twins, so that only the tenant tells their rows apart; GammaCorp has ids that neither knows.
    pub(super) async fn assemble(laboratory: &Laboratory) -> Self {
        let stack = laboratory.stack;
        let [acme, betaco] = Company::twins(stack).await;
        let gammacorp = Company::fresh(stack).await;
        let mut cast = Self { everyone: Vec::new(), acme, betaco, gammacorp };
        let before = cast.sign_in().await;
        let bare = Actor::at(&laboratory.stack.server, "");
        let applications = [
            application(&cast.acme).await,
            application(&cast.betaco).await,
            application(&cast.gammacorp).await,
        ];
        let widgets = [
            widget_cookie(&cast.acme).await,
            widget_cookie(&cast.betaco).await,
            widget_cookie(&cast.gammacorp).await,
        ];
        let mut held = Vec::new();
        for (name, _, person) in &before {
            let company =
                ["acme", "betaco", "gammacorp"].iter().position(|slug| name.starts_with(slug));
            let application = &applications[company.unwrap()];
            let got = application.tokens_for(person, &bare, SCOPES).await;
            held.push((got.access_token, application.clone(), widgets[company.unwrap()].clone()));
        }
        // A session begun while the lock SessionKey is off is stored under another key.
        laboratory.switch_off(&[SESSION_KEY]).await;
        let after = cast.sign_in().await;
        let [at_acme, at_betaco] =
            [&cast.acme, &cast.betaco].map(|company| company.visitor().host().to_owned());
        let actors = before.into_iter().zip(after).zip(held);
        cast.everyone = actors
            .map(
                |(
                    ((name, fills, with_the_key), (.., without_the_key)),
                    (token, application, widget),
                )| {
                    let abroad = if name.starts_with("acme") { &at_betaco } else { &at_acme };
                    let (abroad, bare) = (abroad.clone(), bare.host().to_owned());
                    let pool = application.pool.clone();
                    Identity {
                        name,
                        with_the_key,
                        without_the_key,
                        token,
                        application,
                        pool,
                        widget,
                        abroad,
                        bare,
                        fills,
                    }
                },
            )
            .collect();
        cast
    }

    /// Replaces the access token of every user, with all locks on.
    pub(super) async fn renew_tokens(&mut self, laboratory: &Laboratory) {
        laboratory.switch_off(&[]).await;
        let bare = Actor::at(&laboratory.stack.server, "");
        for one in &mut self.everyone {
            let tokens = one.application.tokens_for(&one.with_the_key, &bare, SCOPES).await;
            one.token = tokens.access_token;
        }
    }

    async fn sign_in(&self) -> Vec<(String, bool, Actor)> {
        let mut everyone = Vec::new();
        for (name, company) in [("acme", &self.acme), ("betaco", &self.betaco)] {
            for role in Role::ALL {
                let fills =
                    matches!((name, role), ("betaco", Role::HrAdmin) | ("acme", Role::Manager));
                everyone.push((
                    format!("{name} {}", role.as_str()),
                    fills,
                    reader(company, role).await,
                ));
            }
        }
        everyone.push((
            "gammacorp hr_admin".to_owned(),
            true,
            reader(&self.gammacorp, Role::HrAdmin).await,
        ));
        everyone
    }
}

/// An application that may get tokens for every user of the company. Its access tokens have the longest lifetime that is allowed.
pub(super) async fn application(company: &Company) -> Application {
    let scopes = SCOPES.replace(' ', " --scope ");
    let parameters =
        format!("--flow code --redirect-uri {REDIRECT_URI} --access-minutes 15 --scope {scopes}");
    company.application(&parameters).await
}

/// The cookie of a new widget of the company.
async fn widget_cookie(company: &Company) -> String {
    let widget = Widget::create(&company.hr_admin().await, "https://intranet.example").await;
    widget.cookie(&company.visitor()).await
}

async fn reader(company: &Company, role: Role) -> Actor {
    company.actor(role).await.without_canary_check()
}

impl Identity {
    /// This user with the session that the product finds while these locks are off.
    pub(super) fn actor(&self, off: &[&str]) -> &Actor {
        if off.contains(&SESSION_KEY) { &self.without_the_key } else { &self.with_the_key }
    }
}
