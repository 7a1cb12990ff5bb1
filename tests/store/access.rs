//! Codes let one device in, tokens can be shut out, pickup codes are unique where they are used.

use crate::fixture::{NOW, a_day, each};
use coldmile::plan::Role;
use coldmile::store::{Digest, Enrolment, Grant, NewDevice, PickupCode, StoreError};
use coldmile::units::Seconds;

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

#[tokio::test(flavor = "multi_thread")]
async fn a_pickup_code_stays_with_its_order_and_is_unique_at_its_centre() {
    each(async |store| {
        let day = a_day(&store).await;
        let code = |order: &str, centre: &str, code: &str| PickupCode {
            order: order.into(),
            centre: centre.into(),
            code: code.into(),
        };
        let both = vec![code("O1", "C1", "4711"), code("O2", "C2", "4711")];
        store.put_pickup_codes(day, both).await.unwrap();
        let taken = store.put_pickup_codes(day, vec![code("O4", "C1", "1"), code("O3", "C1", "4711")]).await;
        assert_eq!(taken, Err(StoreError::Taken { what: "pickup code" }));
        assert_eq!(store.pickup_code(day, &"O4".into()).await.unwrap(), None, "all or none");
        // A new plan sends O1 to another centre: the code that the family knows goes with it.
        store.put_pickup_codes(day, vec![code("O1", "C9", "9999")]).await.unwrap();
        assert_eq!(store.pickup_order(day, &"C9".into(), "4711").await.unwrap(), Some("O1".into()));
        assert_eq!(store.pickup_order(day, &"C1".into(), "4711").await.unwrap(), None);
        assert_eq!(store.pickup_codes(day, &"C2".into()).await.unwrap(), [code("O2", "C2", "4711")]);
    })
    .await;
}
