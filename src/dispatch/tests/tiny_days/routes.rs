//! All orders in which a vehicle can visit some stops, in up to so many trips.

/// The stops of each trip, in order.
pub type Trips = Vec<Vec<usize>>;

/// Every sequence of `stops`, each divided into at most `max_trips` trips in every manner. Without stops there is none.
pub fn all_trips(stops: &[usize], max_trips: usize) -> Vec<Trips> {
    let mut found = Vec::new();
    if !stops.is_empty() && max_trips > 0 {
        extend(&mut stops.to_vec(), &mut vec![Vec::new()], max_trips, &mut found);
    }
    found
}

/// Puts each of `left` behind the last stop, in the same trip or, if there is one already, in the next.
fn extend(left: &mut Vec<usize>, trips: &mut Trips, max_trips: usize, found: &mut Vec<Trips>) {
    if left.is_empty() {
        found.push(trips.clone());
        return;
    }
    for at in 0..left.len() {
        let stop = left.remove(at);
        let last = trips.len() - 1;
        trips[last].push(stop);
        extend(left, trips, max_trips, found);
        trips[last].pop();
        if !trips[last].is_empty() && trips.len() < max_trips {
            trips.push(vec![stop]);
            extend(left, trips, max_trips, found);
            trips.pop();
        }
        left.insert(at, stop);
    }
}

/// The elements of a set of at most 16.
pub fn members(set: u16) -> impl Iterator<Item = usize> {
    (0..16).filter(move |at| set >> at & 1 == 1)
}

/// All subsets of a set.
pub fn subsets(set: u16) -> impl Iterator<Item = u16> {
    (0..=set).filter(move |subset| subset & !set == 0)
}

#[test]
fn three_stops_in_two_trips_have_eighteen_sequences() {
    // 3! sequences, each in one trip or divided at one of two places.
    assert_eq!(all_trips(&[0, 1, 2], 2).len(), 18);
    assert_eq!(all_trips(&[0, 1, 2], 1).len(), 6);
    assert_eq!(all_trips(&[4], 3), [vec![vec![4]]]);
    assert!(all_trips(&[], 3).is_empty());
    let mut unique = all_trips(&[0, 1, 2, 3], 3);
    unique.sort();
    unique.dedup();
    // 4! sequences, divided at none, one or two of three places.
    assert_eq!(unique.len(), 24 * 7);
}
