//! Empty stores and the smallest things to put in them.

use coldmile::plan::{Actor, DayPlan, Event, EventForm, EventId, PLAN_VERSION, Role, Totals};
use coldmile::store::{DayId, NewDay, NewPlan, Store, StoreConfig};
use coldmile::units::{Seed, Timestamp};
use serde_json::json;
use sqlx::Connection as _;
use std::path::PathBuf;
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
    let Ok(url) = std::env::var("COLDMILE_TEST_POSTGRES") else {
        eprintln!("PostgreSQL skipped: COLDMILE_TEST_POSTGRES is not set");
        return;
    };
    let store = Store::open(StoreConfig::new(empty_schema(&url).await)).await.unwrap();
    test(store.clone()).await;
    assert_eq!(store.integrity().await.unwrap(), Vec::<String>::new());
    store.close().await;
}

/// The URL of a schema of the caller's own.
pub async fn empty_schema(url: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("t{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let mut link = sqlx::PgConnection::connect(url).await.unwrap();
    let sql = format!("drop schema if exists {name} cascade; create schema {name}");
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut link).await.unwrap();
    let joint = if url.contains('?') { '&' } else { '?' };
    format!("{url}{joint}options[search_path]={name}")
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
