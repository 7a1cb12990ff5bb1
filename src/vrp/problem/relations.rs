//! Checks how clients depend on one another: alternatives of which one is served, and goods fetched at one client for
//! another.

use super::client::{Client, Group};
use super::error::{PairError, ProblemError};
use super::limits::MAX_AMOUNT;
use coldmile_units::Table;

/// Every inconsistency of groups and pairs.
pub(super) fn check(clients: &Table<Client>, groups: &Table<Group>, errors: &mut Vec<ProblemError>) {
    let mut is_origin = vec![false; clients.len()];
    for (index, client) in clients.iter().enumerate() {
        if let Some(group) = client.group {
            if group.get() >= groups.len() {
                let (named, len) = (group.get(), groups.len());
                errors.push(ProblemError::UnknownRelation { index, what: "group", named, len });
            }
            if client.prize.is_some() {
                errors.push(ProblemError::PrizeInGroup { index });
            }
        }
        let Some(origin) = client.origin else {
            continue;
        };
        if origin.get() >= clients.len() {
            let (named, len) = (origin.get(), clients.len());
            errors.push(ProblemError::UnknownRelation { index, what: "origin", named, len });
            continue;
        }
        let first = &clients[origin];
        let has = |load: &[i64]| load.iter().any(|&amount| amount != 0);
        let cause = if origin.get() == index || first.origin.is_some() {
            PairError::Chain
        } else if is_origin[origin.get()] {
            PairError::Shared
        } else if has(&client.delivery) || has(&client.pickup) || has(&first.delivery) {
            PairError::OwnGoods
        } else if client.longest_ride.iter().flatten().next().is_some()
            || client.exposure_limit.iter().flatten().next().is_some()
            || client.fading.iter().flatten().any(|stop| stop.limit.is_some())
        {
            PairError::Limited
        } else if client.group.is_some() || first.group.is_some() {
            PairError::InGroup
        } else if client.prize.is_some() != first.prize.is_some() {
            PairError::HalfRequired
        } else {
            is_origin[origin.get()] = true;
            continue;
        };
        errors.push(ProblemError::BadPair { index, cause });
    }
    for (index, group) in groups.iter().enumerate() {
        let value = group.prize.unwrap_or(0);
        let max = MAX_AMOUNT;
        if !(0..=max).contains(&value) {
            errors.push(ProblemError::OutOfRange { what: "group", index, field: "prize", value, max });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{Rule, check as replay};
    use crate::problem::{Backhauls, Depot, Problem, ProblemBuilder, VehicleType};
    use crate::solution::{Reason, Route, Solution, Trip, Unplanned};
    use coldmile_units::{Idx, Metres, Seconds, TravelMatrix};
    use smallvec::smallvec;

    /// Two trips of one vehicle for 10; every arc is 1 m.
    fn builder(clients: &[Client]) -> ProblemBuilder {
        let mut builder = ProblemBuilder::new(1);
        let mut matrix = TravelMatrix::unreachable(1, 1);
        matrix.set(0, 0, Seconds(1), Metres(1));
        builder.profile(matrix);
        builder.depot(Depot::default());
        for client in clients {
            builder.client(client.clone());
        }
        builder.vehicle_type(VehicleType { capacity: smallvec![10], max_trips: 2, ..VehicleType::default() });
        builder
    }

    /// What the referee says of trips of one vehicle, by client.
    fn rules(problem: &Problem, trips: &[&[u32]], left: &[u32]) -> Vec<(Option<usize>, Rule)> {
        let trip =
            |clients: &&[u32]| Trip { clients: clients.iter().map(|&client| Idx::new(client)).collect() };
        let routes = vec![Route { vehicle_type: Idx::new(0), trips: trips.iter().map(trip).collect() }];
        let unplanned =
            left.iter().map(|&client| Unplanned { client: Idx::new(client), reason: Reason::NotPlaced });
        let report = replay(problem, &Solution { routes, unplanned: unplanned.collect(), cost: 0 });
        report.violations.iter().map(|row| (row.client.map(Idx::get), row.rule)).collect()
    }

    #[test]
    fn goods_of_a_pair_are_fetched_before_and_on_board_in_between() {
        let give = |amount| Client { pickup: smallvec![amount], ..Client::default() };
        let take = |origin| Client { origin: Some(Idx::new(origin)), ..Client::default() };
        let problem = builder(&[give(6), take(0), give(5), take(2)]).build().unwrap();
        assert_eq!(rules(&problem, &[&[0, 1, 2, 3]], &[]), []);
        // 6 and 5 are on board at once.
        let over = Rule::Load { dimension: 0, over_by: 1 };
        assert_eq!(rules(&problem, &[&[0, 2, 3, 1]], &[]), [(None, over)]);
        let wrong = [(Some(1), Rule::NotFetched), (Some(0), Rule::NotBrought)];
        assert_eq!(rules(&problem, &[&[1, 0, 2, 3]], &[]), wrong);
        assert_eq!(rules(&problem, &[&[2, 3, 0], &[1]], &[]), [wrong[1], wrong[0]]);
        assert_eq!(rules(&problem, &[&[0, 1, 3]], &[2]), [(Some(3), Rule::NotFetched)]);
    }

    #[test]
    fn one_of_a_group_is_served() {
        let member = |group| Client { group: Some(Idx::new(group)), ..Client::default() };
        let mut builder = builder(&[member(0), member(0), member(1), member(1)]);
        builder.group(Group { prize: None });
        builder.group(Group { prize: Some(7) });
        let problem = builder.build().unwrap();
        assert_eq!(rules(&problem, &[&[1]], &[]), []);
        assert_eq!(rules(&problem, &[&[2]], &[]), [(Some(0), Rule::NotServed)]);
        assert_eq!(rules(&problem, &[&[2]], &[0, 1]), []);
        assert_eq!(rules(&problem, &[&[0, 1]], &[]), [(Some(0), Rule::Alternatives { others: 1 })]);
        let routes =
            vec![Route { vehicle_type: Idx::new(0), trips: vec![Trip { clients: vec![Idx::new(0)] }] }];
        // There and back for 2, and the group that is left out.
        assert_eq!(replay(&problem, &Solution { routes, unplanned: vec![], cost: 0 }).cost, 9);
    }

    #[test]
    fn backhauls_come_last_and_never_alone() {
        let (give, take) = (
            Client { pickup: smallvec![3], ..Client::default() },
            Client { delivery: smallvec![3], ..Client::default() },
        );
        let mut builder = builder(&[take.clone(), take, give.clone(), give]);
        builder.backhauls(Backhauls::Last);
        let problem = builder.build().unwrap();
        assert_eq!(rules(&problem, &[&[0, 1, 2, 3]], &[]), []);
        assert_eq!(rules(&problem, &[&[0, 2, 1, 3]], &[]), [(Some(2), Rule::Backhaul)]);
        assert_eq!(rules(&problem, &[&[0, 1, 2], &[3]], &[]), [(Some(3), Rule::Backhaul)]);
    }

    #[test]
    fn inconsistent_pairs_and_groups_are_refused() {
        let give = Client { pickup: smallvec![3], ..Client::default() };
        let take = Client { origin: Some(Idx::new(0)), ..Client::default() };
        let cause = |clients: &[Client]| builder(clients).build().unwrap_err();
        let bad = |index, cause| vec![ProblemError::BadPair { index, cause }];
        assert_eq!(cause(std::slice::from_ref(&take)), bad(0, PairError::Chain));
        assert_eq!(cause(&[give.clone(), take.clone(), take.clone()]), bad(2, PairError::Shared));
        let loaded = Client { delivery: smallvec![1], ..take.clone() };
        assert_eq!(cause(&[give.clone(), loaded]), bad(1, PairError::OwnGoods));
        let limited = Client { longest_ride: smallvec![Some(Seconds(5))], ..take.clone() };
        assert_eq!(cause(&[give.clone(), limited]), bad(1, PairError::Limited));
        let optional = Client { prize: Some(5), ..take.clone() };
        assert_eq!(cause(&[give.clone(), optional]), bad(1, PairError::HalfRequired));
        let lost = Client { origin: Some(Idx::new(9)), ..Client::default() };
        assert_eq!(cause(&[give, lost])[0].code(), "vrp/unknown-relation");
        let member = Client { group: Some(Idx::new(0)), prize: Some(1), ..Client::default() };
        let codes: Vec<_> = cause(&[member]).iter().map(ProblemError::code).collect();
        assert_eq!(codes, ["vrp/unknown-relation", "vrp/prize-in-group"]);
    }
}
