//! The incident (row I1): the lesson's application with its bugs, to run beside the product.

mod database;
mod vulnerable;

use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use actix_web::{App, HttpServer, dev::ServerHandle, web};
use redis::{AsyncCommands, Client, aio::ConnectionManager};
use reqwest::StatusCode;
use uuid::Uuid;

pub use database::{ACME, Admin, BETACO, COMPANIES, Employee, GAMMACORP, employees_of};

use crate::runtime::on_harness;

/// The lesson's application, listening, with an empty cache and no sessions.
pub struct Incident {
    address: SocketAddr,
    redis: ConnectionManager,
    server: ServerHandle,
}

/// The cookie `sid` of a session in the lesson's application.
#[derive(Clone, Debug)]
pub struct Sid(String);

/// The reply to `GET /employees`.
#[derive(Clone, Debug)]
pub struct EmployeeList {
    /// The HTTP status: always 200, which is why monitoring noticed nothing.
    pub status: StatusCode,
    /// The rows; empty if the reply is not a list.
    pub employees: Vec<Employee>,
}

impl Incident {
    /// Starts the application on a free port. It needs its own database of the Redis at this URL, because its cache key is the same for every instance, as it
    /// is for every company.
    pub async fn start(redis_url: &str) -> Self {
        let url = redis_url.to_owned();
        on_harness(async move {
            let client = Client::open(url).expect("a Redis URL");
            let redis = ConnectionManager::new(client).await.expect("Redis answers");
            let globals =
                vulnerable::Globals { redis: redis.clone(), db: database::Database::open() };
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
            let address = listener.local_addr().expect("the port");
            let app = move || {
                App::new().app_data(web::Data::new(globals.clone())).configure(vulnerable::routes)
            };
            let server = HttpServer::new(app)
                .workers(1)
                .disable_signals()
                .listen(listener)
                .expect("a socket")
                .run();
            let handle = server.handle();
            tokio::spawn(server);
            Self { address, redis, server: handle }
        })
        .await
    }

    /// Signs in an HR admin. The lesson shows no sign-in, only its result: a hash under `sessions:{sid}` with user and tenant. The record is correct; the code
    /// that reads it is not.
    pub async fn sign_in(&self, admin: &Admin) -> Sid {
        let sid = Uuid::new_v4().simple().to_string();
        let (key, mut redis) = (format!("sessions:{sid}"), self.redis.clone());
        let fields = [("user_id", admin.user_id), ("tenant_id", admin.tenant_id)];
        on_harness(async move { redis.hset_multiple::<_, _, _, ()>(key, &fields).await })
            .await
            .expect("Redis answers");
        Sid(sid)
    }

    /// A cookie that was not issued by a sign-in.
    pub fn made_up_sid(&self) -> Sid {
        Sid("made-up".to_owned())
    }

    /// Sends `GET /employees` with this cookie.
    pub async fn employees(&self, sid: &Sid) -> EmployeeList {
        let request = crate::http::client().get(format!("http://{}/employees", self.address));
        let request = request.header("cookie", format!("sid={}", sid.0));
        on_harness(async move {
            let response = request.send().await.expect("the lesson's application answers");
            let status = response.status();
            EmployeeList { status, employees: response.json().await.unwrap_or_default() }
        })
        .await
    }

    /// The cache entry in Redis: its key, its rows, and its remaining lifetime in seconds.
    pub async fn db_cache_entry(&self) -> (&'static str, Vec<Employee>, i64) {
        let mut redis = self.redis.clone();
        on_harness(async move {
            let cached: Option<String> = redis.get("employee_list").await.expect("Redis answers");
            let seconds: i64 = redis.ttl("employee_list").await.expect("Redis answers");
            let rows = cached
                .map(|text| serde_json::from_str(&text).expect("the cached rows"))
                .unwrap_or_default();
            ("employee_list", rows, seconds)
        })
        .await
    }
}

impl EmployeeList {
    /// Whether the list shows a row of this company, judged by the domain of the e-mail address, as the customer did.
    pub fn shows(&self, admin: &Admin) -> bool {
        self.employees.iter().any(|employee| employee.email.ends_with(admin.domain))
    }
}

impl Drop for Incident {
    fn drop(&mut self) {
        drop(self.server.stop(false));
    }
}
