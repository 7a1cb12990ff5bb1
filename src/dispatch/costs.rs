//! The cost of a run, and how the plan's cost is shared among orders.
//!
//! Shares are whole minor units that add up to the plan's cost exactly: what rounding leaves over goes to the largest
//! remainders, ties to the first.

use super::assign::Assigned;
use super::run::PublishedRun;
use coldmile_model::{Day, Prices};
use coldmile_plan::{CostShare, Echelon, FootprintShare, PlannedOrder, Run};
use coldmile_units::{Metres, Money, Seconds};
use std::collections::{BTreeMap, BTreeSet};

/// What of a run is paid by the hour and by the kilometre.
#[derive(Clone, Copy, Debug, Default)]
pub struct RunWork {
    /// From the first loading to the last return.
    pub working: Seconds,
    /// All legs, without waiting.
    pub driving: Seconds,
    /// What of the working time is after the end of the shift.
    pub overtime: Seconds,
    /// All legs.
    pub distance: Metres,
}

/// The cost of a run: the price a day, the prices an hour of working, driving and overtime, and the price a kilometre,
/// summed exactly and rounded half up once to a minor unit. An hour of driving in overtime is paid at all three prices.
pub fn run_cost(prices: &Prices, work: &RunWork) -> Money {
    // Thousandths of a kilometre and 3,600ths of an hour have 18,000 as a common denominator.
    let by_time: i128 = [
        (prices.per_hour, work.working),
        (prices.per_driving_hour, work.driving),
        (prices.per_overtime_hour, work.overtime),
    ]
    .into_iter()
    .map(|(price, time)| i128::from(price.0) * i128::from(time.0) * 5)
    .sum();
    let by_distance = i128::from(prices.per_km.0) * i128::from(work.distance.0) * 18;
    let variable = (by_time + by_distance + 9_000).div_euclid(18_000);
    prices.per_day + Money(i64::try_from(variable).unwrap_or(i64::MAX / 4))
}

/// The part of a run's cost that pays for its cooling: of the price of its distance as much as cooling makes of its greenhouse gas,
/// rounded half up. That price pays for the energy of both.
fn cold_cost(day: &Day, run: &Run) -> Money {
    let vehicle = day.vehicle_types.iter().find(|vehicle| vehicle.id == run.vehicle);
    let cooled = run.footprint.filter(|footprint| footprint.cooling_g > 0);
    let Some((vehicle, footprint)) = vehicle.zip(cooled) else { return Money::ZERO };
    let price = i128::from(vehicle.prices.per_km.0) * i128::from(run.distance.0);
    let all = i128::from(footprint.co2e_g()) * 1_000;
    let cost = (price * i128::from(footprint.cooling_g) + all / 2).div_euclid(all);
    Money(i64::try_from(cost).unwrap_or(i64::MAX)).min(run.cost)
}

/// Splits `total` in proportion to `weights`, exactly. Equal parts when all weights are zero; empty without weights.
pub fn share_out(total: Money, weights: &[i64]) -> Vec<Money> {
    let even = weights.iter().all(|&weight| weight <= 0);
    let weight = |index: usize| if even { 1 } else { i128::from(weights[index].max(0)) };
    let sum: i128 = (0..weights.len()).map(weight).sum();
    let exact = |index: usize| i128::from(total.0) * weight(index);
    let mut shares: Vec<i64> = (0..weights.len()).map(|index| exact(index).div_euclid(sum) as i64).collect();
    let left = total.0 - shares.iter().sum::<i64>();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|&index| (std::cmp::Reverse(exact(index).rem_euclid(sum)), index));
    for &index in order.iter().take(left.max(0) as usize) {
        shares[index] += 1;
    }
    shares.into_iter().map(Money).collect()
}

