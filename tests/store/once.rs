//! Requests with a key, and values that are made once.

use crate::fixture::{NOW, each};
use coldmile::store::{Digest, IdempotencyClaim, StoredResponse};
use coldmile::units::Seconds;

#[tokio::test(flavor = "multi_thread")]
async fn a_request_sent_again_gets_the_first_answer_for_three_days() {
    each(async |store| {
        let body = Digest::of("{}");
        let begin = async |body, later| {
            store.claim_request("D1 /jobs", "k", body, NOW + Seconds(later)).await.unwrap()
        };
        assert_eq!(begin(body, 0).await, IdempotencyClaim::Acquired);
        assert_eq!(begin(body, 1).await, IdempotencyClaim::InProgress);
        assert_eq!(begin(Digest::of("[]"), 1).await, IdempotencyClaim::KeyReused);
        let other_scope = store.claim_request("D2 /jobs", "k", body, NOW).await.unwrap();
        assert_eq!(other_scope, IdempotencyClaim::Acquired);
        let answer = StoredResponse {
            status: 202,
            content_type: Some("application/json".into()),
            location: None,
            body: b"{\"id\":1}".to_vec(),
        };
        store.complete_request("D1 /jobs", "k", answer.clone(), NOW).await.unwrap();
        let days = |days: i64| days * 24 * 3600;
        assert_eq!(begin(body, days(3) - 1).await, IdempotencyClaim::Completed(answer));
        assert_eq!(store.forget_requests(NOW + Seconds(days(3) - 1)).await.unwrap(), 0);
        assert_eq!(begin(body, days(3)).await, IdempotencyClaim::Acquired);
        store.release_request("D1 /jobs", "k").await.unwrap();
        assert_eq!(begin(Digest::of("[]"), days(3)).await, IdempotencyClaim::Acquired);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_hundred_copies_of_a_request_one_is_worked_on() {
    each(async |store| {
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..100 {
            let store = store.clone();
            tasks.spawn(async move { store.claim_request("s", "k", Digest::of("x"), NOW).await.unwrap() });
        }
        let answers = tasks.join_all().await;
        assert_eq!(answers.iter().filter(|answer| **answer == IdempotencyClaim::Acquired).count(), 1);
        assert_eq!(answers.iter().filter(|answer| **answer == IdempotencyClaim::InProgress).count(), 99);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_caller_makes_the_secret() {
    each(async |store| {
        assert_eq!(store.value("secret").await.unwrap(), None);
        assert_eq!(store.value_or_insert("secret", vec![1]).await.unwrap(), [1]);
        assert_eq!(store.value_or_insert("secret", vec![2]).await.unwrap(), [1]);
        store.put_value("secret", vec![3]).await.unwrap();
        assert_eq!(store.value("secret").await.unwrap(), Some(vec![3]));
    })
    .await;
}
