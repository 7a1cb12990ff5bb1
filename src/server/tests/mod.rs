//! The whole interface through `app(state).oneshot(request)`, on a town of two centres:
//!
//! ```text
//! hub H ──truck T1──► centre C1: O1 to the door by K1, O2 and O5 for pickup
//!                └──► centre C2: O3 to the door by K2
//! O4 is not planned.
//! ```

mod access;
mod day_town;
mod days;
mod editing;
mod live;
mod openapi;
mod pages;
mod telling;
mod viewing;
#[path = "../../../tests/support/wait.rs"]
mod wait;

use super::access::random_token;
use super::{AppState, MapSource, ServerConfig, ServerParts, add_plan, app, draft_saver, publish_draft};
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use coldmile_jobs::{Jobs, JobsConfig, PlannedDay, Planner};
use coldmile_model::{Day, write_network, write_orders};
use coldmile_plan::{DayPlan, PlanReport, Role};
use coldmile_store::{
    CODE_KEY_FILE, Digest, Enrolment, Grant, NewDay, NewDevice, PlanId, Store, StoreConfig,
};
use coldmile_units::{Id, Timestamp};
use http_body_util::BodyExt;
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tempfile::TempDir;
use tower::ServiceExt;

/// 17 March 2026, 08:00 UTC.
pub(super) const MORNING: i64 = 1_773_734_400;

/// A server with a published plan (number 1) and one device of each role.
pub(super) struct Town {
    pub state: AppState,
    pub router: Router,
    pub clock: Arc<AtomicI64>,
    pub dispatcher: String,
    /// Of K1.
    pub courier: String,
    /// Of C1.
    pub centre: String,
    pub plan: PlanId,
    folder: TempDir,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(super) struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub fn header(&self, name: impl header::AsHeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The stable code of a problem; checks that it is one.
    pub fn code(&self) -> String {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text());
        let problem = self.json();
        assert_eq!(problem["status"], self.status.as_u16());
        for field in ["type", "title", "detail"] {
            assert!(problem[field].is_string(), "{problem}");
        }
        problem["code"].as_str().unwrap().to_owned()
    }
}

/// A request in the making.
pub(super) struct Ask(Request<Body>);

impl Ask {
    pub fn new(method: Method, path: &str) -> Self {
        let request = Request::builder().method(method).uri(path).header("host", "town.test");
        Self(request.body(Body::empty()).unwrap())
    }

    pub fn get(path: &str) -> Self {
        Self::new(Method::GET, path)
    }

    pub fn post(path: &str, body: &Value) -> Self {
        let mut ask = Self::new(Method::POST, path).with("content-type", "application/json");
        *ask.0.body_mut() = Body::from(body.to_string());
        ask
    }

    pub fn method(mut self, method: Method) -> Self {
        *self.0.method_mut() = method;
        self
    }

    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.0.headers_mut().insert(name, value.parse().unwrap());
        self
    }

    pub fn body(mut self, body: impl Into<Body>) -> Self {
        *self.0.body_mut() = body.into();
        self
    }

    /// As the page of this server would send it, by the holder of this token.
    pub fn by(self, token: &str) -> Self {
        self.with("cookie", &format!("other=1; coldmile={token}")).with("origin", "http://town.test")
    }
}

pub(super) struct NoMap;

impl MapSource for NoMap {
    fn style(&self, lang: &str, theme: &str) -> Value {
        serde_json::json!({ "version": 8, "name": format!("{lang} {theme}") })
    }
    fn tile(&self, z: u8, _: u32, _: u32) -> Option<Vec<u8>> {
        (z > 5).then(|| vec![26, 0])
    }
    fn version(&self) -> String {
        "1".to_owned()
    }
}

impl Town {
    pub async fn new() -> Self {
        Self::with(ServerConfig::default(), day_town::replanned()).await
    }

    pub async fn with(config: ServerConfig, planner: Planner) -> Self {
        let town = Self::unpublished(config, planner).await;
        publish_draft(&town.state, town.plan).await.unwrap();
        town
    }

    pub async fn unpublished(config: ServerConfig, planner: Planner) -> Self {
        Self::of(day_town::day(), day_town::plan(), config, planner).await
    }

