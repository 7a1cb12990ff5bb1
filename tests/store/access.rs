//! Codes let one device in, tokens can be shut out, pickup codes are unique where they are used.

use crate::fixture::{NOW, a_day, delivery, device, each};
use coldmile::plan::{EventKind, Role};
use coldmile::store::{
    DayId, Digest, Enrolment, Grant, NewDevice, PickupOrder, Store, StoreConfig, StoreError,
};
use coldmile::units::Seconds;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, Executor as _};
use std::collections::BTreeSet;

fn enrolment(code: &str) -> Enrolment {
    Enrolment {
        code: Digest::of(code),
        grant: Grant { role: Role::Courier, courier: Some("B3".into()), centre: None, name: "Ana".into() },
        expires_at: NOW + Seconds(600),
    }
}

fn token(text: &str) -> NewDevice {
    NewDevice { token: Digest::of(text) }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_joins_speaks_and_is_shut_out() {
    each(async |store| {
        store.add_enrolment(enrolment("one"), NOW).await.unwrap();
        let device = store.redeem(Digest::of("one"), token("secret"), NOW).await.unwrap();
        assert_eq!(device.grant, enrolment("one").grant);
        assert_eq!(store.device_by_token(Digest::of("secret")).await.unwrap().as_ref(), Some(&device));
        assert_eq!(store.device_by_token(Digest::of("guess")).await.unwrap(), None);
        store.see_device(&device, NOW + Seconds(30)).await.unwrap();
        assert_eq!(store.devices().await.unwrap()[0].last_seen_at, Some(NOW));
        store.see_device(&device, NOW + Seconds(90)).await.unwrap();
        assert_eq!(store.devices().await.unwrap()[0].last_seen_at, Some(NOW + Seconds(90)));
        for later in [100, 200] {
            let gone = store.revoke_device(&device.id, NOW + Seconds(later)).await.unwrap();
            assert_eq!(gone.revoked_at, Some(NOW + Seconds(100)));
        }
        assert_eq!(store.device_by_token(Digest::of("secret")).await.unwrap(), None);
        let unknown = store.revoke_device(&"D77".into(), NOW).await;
        assert_eq!(unknown, Err(StoreError::NotFound { what: "device", id: "D77".into() }));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_works_once_even_when_fifty_phones_try_at_the_same_time() {
    each(async |store| {
        store.add_enrolment(enrolment("one"), NOW).await.unwrap();
        let mut tasks = tokio::task::JoinSet::new();
        for phone in 0..50 {
            let store = store.clone();
            tasks.spawn(
                async move { store.redeem(Digest::of("one"), token(&format!("t{phone}")), NOW).await },
            );
        }
        let answers = tasks.join_all().await;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
        assert_eq!(answers.iter().filter(|answer| **answer == Err(StoreError::UsedCode)).count(), 49);
        assert_eq!(store.devices().await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn old_and_invented_codes_let_no_device_in() {
    each(async |store| {
        store.add_enrolment(enrolment("one"), NOW).await.unwrap();
        let late = store.redeem(Digest::of("one"), token("a"), NOW + Seconds(600)).await;
        assert_eq!(late, Err(StoreError::ExpiredCode));
        let invented = store.redeem(Digest::of("two"), token("a"), NOW).await;
        assert_eq!(invented, Err(StoreError::UnknownCode));
        assert_eq!(store.devices().await.unwrap(), []);
    })
    .await;
}

fn pickup(order: &str, centre: &str) -> PickupOrder {
    PickupOrder { order: order.into(), centre: centre.into() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pickup_code_stays_with_its_order_until_it_is_used_or_reissued() {
    each(async |store| {
        let day = a_day(&store).await;
        store.put_pickup_orders(day, vec![pickup("O2", "C2"), pickup("O1", "C1")]).await.unwrap();
        let code = async |order: &str| store.pickup_code(day, &order.into()).await.unwrap().unwrap().code;
        let (first, second) = (code("O1").await, code("O2").await);
        assert!(first.len() == 6 && first.bytes().all(|digit| digit.is_ascii_digit()));
        assert_eq!(store.pickup_code(day, &"O4".into()).await.unwrap(), None);
        // A new plan sends O1 to another centre: the code that the family knows goes with it.
        store.put_pickup_orders(day, vec![pickup("O1", "C9")]).await.unwrap();
        assert_eq!(store.pickup_order(day, &"C9".into(), &first).await.unwrap(), Some("O1".into()));
        assert_eq!(store.pickup_order(day, &"C1".into(), &first).await.unwrap(), None);
        let at_second = store.pickup_codes(day, &"C2".into()).await.unwrap();
        assert_eq!(at_second.iter().map(|known| &known.code).collect::<Vec<_>>(), [&second]);
        assert!(!format!("{at_second:?}").contains(&second), "codes belong into no log");
        let reissued = store.reissue_pickup_code(day, &"O1".into()).await.unwrap().code;
        assert_eq!(code("O1").await, reissued);
        assert_eq!(store.pickup_order(day, &"C9".into(), &first).await.unwrap(), None);
        assert!(store.was_pickup_code(day, &"O1".into(), &first).await.unwrap());
        assert!(!store.was_pickup_code(day, &"O1".into(), &reissued).await.unwrap(), "it is");
        assert!(!store.was_pickup_code(day, &"O2".into(), &first).await.unwrap(), "another order's");
        let unknown = store.reissue_pickup_code(day, &"O7".into()).await;
        assert_eq!(unknown, Err(StoreError::NotFound { what: "pickup code", id: "O7".into() }));
        // Collected: the code has opened its order.
        let mut event = delivery(1, 2);
        event.kind = EventKind::Collected;
        event.centre = Some("C2".into());
        let desk = device("D1");
        store.append(day, desk.clone(), vec![event.clone()], NOW).await.unwrap();
        let next = code("O2").await;
        assert_ne!(next, second);
        store.append(day, desk, vec![event], NOW).await.unwrap();
        assert_eq!(code("O2").await, next, "the same event again is no second use");
    })
    .await;
}

/// Of ten thousand orders of one centre about fifty begin with a code that another has.
#[tokio::test(flavor = "multi_thread")]
async fn codes_of_a_centre_are_distinct_and_the_same_for_any_order_of_the_rows() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("code.key"), "a7".repeat(32)).unwrap();
    let mut codes = Vec::new();
    for turn in 0..2 {
        let file = folder.path().join(format!("{turn}.db")).display().to_string();
        let store = Store::open(StoreConfig::new(file)).await.unwrap();
        let day = a_day(&store).await;
        let mut orders: Vec<_> = (0..10_000).map(|order| pickup(&format!("A{order:05}"), "C1")).collect();
        if turn == 1 {
            orders.reverse();
        }
        store.put_pickup_orders(day, orders).await.unwrap();
        codes.push(store.pickup_codes(day, &"C1".into()).await.unwrap());
        store.close().await;
    }
    let distinct: BTreeSet<_> = codes[0].iter().map(|known| &known.code).collect();
    assert_eq!(distinct.len(), 10_000);
    assert_eq!(codes[0], codes[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_of_an_older_store_are_dropped_and_its_orders_get_others() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("old.db");
    // A0269 and A0341 have the same first code on this day under this key.
    let key = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    std::fs::write(folder.path().join("code.key"), key).unwrap();
    old_store(&path, &["A0269", "A0341", "A0001"]).await;
    let store = Store::open(StoreConfig::new(path.display().to_string())).await.unwrap();
    let codes = store.pickup_codes(DayId(1), &"C1".into()).await.unwrap();
    let distinct: BTreeSet<_> = codes.iter().map(|known| &known.code).collect();
    assert_eq!((codes.len(), distinct.len()), (3, 3));
    assert_eq!(codes[1].code, "195326");
    assert_eq!(store.pickup_order(DayId(1), &"C1".into(), "471100").await.unwrap(), None);
    store.close().await;
    let bytes = std::fs::read(&path).unwrap();
    let holds = |text: &[u8]| bytes.windows(text.len()).any(|window| window == text);
    assert!(holds(b"A0341") && !holds(b"471101") && !holds(b"one-time code"));
    // Under another key the codes are distinct as well.
    std::fs::remove_file(folder.path().join("code.key")).unwrap();
    let store = Store::open(StoreConfig::new(path.display().to_string())).await.unwrap();
    assert_ne!(store.pickup_codes(DayId(1), &"C1".into()).await.unwrap(), codes);
    store.close().await;
}

/// A store as the program before derived codes wrote it, with a code for each of these orders.
async fn old_store(path: &std::path::Path, orders: &[&str]) {
    let sql = [
        include_str!("../../src/store/migrations/sqlite/1_first_tables.sql"),
        include_str!("../../src/store/migrations/sqlite/2_day_versions.sql"),
    ];
    let steps = sql.iter().enumerate().map(|(index, sql)| {
        let title = ["first tables", "day versions"][index].into();
        let sql = sqlx::SqlSafeStr::into_sql_str(*sql);
        Migration::new(index as i64 + 1, title, MigrationType::Simple, sql, false)
    });
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
    let mut connection = options.connect().await.unwrap();
    Migrator::with_migrations(steps.collect()).run_direct(None, &mut connection, false).await.unwrap();
    let day = "insert into days values (1, x'00', 'Town', '2026-03-17', x'00', x'00', 0)";
    connection.execute(day).await.unwrap();
    for (index, order) in orders.iter().enumerate() {
        let sql = format!("insert into pickup_codes values (1, '{order}', 'C1', '{}')", 471_100 + index);
        connection.execute(sqlx::AssertSqlSafe(sql)).await.unwrap();
    }
    let request = "insert into requests values ('D1 POST /api/v1/enrolments', 'k', x'00', 201, null, null,
                   cast('one-time code' as blob), 9999999999)";
    connection.execute(request).await.unwrap();
    connection.close().await.unwrap();
}
