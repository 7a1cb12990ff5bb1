//! Events are kept once, in a numbered row without gaps, whatever the phones do.

use crate::fixture::{NOW, a_day, delivery, device, each};
use coldmile::plan::{EventKind, FailureReason, StoredEvent};
use coldmile::store::{Appended, News, StoreError};
use coldmile::units::Seconds;

#[tokio::test(flavor = "multi_thread")]
async fn the_same_batch_twice_is_kept_once_and_numbers_have_no_gaps() {
    each(async |store| {
        let day = a_day(&store).await;
        let mut heard = store.subscribe();
        let batch = vec![delivery(1, 1), delivery(1, 2)];
        let first = store.append(day, device("D1"), batch.clone(), NOW).await.unwrap();
        assert_eq!(first, [Appended::Accepted { number: 1 }, Appended::Accepted { number: 2 }]);
        let longer = [batch.clone(), vec![delivery(1, 3)]].concat();
        let again = store.append(day, device("D1"), longer, NOW + Seconds(60)).await.unwrap();
        assert_eq!(
            again,
            [
                Appended::Duplicate { number: 1 },
                Appended::Duplicate { number: 2 },
                Appended::Accepted { number: 3 }
            ]
        );
        let kept = store.events_after(0, 100).await.unwrap();
        assert_eq!(kept.iter().map(|it| it.number).collect::<Vec<_>>(), [1, 2, 3]);
        let expected =
            StoredEvent { number: 1, event: batch[0].clone(), received_at: NOW, actor: device("D1") };
        assert_eq!(kept[0], expected);
        assert_eq!(store.events_after(1, 1).await.unwrap(), kept[1..2]);
        assert_eq!(store.day_events_after(day, 2, 10).await.unwrap(), kept[2..]);
        assert_eq!(store.order_events(day, &"O2".into()).await.unwrap(), kept[1..2]);
        assert_eq!(store.last_event_number().await.unwrap(), 3);
        for event in kept {
            assert_eq!(*heard.recv().await.unwrap(), News::Event { day, event });
        }
        assert!(heard.try_recv().is_err(), "a duplicate is no news");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_belongs_to_one_act_of_one_device() {
    each(async |store| {
        let day = a_day(&store).await;
        store.append(day, device("D1"), vec![delivery(1, 1)], NOW).await.unwrap();
        let mut other = delivery(1, 1);
        other.kind = EventKind::Failed { reason: FailureReason::Refused };
        let mut later = delivery(1, 1);
        later.device_offset_ms = 900;
        for (actor, event, answer) in [
            ("D2", delivery(1, 1), Appended::Reused { number: 1 }),
            ("D1", other, Appended::Reused { number: 1 }),
            ("D1", later, Appended::Duplicate { number: 1 }),
        ] {
            assert_eq!(store.append(day, device(actor), vec![event], NOW).await.unwrap(), [answer]);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_fails_does_not_sink_those_that_share_its_commit() {
    each(async |store| {
        let day = a_day(&store).await;
        let mut heard = store.subscribe();
        let mut tasks = tokio::task::JoinSet::new();
        for device_number in 0..40_u64 {
            let store = store.clone();
            tasks.spawn(async move {
                let bad = device_number % 4 == 0;
                let day = if bad { coldmile::store::DayId(99) } else { day };
                let actor = device(&format!("D{device_number}"));
                (bad, store.append(day, actor, vec![delivery(device_number + 1, 1)], NOW).await)
            });
        }
        while let Some(done) = tasks.join_next().await {
            let (bad, answer) = done.unwrap();
            assert_eq!(answer.is_err(), bad, "{answer:?}");
        }
        let kept = store.events_after(0, 100).await.unwrap();
        assert_eq!(kept.iter().map(|it| it.number).collect::<Vec<_>>(), (1..=30).collect::<Vec<_>>());
        for number in 1..=30 {
            let news = heard.recv().await.unwrap();
            assert!(matches!(&*news, News::Event { event, .. } if event.number == number), "{news:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_day_is_refused_and_the_store_goes_on() {
    each(async |store| {
        let lost = store.append(coldmile::store::DayId(5), device("D1"), vec![delivery(1, 1)], NOW).await;
        assert_eq!(lost, Err(StoreError::NotFound { what: "day", id: "5".into() }));
        let day = a_day(&store).await;
        store.append(day, device("D1"), vec![delivery(1, 1)], NOW).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_one_database_cannot_keep_harms_only_its_own_command() {
    each(async |store| {
        let day = a_day(&store).await;
        let mut odd = delivery(1, 1);
        odd.order = Some("O\0".into());
        let (bad, good) = tokio::join!(
            store.append(day, device("D1"), vec![odd], NOW),
            store.append(day, device("D2"), vec![delivery(2, 1)], NOW)
        );
        good.unwrap();
        assert!(bad.is_ok_and(|it| it.len() == 1) || store.last_event_number().await.unwrap() == 1);
    })
    .await;
}
