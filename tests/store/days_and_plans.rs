//! A day is its date, whatever is corrected in its files; of a day's plans at most one is published.

use crate::fixture::{NOW, a_day, each, new_day, new_plan};
use coldmile::store::{
    Author, Change, EditedDay, NewDay, News, PlanId, PlanStatus, Publication, Replaces, StoreError,
};
use coldmile::units::Seconds;
use serde_json::{Value, json};

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

#[tokio::test(flavor = "multi_thread")]
async fn a_day_is_edited_by_those_who_have_seen_its_files_and_the_record_only_grows() {
    each(async |store| {
        let day = store.put_day(new_day("town"), NOW).await.unwrap();
        let seen = store.day(day).await.unwrap().digest;
        let change = |field: &str, before: Value, after: Value| Change {
            what: "order".to_owned(),
            item: "O1".to_owned(),
            field: Some(field.to_owned()),
            before,
            after,
        };
        let edited = |orders: &str, changes: Vec<Change>, is_kept_before| EditedDay {
            day: NewDay { orders: orders.into(), ..new_day("town") },
            by: Author { actor: "D1".into(), name: "Anna".to_owned() },
            changes,
            is_kept_before,
        };
        let mut heard = store.subscribe();
        let first = edited("first", vec![change("kg", json!("2"), json!("3"))], false);
        let now = store.edit_day(day, seen, first.clone(), NOW).await.unwrap();
        assert_eq!(*heard.recv().await.unwrap(), News::Day { day });
        let record = store.day(day).await.unwrap();
        assert_eq!((record.digest, &record.day), (now, &first.day));
        assert_eq!(store.day_versions(day).await.unwrap(), 0);
        // Another who has not seen it changes nothing, and leaves no record.
        let late = edited("late", vec![change("kg", json!("2"), json!("9"))], true);
        let stale = StoreError::StaleFiles { date: new_day("town").date };
        assert_eq!(store.edit_day(day, seen, late, NOW).await, Err(stale));
        let changes = vec![change("name", Value::Null, json!("Rita")), change("kg", json!("3"), Value::Null)];
        let second = edited("second", changes.clone(), true);
        store.edit_day(day, now, second, NOW + Seconds(9)).await.unwrap();
        assert_eq!(store.day_versions(day).await.unwrap(), 1);

        let all = store.changes(day, None, u64::MAX, 10).await.unwrap();
        assert_eq!(all.iter().map(|kept| kept.number).collect::<Vec<_>>(), [3, 2, 1]);
        assert_eq!((all[1].change.clone(), all[1].at), (changes[0].clone(), NOW + Seconds(9)));
        assert_eq!(store.changes(day, Some(("order", "O1")), 3, 1).await.unwrap(), [all[1].clone()]);
        assert_eq!(store.changes(day, Some(("order", "O2")), u64::MAX, 10).await.unwrap(), []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn days_are_listed_by_date_and_a_date_is_taken_once() {
    each(async |store| {
        let first = store.put_day(new_day("town"), NOW).await.unwrap();
        let author = Author { actor: "D1".into(), name: "Anna".to_owned() };
        let next = NewDay { date: "2026-03-18".into(), ..new_day("town") };
        let second = store.add_day(next.clone(), author.clone(), Vec::new(), NOW).await.unwrap();
        let taken = store.add_day(next.clone(), author, Vec::new(), NOW).await;
        assert_eq!(taken, Err(StoreError::Taken { what: "date" }));
        let plan = store.add_plan(new_plan(first, "first"), NOW).await.unwrap();
        assert_eq!(plan.day, first);
        let heads = store.days().await.unwrap();
        let shown: Vec<_> = heads.iter().map(|day| (day.id, day.plan_count, day.is_published)).collect();
        assert_eq!(shown, [(second, 0, false), (first, 1, false)]);
        assert_eq!(store.day_of_date("2026-03-18").await.unwrap().unwrap().day, next);
        assert_eq!(store.day_of_date("2026-03-19").await.unwrap(), None);
    })
    .await;
}
