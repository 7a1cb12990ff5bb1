//! Empty stores and the smallest things to put in them.

use coldmile::plan::{Actor, DayPlan, Event, EventForm, EventId, PLAN_VERSION, Role, Totals};
use coldmile::store::{DayId, NewDay, NewPlan, Store, StoreConfig};
use coldmile::units::{Seed, Timestamp};
use serde_json::json;
use sqlx::Connection as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering};

/// The moment at which most tests happen.
pub const NOW: Timestamp = Timestamp::from_unix(1_773_730_800);

/// A store in a file that lives as long as the test.
pub struct Home {
    pub folder: tempfile::TempDir,
}

impl Home {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub fn file(&self) -> PathBuf {
        self.folder.path().join("day.db")
    }

    pub async fn open(&self) -> Store {
        Store::open(StoreConfig::new(self.file().to_str().unwrap())).await.unwrap()
    }
}

/// Runs `test` with an empty store on every database.
pub async fn each(test: impl AsyncFn(Store)) {
    let home = Home::new();
    let store = home.open().await;
    test(store.clone()).await;
    assert_eq!(store.integrity().await.unwrap(), Vec::<String>::new());
    store.close().await;
    let Some(schema) = Schema::create().await else { return };
    let store = Store::open(StoreConfig::new(schema.url())).await.unwrap();
    test(store.clone()).await;
    assert_eq!(store.integrity().await.unwrap(), Vec::<String>::new());
    store.close().await;
    schema.remove().await;
}

/// A PostgreSQL schema of one test's own, so that tests run side by side in one database. Stays behind when the test
/// fails, to be looked at.
pub struct Schema {
    server: String,
    pub name: String,
}

impl Schema {
    /// An empty one; `None`, said once, without a server to make it on.
    pub async fn create() -> Option<Self> {
        static SKIPPED: Once = Once::new();
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let Ok(server) = std::env::var("COLDMILE_TEST_POSTGRES") else {
            SKIPPED.call_once(|| {
                // Beyond the harness, which would hide it.
                let text = "PostgreSQL is NOT tested: COLDMILE_TEST_POSTGRES is not set\n";
                std::io::stderr().write_all(text.as_bytes()).unwrap();
            });
            return None;
        };
        let name = format!("t{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let schema = Self { server, name };
        schema.execute(format!("drop schema if exists {0} cascade; create schema {0}", schema.name)).await;
        Some(schema)
    }

    /// The URL of a store in it.
    pub fn url(&self) -> String {
        let joint = if self.server.contains('?') { '&' } else { '?' };
        format!("{}{joint}options[search_path]={}", self.server, self.name)
    }

    /// A connection to the server, outside the schema.
    pub async fn connect(&self) -> sqlx::PgConnection {
        sqlx::PgConnection::connect(&self.server).await.unwrap()
    }

    pub async fn remove(self) {
        self.execute(format!("drop schema {} cascade", self.name)).await;
    }

    async fn execute(&self, sql: String) {
        let mut connection = self.connect().await;
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    }
}

pub fn new_day(name: &str) -> NewDay {
    NewDay {
        name: name.into(),
        date: "2026-03-17".into(),
        network: "[network]".into(),
        orders: "order_id,lat,lon\n".into(),
    }
}

pub async fn a_day(store: &Store) -> DayId {
    store.put_day(new_day("town"), NOW).await.unwrap()
}

pub fn new_plan(day: DayId, name: &str) -> NewPlan {
    let plan = DayPlan {
        version: PLAN_VERSION,
        name: name.into(),
        date: "2026-03-17".into(),
        timezone: "Europe/Malta".into(),
        currency: "EUR".into(),
        attribution: "© someone".into(),
        totals: Totals { orders: 7, ..Totals::default() },
        waves: vec![],
        runs: vec![],
        orders: vec![],
        unplanned: vec![],
    };
    NewPlan {
        day,
        base: None,
        source: "solver".into(),
        seed: Some(Seed(u64::MAX - 3)),
        plan,
        report: json!({"violations": []}),
        figures: json!({"orders": 7}),
    }
}

pub fn device(name: &str) -> Actor {
    Actor { id: name.into(), role: Role::Courier }
}

/// The `seq`th event of a device whose ids start with `bits`: a delivery of order O`seq`.
pub fn delivery(bits: u64, seq: u64) -> Event {
    let id = EventId::from_bits((u128::from(bits) << 64) | u128::from(seq));
    let form: EventForm = serde_json::from_value(json!({
        "id": id.to_string(), "seq": seq, "kind": "delivered", "order": format!("O{seq}"), "stop": "R-1/0/2",
        "occurred_at": NOW.unix(), "device_offset_ms": -40, "payload": {"to": "neighbour", "note": "邻居"},
    }))
    .unwrap();
    Event::try_from(form).unwrap()
}