    async fn of(day: Day, plan: DayPlan, config: ServerConfig, planner: Planner) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("town.sqlite").display().to_string();
        // A fixed key: the same codes in every run.
        std::fs::write(folder.path().join(CODE_KEY_FILE), "5a".repeat(32)).unwrap();
        let store = Store::open(StoreConfig::new(file)).await.unwrap();
        let day = Arc::new(day);
        let record = NewDay {
            name: day.name.clone(),
            date: day.date.to_string(),
            network: write_network(&day).into_bytes(),
            orders: write_orders(&day).into_bytes(),
        };
        let morning = Timestamp::from_unix(MORNING);
        let day_id = store.put_day(record, morning).await.unwrap();
        let clock = Arc::new(AtomicI64::new(MORNING * 1000));
        let seconds = {
            let clock = clock.clone();
            Arc::new(move || Timestamp::from_unix(clock.load(Ordering::Relaxed) / 1000))
        };
        let jobs = Jobs::open(JobsConfig {
            file: folder.path().join("jobs.sqlite"),
            planner,
            save_draft: draft_saver(store.clone(), day_id, seconds.clone()),
            clock: seconds,
        })
        .await
        .unwrap();
        let planned = PlannedDay { plan, report: day_town::report() };
        let plan = add_plan(&store, day_id, planned, "solver".to_owned(), None, morning).await.unwrap();
        let milliseconds = clock.clone();
        let files = store.day(day_id).await.unwrap().digest;
        let state = AppState::new(ServerParts {
            store,
            day,
            day_id,
            files,
            source: Arc::new(day_town::Files),
            jobs,
            map: Some(Arc::new(NoMap)),
            pricer: Some(day_town::pricer()),
            config,
            clock: Arc::new(move || milliseconds.load(Ordering::Relaxed)),
        });
        let router = app(state.clone());
        let mut town = Self {
            router,
            clock,
            plan,
            dispatcher: String::new(),
            courier: String::new(),
            centre: String::new(),
            state,
            folder,
        };
        town.dispatcher = town.enrol(Role::Dispatcher, None).await;
        town.courier = town.enrol(Role::Courier, Some("K1")).await;
        town.centre = town.enrol(Role::Centre, Some("C1")).await;
        town
    }

    /// A new device's token.
    pub async fn enrol(&self, role: Role, of: Option<&str>) -> String {
        let (code, token) = (random_token(), random_token());
        let grant = Grant {
            role,
            courier: of.filter(|_| role == Role::Courier).map(Id::from),
            centre: of.filter(|_| role == Role::Centre).map(Id::from),
            name: of.unwrap_or("Dispatcher").to_owned(),
        };
        let now = self.state.now();
        let expires_at = Timestamp::from_unix(now.unix() + 60);
        let enrolment = Enrolment { code: Digest::of(&code), grant, expires_at };
        self.state.store().add_enrolment(enrolment, now).await.unwrap();
        let device = NewDevice { token: Digest::of(&token) };
        self.state.store().redeem(Digest::of(&code), device, now).await.unwrap();
        token
    }

    pub async fn ask(&self, ask: Ask) -> Answer {
        let response = self.router.clone().oneshot(ask.0).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        Answer { status: parts.status, headers: parts.headers, bytes }
    }

    /// What a dispatcher gets.
    pub async fn get(&self, path: &str) -> Answer {
        self.ask(Ask::get(path).by(&self.dispatcher)).await
    }

    pub fn wait(&self, seconds: i64) {
        self.clock.fetch_add(seconds * 1000, Ordering::Relaxed);
    }

    /// What the day's folder holds, with what has not been folded into the database yet.
    pub fn bytes_on_disk(&self) -> Vec<u8> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap();
        entries.flat_map(|entry| std::fs::read(entry.unwrap().path()).unwrap()).collect()
    }

    /// The pickup code of an order, as a dispatcher reads it.
    pub async fn pickup_code(&self, order: &str) -> String {
        let order = self.get(&format!("/api/v1/orders/{order}")).await.json();
        order["pickup_code"].as_str().unwrap().to_owned()
    }
}

/// What a planner hands over in these tests.
pub(super) fn planned(plan: DayPlan) -> PlannedDay {
    PlannedDay { plan, report: PlanReport::default() }
}
