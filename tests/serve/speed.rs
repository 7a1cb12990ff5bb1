//! How many events a second are on disk and acknowledged.

use crate::phone::{enrol, stored, tell};
use crate::town::Town;
use std::sync::Barrier;
use std::time::{Duration, Instant};

/// One event a request, as a courier's taps come in.
///
/// `cargo test --release --test serve -- --ignored --nocapture two_hundred`
#[test]
#[ignore = "half a minute; its figure is for a release build on two idle cores"]
fn two_hundred_phones_are_answered_after_the_flush_two_thousand_times_a_second() {
    const PHONES: usize = 200;
    const FOR: Duration = Duration::from_secs(10);
    let town = Town::new();
    let server = town.serve(&[]);
    let dispatcher = server.join_dispatcher();
    let phones = enrol(&server, &dispatcher, PHONES);
    let start = Barrier::new(PHONES + 1);
    let (mut waits, took) = std::thread::scope(|scope| {
        let working: Vec<_> = phones
            .iter()
            .map(|phone| {
                let (start, address) = (&start, server.address);
                scope.spawn(move || {
                    let mut client = phone.connect(address).unwrap();
                    let mut waits = Vec::new();
                    start.wait();
                    let began = Instant::now();
                    while began.elapsed() < FOR {
                        let event = phone.event(waits.len() as u64);
                        let asked = Instant::now();
                        assert_eq!(tell(&mut client, &[event]).unwrap(), ["accepted"]);
                        waits.push(asked.elapsed());
                    }
                    waits
                })
            })
            .collect();
        start.wait();
        let began = Instant::now();
        let waits: Vec<_> = working.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
        (waits, began.elapsed())
    });
    assert_eq!(stored(&server, &dispatcher).len(), waits.len());
    waits.sort();
    let rate = waits.len() as f64 / took.as_secs_f64();
    println!(
        "{rate:.0} durable events a second from {PHONES} phones; p50 {:.1?}, p99 {:.1?}, worst {:.1?}",
        waits[waits.len() / 2],
        waits[waits.len() * 99 / 100],
        waits[waits.len() - 1]
    );
    assert!(rate >= 2_000.0, "{rate:.0} a second");
}
