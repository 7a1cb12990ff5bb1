//! What is acknowledged is there afterwards; what is damaged, foreign or too new is refused in plain words.

use crate::fixture::{Home, NOW, Schema, a_day, delivery, device, each, new_plan};
use crate::wait::eventually;
use coldmile::store::{
    Appended, Digest, SCHEMA_VERSION, Store, StoreConfig, StoreError, check_backup, restore,
};
use sqlx::Connection as _;
use std::collections::BTreeSet;
use std::fs;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::time::Instant;

async fn open(path: &Path) -> Result<Store, StoreError> {
    Store::open(StoreConfig::new(path.to_str().unwrap())).await
}

/// Prints the rate; what must hold is what makes it high, so that a busy machine does not fail it. On one thread: all
/// writers have queued their command before the store's writer runs.
#[tokio::test]
async fn two_hundred_writers_share_commits() {
    each(async |store| {
        let day = a_day(&store).await;
        let (writers, each) = (200_u64, 10_u64);
        let (before, started) = (store.commits(), Instant::now());
        let mut tasks = tokio::task::JoinSet::new();
        for writer in 1..=writers {
            let store = store.clone();
            tasks.spawn(async move {
                let mut waits = Vec::new();
                for seq in 1..=each {
                    let asked = Instant::now();
                    let actor = device(&format!("D{writer}"));
                    let answer = store.append(day, actor, vec![delivery(writer, seq)], NOW).await.unwrap();
                    assert!(matches!(answer[..], [Appended::Accepted { .. }]));
                    waits.push(asked.elapsed());
                }
                waits
            });
        }
        let mut waits: Vec<_> = tasks.join_all().await.into_iter().flatten().collect();
        waits.sort();
        let rate = (writers * each) as f64 / started.elapsed().as_secs_f64();
        let shared = writers * each / (store.commits() - before);
        println!(
            "{rate:.0} durable events a second from {writers} writers, {shared} a commit; p50 {:?}, p99 {:?}",
            waits[waits.len() / 2],
            waits[waits.len() * 99 / 100]
        );
        assert!(shared >= 20, "{shared} commands a commit");
        let numbers: BTreeSet<_> =
            store.events_after(0, usize::MAX >> 1).await.unwrap().iter().map(|it| it.number).collect();
        assert_eq!(numbers, (1..=writers * each).collect());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_there_after_closing_and_opening() {
    let home = Home::new();
    let store = home.open().await;
    let day = a_day(&store).await;
    store.append(day, device("D1"), vec![delivery(1, 1)], NOW).await.unwrap();
    let plan = store.add_plan(new_plan(day, "first"), NOW).await.unwrap();
    store.claim_request("s", "left behind", Digest::of("x"), NOW).await.unwrap();
    store.close().await;
    assert_eq!(store.add_plan(new_plan(day, "late"), NOW).await, Err(StoreError::Closed));
    let store = home.open().await;
    assert_eq!(store.events_after(0, 10).await.unwrap().len(), 1);
    assert_eq!(store.plans(day).await.unwrap(), [plan]);
    // The request belonged to a process that is gone.
    let again = store.claim_request("s", "left behind", Digest::of("x"), NOW).await.unwrap();
    assert_eq!(again, coldmile::store::IdempotencyClaim::Acquired);
}

/// On one thread: all commands are sent before the store's writer takes the first.
#[tokio::test]
async fn a_full_queue_is_an_error_that_passes() {
    let home = Home::new();
    let config = StoreConfig { queue: 4, ..StoreConfig::new(home.file().to_str().unwrap()) };
    let store = Store::open(config).await.unwrap();
    let day = a_day(&store).await;
    let mut tasks = tokio::task::JoinSet::new();
    for writer in 1..=400 {
        let store = store.clone();
        tasks.spawn(async move { store.append(day, device("D1"), vec![delivery(writer, 1)], NOW).await });
    }
    let answers = tasks.join_all().await;
    let refused: Vec<_> = answers.iter().filter_map(|answer| answer.as_ref().err()).collect();
    assert!(!refused.is_empty());
    assert!(refused.iter().all(|error| error.code() == "store/overloaded" && error.is_passing()));
    let kept = store.events_after(0, 1000).await.unwrap().len();
    assert_eq!(kept, answers.len() - refused.len(), "what was refused is not kept, what was not is");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_process_cannot_write_the_same_store() {
    let home = Home::new();
    let store = home.open().await;
    assert_eq!(open(&home.file()).await.err().unwrap().code(), "store/in-use");
    store.close().await;
    open(&home.file()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_schema_is_refused_in_plain_words() {
    let home = Home::new();
    home.open().await.close().await;
    let url = format!("sqlite:{}", home.file().display());
    let mut link = sqlx::SqliteConnection::connect(&url).await.unwrap();
    let sql = "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
               values (9999, 'from the future', true, x'00', 0)";
    sqlx::query(sql).execute(&mut link).await.unwrap();
    link.close().await.unwrap();
    let error = open(&home.file()).await.err().unwrap();
    assert_eq!(error.code(), "store/newer-schema");
    assert!(error.to_string().ends_with(&format!(
        "the store has schema version 9999; this program knows versions up to {SCHEMA_VERSION}"
    )));
    assert_eq!(check_backup(&home.file()).await.err().unwrap().code(), "store/newer-schema");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_database_is_left_alone() {
    let home = Home::new();
    let url = format!("sqlite:{}?mode=rwc", home.file().display());
    let mut link = sqlx::SqliteConnection::connect(&url).await.unwrap();
    sqlx::query("create table recipes (id integer)").execute(&mut link).await.unwrap();
    link.close().await.unwrap();
    assert_eq!(open(&home.file()).await.err().unwrap().code(), "store/not-a-store");
    assert_eq!(check_backup(&home.file()).await.err().unwrap().code(), "store/not-a-store");
    assert_eq!(open(Path::new("mysql://host/db")).await.err().unwrap().code(), "store/bad-url");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_file_is_refused_and_not_touched() {
    let home = Home::new();
    let store = home.open().await;
    let day = a_day(&store).await;
    for seq in 0..20 {
        let batch = (0..20).map(|step| delivery(1, seq * 20 + step)).collect();
        store.append(day, device("D1"), batch, NOW).await.unwrap();
    }
    store.close().await;
    let whole = fs::read(home.file()).unwrap();
    let damage: [(&str, Vec<u8>); 3] = [
        ("overwritten head", [&[0x5a; 200][..], &whole[200..]].concat()),
        ("cut in the middle", whole[..whole.len() / 2].to_vec()),
        ("not a database", b"order_id,lat,lon\n".repeat(400)),
    ];
    for (what, bytes) in damage {
        fs::write(home.file(), &bytes).unwrap();
        let error = open(&home.file()).await.err().unwrap();
        assert_eq!(error.code(), "store/damaged", "{what}: {error}");
        assert!(error.to_string().contains("day.db"), "{error}");
        assert_eq!(fs::read(home.file()).unwrap(), bytes, "{what}: the file is evidence");
        assert_eq!(check_backup(&home.file()).await.err().unwrap().code(), "store/damaged", "{what}");
    }
    // A page of zeros in the middle of a table.
    fs::write(home.file(), &whole).unwrap();
    let mut file = fs::OpenOptions::new().write(true).open(home.file()).unwrap();
    file.seek(SeekFrom::Start(whole.len() as u64 / 4096 / 2 * 4096)).unwrap();
    file.write_all(&[0; 4096]).unwrap();
    assert_eq!(open(&home.file()).await.err().unwrap().code(), "store/damaged");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_made_while_writing_holds_every_acknowledgement_before_it() {
    let home = Home::new();
    let store = home.open().await;
    let day = a_day(&store).await;
    let writing = {
        let store = store.clone();
        tokio::spawn(async move {
            for seq in 1..=400 {
                store.append(day, device("D1"), vec![delivery(1, seq)], NOW).await.unwrap();
            }
        })
    };
    for round in 0..3 {
        let acknowledged = store.last_event_number().await.unwrap();
        let copy = home.folder.path().join(format!("copy{round}.db"));
        let report = store.backup(&copy).await.unwrap();
        assert!(report.events >= acknowledged && report.days == 1, "{report:?}");
        assert_eq!(store.backup(&copy).await.err().unwrap().code(), "store/file", "never over another");
        let back = home.folder.path().join(format!("back{round}.db"));
        assert_eq!(restore(&copy, &back).await.unwrap(), report);
        assert_eq!(restore(&copy, &back).await.err().unwrap().code(), "store/file");
        let restored = open(&back).await.unwrap();
        assert_eq!(restored.last_event_number().await.unwrap(), report.events);
        assert_eq!(restored.integrity().await.unwrap(), Vec::<String>::new());
        restored.close().await;
    }
    writing.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_connection_is_replaced_and_a_second_server_is_kept_out() {
    let Some(schema) = Schema::create().await else { return };
    let store = Store::open(StoreConfig::new(schema.url())).await.unwrap();
    let day = a_day(&store).await;
    assert_eq!(Store::open(StoreConfig::new(schema.url())).await.err().unwrap().code(), "store/in-use");
    let mut admin = schema.connect().await;
    let sql = "select pg_terminate_backend(pid) from pg_locks
               where locktype = 'advisory' and objid::bigint = hashtext($1)::bigint & 4294967295";
    let ended = sqlx::query(sql).bind(&schema.name).execute(&mut admin).await.unwrap().rows_affected();
    assert_eq!(ended, 1, "the writer holds one lock");
    eventually("the end of the writer's connection", async || {
        let left = sqlx::query(sql).bind(&schema.name).execute(&mut admin).await.unwrap().rows_affected();
        (left == 0).then_some(())
    })
    .await;
    store.append(day, device("D1"), vec![delivery(1, 1)], NOW).await.unwrap();
    assert_eq!(store.last_event_number().await.unwrap(), 1);
    store.close().await;
    admin.close().await.unwrap();
    schema.remove().await;
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn no_other_user_of_the_machine_can_read_the_store() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = Home::new();
    let store = home.open().await;
    a_day(&store).await;
    for ending in ["", "-wal", "-shm"] {
        let path = format!("{}{ending}", home.file().display());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o077, 0, "{path}");
    }
}
