//! The lesson's two bugs, line by line. WRONG ON PURPOSE: do not copy anything from here. No option corrects it.
//!
//! A comment `lesson:` is a line of the lesson's section 12, and the Rust below it does the same. Code that the lesson leaves out and a running program needs
//! is marked `added:`.

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

/// The lesson's globals `redis` and `db`.
#[derive(Clone)]
pub(super) struct Globals {
    pub(super) redis: ConnectionManager,
    pub(super) db: Database,
}

/// `req.user` as the broken `requireAuth` sets it: an id (JavaScript's `undefined` is `None`) and no tenant.
#[derive(Clone)]
struct User {
    id: Option<String>,
}

impl User {
    /// added: `req.user.tenantId` in the list handler, which the broken `requireAuth` never sets.
    ///
    /// Taken literally, the 9:00 request would ask for the rows of tenant `undefined` and cache an empty list, and nothing would leak. But BetaCo's rows were
    /// cached, so the code must have known the tenant of user 2210. The only source left is the user's own row. Reading it here, only where the lesson's line
    /// reads it, keeps both bugs: a cache hit never reaches this line, so nothing on that path knows which tenant the request belongs to.
    fn tenant_id(&self, db: Database) -> Option<&'static str> {
        db.tenant_of_user(self.id.as_deref()?)
    }
}

/// The only route.
pub(super) fn routes(config: &mut web::ServiceConfig) {
    // lesson: app.get("/employees", async (req, res) => {
    config.service(web::resource("/employees").wrap(from_fn(require_auth)).get(list_employees));
}

/// Bug 1: one cache key for all companies.
async fn list_employees(
    req: HttpRequest,
    globals: web::Data<Globals>,
) -> Result<HttpResponse, Error> {
    let mut redis = globals.redis.clone();
    // lesson: const cacheKey = "employee_list"; // ← same key for ALL tenants!
    let cache_key = "employee_list"; // WRONG ON PURPOSE: the key names no tenant.
    // lesson: const cached = await redis.get(cacheKey);
    let cached: Option<String> = redis.get(cache_key).await.map_err(ErrorInternalServerError)?;

    // lesson: if (cached) {
    if let Some(cached) = cached {
        // lesson: return res.json(JSON.parse(cached)); // returns first tenant's data to ALL tenants!
        let employees: Vec<Employee> = serde_json::from_str(&cached)?;
        return Ok(HttpResponse::Ok().json(employees)); // WRONG ON PURPOSE: the tenant of these rows is not checked.
    } // lesson: }

    // lesson: const employees = await db.query(
    // lesson:   "SELECT * FROM employees WHERE tenant_id = ?",
    // lesson:   [req.user.tenantId],
    // lesson: );
    let user = req.extensions().get::<User>().cloned().unwrap_or(User { id: None });
    let employees = globals.db.select_employees_where_tenant_id(user.tenant_id(globals.db));

    // lesson: await redis.setex(cacheKey, 300, JSON.stringify(employees));
    let () = redis
        .set_ex(cache_key, serde_json::to_string(&employees)?, 300)
        .await
        .map_err(ErrorInternalServerError)?;
    // lesson: res.json(employees);
    Ok(HttpResponse::Ok().json(employees))
} // lesson: });

/// Bug 2: the session's user is read, but not its tenant.
///
/// Two more faults of the lesson, which its "correct" version has too, are kept. `hgetall` of an unknown session gives an empty object, which is truthy, so a
/// made-up cookie is accepted. And every stored value is a string, so `expired` = "false" would sign users out.
// lesson: function requireAuth(req, res, next) {
async fn require_auth(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let mut redis = globals(&req)?.redis;
    // lesson: const session = await redis.hgetall(`sessions:${req.cookies.sid}`)
    let key = format!("sessions:{}", cookie_sid(&req).unwrap_or("undefined"));
    let session: HashMap<String, String> =
        redis.hgetall(key).await.map_err(ErrorInternalServerError)?;
    // lesson: if (!session || session.expired) return res.status(401).send()
    // WRONG ON PURPOSE: `!session` is never true, because a missing session is an empty object.
    if session.get("expired").is_some_and(|expired| !expired.is_empty()) {
        return Ok(req.into_response(HttpResponse::Unauthorized()).map_into_right_body());
    }

    // lesson: req.user = { id: session.user_id }  // ← missing: tenantId not loaded!
    let user = User { id: session.get("user_id").cloned() }; // WRONG ON PURPOSE: the record has a `tenant_id`, which is not read.
    req.extensions_mut().insert(user);
    // lesson: next()
    next.call(req).await.map(ServiceResponse::map_into_left_body)
} // lesson: }

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
