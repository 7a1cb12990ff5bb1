//! A day is its date, whatever is corrected in its files; of a day's plans at most one is published.

use crate::fixture::{NOW, a_day, each, new_day, new_plan};
use coldmile::store::{NewDay, News, PlanId, PlanStatus, Publication, Replaces, StoreError};
use coldmile::units::Seconds;

fn publication(plan: PlanId, version: u64, replaces: Replaces) -> Publication {
    Publication { plan, version, replaces, by: "D1".into(), reasons: vec!["2 late, agreed".into()] }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_day_again_is_the_same_day() {
    each(async |store| {
        assert_eq!(store.latest_day().await.unwrap(), None);
        let day = store.put_day(new_day("town"), NOW).await.unwrap();
        assert_eq!(store.put_day(new_day("town"), NOW + Seconds(9)).await.unwrap(), day);
        let other = NewDay { orders: "order_id,lat,lon\n1,2,3\n".into(), ..new_day("town") };
        assert_eq!(store.put_day(other.clone(), NOW + Seconds(9)).await.unwrap(), day, "a corrected cell");
        assert_eq!(store.day(day).await.unwrap().day, other);
        assert_eq!(store.day(day).await.unwrap().created_at, NOW);
        assert_eq!(store.day_versions(day).await.unwrap(), 1);
        assert_eq!(store.put_day(new_day("town"), NOW).await.unwrap(), day, "and back");
        assert_eq!(store.day_versions(day).await.unwrap(), 2);
        // An export in another encoding is kept as it is.
        let western = NewDay { orders: b"order_id,lat,lon,name\n1,2,3,Ren\xe9\n".into(), ..new_day("town") };
        assert_eq!(store.put_day(western.clone(), NOW).await.unwrap(), day);
        assert_eq!(store.day(day).await.unwrap().day, western);
        let renamed = NewDay { name: "Town".into(), ..new_day("town") };
        assert_eq!(store.put_day(renamed, NOW).await.unwrap(), day, "the network's name is text");
        let tomorrow = NewDay { date: "2026-03-18".into(), ..new_day("town") };
        let second = store.put_day(tomorrow.clone(), NOW).await.unwrap();
        assert_ne!(second, day);
        assert_eq!(store.latest_day().await.unwrap().unwrap().day, tomorrow);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn storing_and_loading_a_plan_is_identity() {
    each(async |store| {
        let day = a_day(&store).await;
        let mut heard = store.subscribe();
        let new = new_plan(day, "first");
        let head = store.add_plan(new.clone(), NOW).await.unwrap();
        assert_eq!((head.id, head.status, head.version), (PlanId(1), PlanStatus::Draft, 1));
        assert_eq!((head.seed, head.created_at, &head.figures), (new.seed, NOW, &new.figures));
        assert_eq!(*heard.recv().await.unwrap(), News::Plan(head.clone()));
        let record = store.plan(head.id).await.unwrap();
        assert_eq!((record.head, record.plan, record.report), (head.clone(), new.plan, new.report));
        assert_eq!(store.plan_head(head.id).await.unwrap(), head);
        assert_eq!(store.published(day).await.unwrap(), None);
        let missing = StoreError::NotFound { what: "plan", id: "9".into() };
        assert_eq!(store.plan(PlanId(9)).await, Err(missing));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn publishing_supersedes_and_refuses_what_is_stale() {
    each(async |store| {
        let day = a_day(&store).await;
        let first = store.add_plan(new_plan(day, "first"), NOW).await.unwrap().id;
        let mut next = new_plan(day, "second");
        next.base = Some(first);
        let second = store.add_plan(next, NOW).await.unwrap();
        assert_eq!(second.base, Some(first));
        let stale = store.publish(publication(first, 2, Replaces::Whichever), NOW).await;
        assert_eq!(stale, Err(StoreError::StalePlan { plan: first, expected: 2, found: 1 }));
        let head = store.publish(publication(first, 1, Replaces::Only(None)), NOW).await.unwrap();
        assert_eq!((head.status, head.version, head.published_at), (PlanStatus::Published, 2, Some(NOW)));
        assert_eq!((head.published_by, head.reasons), (Some("D1".into()), vec!["2 late, agreed".into()]));
        let twice = store.publish(publication(first, 2, Replaces::Whichever), NOW).await;
        assert_eq!(twice, Err(StoreError::NotADraft { plan: first, status: "published" }));
        let blind = store.publish(publication(second.id, 1, Replaces::Only(None)), NOW).await;
        assert_eq!(blind, Err(StoreError::StaleDay { expected: None, found: Some(first) }));
        let mut heard = store.subscribe();
        store.publish(publication(second.id, 1, Replaces::Only(Some(first))), NOW).await.unwrap();
        let states: Vec<_> =
            store.plans(day).await.unwrap().into_iter().map(|it| (it.id, it.status)).collect();
        assert_eq!(states, [(second.id, PlanStatus::Published), (first, PlanStatus::Superseded)]);
        assert_eq!(store.published(day).await.unwrap().unwrap().id, second.id);
        let News::Plan(before) = (*heard.recv().await.unwrap()).clone() else { panic!("a plan is news") };
        assert_eq!((before.id, before.status), (first, PlanStatus::Superseded));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_hundred_dispatchers_who_publish_at_once_one_succeeds() {
    each(async |store| {
        let day = a_day(&store).await;
        let mut drafts = Vec::new();
        for number in 0..100 {
            drafts.push(store.add_plan(new_plan(day, &format!("{number}")), NOW).await.unwrap().id);
        }
        // Half of them race for the same draft, half for one of their own.
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..100 {
            let (store, plan) = (store.clone(), drafts[if number < 50 { 0 } else { number }]);
            tasks.spawn(async move { store.publish(publication(plan, 1, Replaces::Only(None)), NOW).await });
        }
        let answers = tasks.join_all().await;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
        for error in answers.into_iter().filter_map(Result::err) {
            assert!(["plan/stale", "plan/other-published"].contains(&error.code()), "{error}");
        }
        let published = |status| status == PlanStatus::Published;
        let plans = store.plans(day).await.unwrap();
        assert_eq!(plans.iter().filter(|plan| published(plan.status)).count(), 1);
    })
    .await;
}