/// Fills in every order's share of runs and centres.
///
/// What a run spends on cooling is shared as its cooling is. The rest of a truck's cost is shared by volume (a litre at least), of a
/// courier's by service and the straight distance from the centre, and so is the greenhouse gas of driving; a
/// centre's fixed cost evenly; handling is each order's own, by its parcels.
pub fn share_costs(day: &Day, runs: &[PublishedRun], orders: &mut [PlannedOrder]) {
    let mut shares: BTreeMap<&str, (CostShare, FootprintShare)> = BTreeMap::new();
    for published in runs {
        let served: Vec<_> = published.orders.iter().flatten().flatten().copied().collect();
        let weights: Vec<i64> = match published.run.echelon {
            Echelon::Linehaul => {
                served.iter().map(|&order| day.orders[order].load.volume().0.max(1000)).collect()
            }
            Echelon::LastMile => courier_weights(day, published),
        };
        let footprint = published.run.footprint.unwrap_or_default();
        let cold = cold_cost(day, &published.run);
        let paid = share_out(published.run.cost - cold, &weights);
        let driving = share_out(Money(footprint.driving_g), &weights);
        let surcharges = share_out(cold, &published.cooling_j);
        let cooling = share_out(Money(footprint.cooling_g), &published.cooling_j);
        for (at, &order) in served.iter().enumerate() {
            let (cost, emitted) = shares.entry(day.orders[order].id.as_str()).or_default();
            match published.run.echelon {
                Echelon::Linehaul => cost.linehaul += paid[at],
                Echelon::LastMile => cost.last_mile += paid[at],
            }
            cost.cold += surcharges[at];
            *emitted += FootprintShare {
                driving_g: driving[at].0,
                cooling_g: cooling[at].0,
                cooling_j: published.cooling_j[at],
            };
        }
    }
    let parcels: BTreeMap<&str, i64> =
        day.orders.iter().map(|order| (order.id.as_str(), order.parcels.len() as i64)).collect();
    let mut by_centre: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (index, order) in orders.iter_mut().enumerate() {
        let (cost, footprint) = shares.get(order.order.as_str()).copied().unwrap_or_default();
        order.cost = cost;
        order.footprint = Some(footprint);
        by_centre.entry(order.centre.clone()).or_default().push(index);
    }
    for (centre, members) in by_centre {
        let Some(site) = day.network.site_by_id(centre.as_str()).map(|site| &day.network.sites()[site])
        else {
            continue;
        };
        let parts = share_out(site.fixed_cost, &vec![1; members.len()]);
        for (&index, part) in members.iter().zip(parts) {
            orders[index].cost.centre = part;
            let parcel_count = parcels.get(orders[index].order.as_str()).copied().unwrap_or(1);
            orders[index].cost.handling = site.handling_cost * parcel_count;
        }
    }
}

/// Service duration in seconds plus the straight distance from base to door in metres, a second a metre: far doors bear
/// more.
fn courier_weights(day: &Day, published: &PublishedRun) -> Vec<i64> {
    let base =
        day.network.site_by_id(published.run.base.as_str()).map(|site| day.network.sites()[site].point);
    let served = published.orders.iter().flatten().flatten();
    served
        .map(|&order| {
            let order = &day.orders[order];
            let metres = base.map_or(0.0, |base| base.distance_m(order.point));
            order.service.0 + metres as i64
        })
        .collect()
}

/// The cost of the centres that orders pass through: a fixed cost each, and handling for each parcel.
pub fn centre_cost(day: &Day, assigned: &[Assigned]) -> Money {
    let sites = day.network.sites();
    let handling = assigned
        .iter()
        .map(|row| sites[row.centre].handling_cost * day.orders[row.order].parcels.len() as i64);
    let used: BTreeSet<_> = assigned.iter().map(|row| row.centre).collect();
    handling.sum::<Money>() + used.into_iter().map(|centre| sites[centre].fixed_cost).sum::<Money>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up_to_the_last_minor_unit() {
        for seed in 0..200 {
            let mut rng = fastrand::Rng::with_seed(seed);
            let weights: Vec<i64> = (0..rng.usize(1..30)).map(|_| rng.i64(0..1000)).collect();
            let total = Money(rng.i64(0..100_000));
            let shares = share_out(total, &weights);
            assert_eq!(shares.iter().copied().sum::<Money>(), total, "seed {seed}");
            assert!(shares.iter().all(|&share| share >= Money::ZERO), "seed {seed}");
        }
    }

    #[test]
    fn a_weight_of_zero_pays_nothing_unless_all_weights_are_zero() {
        assert_eq!(share_out(Money(10), &[0, 5]), [Money(0), Money(10)]);
        assert_eq!(share_out(Money(10), &[0, 0]), [Money(5), Money(5)]);
        assert_eq!(share_out(Money(3), &[]), []);
    }

    #[test]
    fn a_run_is_rounded_half_up_once() {
        // 90 min at 10.00 an hour are 15.00, 1,250 m at 0.50 a km are 0.625; with 5.00 a day 20.625, so 20.63.
        let prices =
            Prices { per_day: Money(500), per_hour: Money(1000), per_km: Money(50), ..Prices::default() };
        let work = RunWork {
            working: Seconds::minutes(90),
            driving: Seconds::minutes(40),
            overtime: Seconds::minutes(10),
            distance: Metres(1250),
        };
        assert_eq!(run_cost(&prices, &work), Money(2063));
        // 40 min of driving at 3.00 an hour are 2.00, 10 min of overtime at 5.00 an hour 0.8333; with 20.625 together
        // 23.4583, so 23.46.
        let prices = Prices { per_driving_hour: Money(300), per_overtime_hour: Money(500), ..prices };
        assert_eq!(run_cost(&prices, &work), Money(2346));
    }
}
