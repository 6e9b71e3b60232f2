//! The seed's two bugs, line for line. WRONG ON PURPOSE: nothing here may be copied, and no switch makes it right.
//!
//! A comment `seed:` is a line of the seed's section 12; the Rust below it is that line. What the seed leaves out and a running program
//! needs is marked `added:`.

use std::collections::HashMap;

use actix_web::{
    Error, HttpMessage, HttpRequest, HttpResponse,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    error::ErrorInternalServerError,
    http::header,
    middleware::{Next, from_fn},
    web,
};
use redis::{AsyncCommands, aio::ConnectionManager};

use super::database::{Database, Employee};

/// What the seed's code finds in its globals `redis` and `db`.
#[derive(Clone)]
pub(super) struct Globals {
    pub(super) redis: ConnectionManager,
    pub(super) db: Database,
}

/// `req.user` as the broken `requireAuth` leaves it: an id (JavaScript's `undefined` is `None`) and no tenant.
#[derive(Clone)]
struct User {
    id: Option<String>,
}

impl User {
    /// added: `req.user.tenantId` of the list handler, which the broken `requireAuth` never sets.
    ///
    /// Run to the letter, the 9:00 request would ask for the rows of tenant `undefined`, cache an empty list and show nobody anything. BetaCo's
    /// rows were cached, so something knew the tenant of user 2210; what is left that can know it is the user's own row. Reading it here, and
    /// only where the seed's line reads it, keeps both bugs as they are: on a cache hit this line is never reached, so nothing on that path knows
    /// whose request it is.
    fn tenant_id(&self, db: Database) -> Option<&'static str> {
        db.tenant_of_user(self.id.as_deref()?)
    }
}

/// The one route.
pub(super) fn routes(config: &mut web::ServiceConfig) {
    // seed: app.get("/employees", async (req, res) => {
    config.service(web::resource("/employees").wrap(from_fn(require_auth)).get(list_employees));
}

/// Bug 1: one cache key for all companies.
async fn list_employees(
    req: HttpRequest,
    globals: web::Data<Globals>,
) -> Result<HttpResponse, Error> {
    let mut redis = globals.redis.clone();
    // seed: const cacheKey = "employee_list"; // ← same key for ALL tenants!
    let cache_key = "employee_list"; // WRONG ON PURPOSE: the key names no tenant.
    // seed: const cached = await redis.get(cacheKey);
    let cached: Option<String> = redis.get(cache_key).await.map_err(ErrorInternalServerError)?;

    // seed: if (cached) {
    if let Some(cached) = cached {
        // seed: return res.json(JSON.parse(cached)); // returns first tenant's data to ALL tenants!
        let employees: Vec<Employee> = serde_json::from_str(&cached)?;
        return Ok(HttpResponse::Ok().json(employees)); // WRONG ON PURPOSE: whose rows these are is not asked.
    } // seed: }

    // seed: const employees = await db.query(
    // seed:   "SELECT * FROM employees WHERE tenant_id = ?",
    // seed:   [req.user.tenantId],
    // seed: );
    let user = req.extensions().get::<User>().cloned().unwrap_or(User { id: None });
    let employees = globals.db.select_employees_where_tenant_id(user.tenant_id(globals.db));

    // seed: await redis.setex(cacheKey, 300, JSON.stringify(employees));
    let () = redis
        .set_ex(cache_key, serde_json::to_string(&employees)?, 300)
        .await
        .map_err(ErrorInternalServerError)?;
    // seed: res.json(employees);
    Ok(HttpResponse::Ok().json(employees))
} // seed: });

/// Bug 2: the session says who, and nobody asks for which company.
///
/// Two more faults of the seed's text are kept, which its "correct" version has as well: `hgetall` of an unknown session gives an empty
/// object, and an empty object is true, so a made-up cookie is let in; and every stored value is a text, so `expired` = "false" would
/// sign people out.
// seed: function requireAuth(req, res, next) {
async fn require_auth(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let mut redis = globals(&req)?.redis;
    // seed: const session = await redis.hgetall(`sessions:${req.cookies.sid}`)
    let key = format!("sessions:{}", cookie_sid(&req).unwrap_or("undefined"));
    let session: HashMap<String, String> =
        redis.hgetall(key).await.map_err(ErrorInternalServerError)?;
    // seed: if (!session || session.expired) return res.status(401).send()
    // WRONG ON PURPOSE: `!session` is never true, a session that does not exist is an empty object.
    if session.get("expired").is_some_and(|expired| !expired.is_empty()) {
        return Ok(req.into_response(HttpResponse::Unauthorized()).map_into_right_body());
    }

    // seed: req.user = { id: session.user_id }  // ← missing: tenantId not loaded!
    let user = User { id: session.get("user_id").cloned() }; // WRONG ON PURPOSE: `tenant_id` stands in the record and is left there.
    req.extensions_mut().insert(user);
    // seed: next()
    next.call(req).await.map(ServiceResponse::map_into_left_body)
} // seed: }

fn globals(req: &ServiceRequest) -> Result<Globals, Error> {
    let globals = req
        .app_data::<web::Data<Globals>>()
        .ok_or_else(|| ErrorInternalServerError("no globals"))?;
    Ok(globals.get_ref().clone())
}

/// added: `req.cookies.sid`, as Express's cookie-parser reads it.
fn cookie_sid(req: &ServiceRequest) -> Option<&str> {
    let cookies = req.headers().get(header::COOKIE)?.to_str().ok()?;
    cookies.split(';').find_map(|pair| pair.trim().strip_prefix("sid="))
}
