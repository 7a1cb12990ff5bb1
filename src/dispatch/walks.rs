//! Families' walks to their centres and back, and their price.

use super::assign::Assigned;
use super::places::{DayPlaces, PlaceIdx};
use coldmile_model::{Day, Order, Site};
use coldmile_plan::{Handover, Walk};
use coldmile_road::Profile;
use coldmile_units::{Idx, Metres, Money, Seconds, TravelMatrix};
use coldmile_vrp::COST_SCALE;
use std::collections::BTreeMap;

/// Seconds a kilometre at which families walk when the map has no profile on foot, applied to the shortest drive: 4.5
/// km/h, an ordinary walking speed.
const WALK_S_PER_KM: i64 = 800;

/// How families walk from some centres to some doors.
pub struct Walks {
    /// From every centre to every door.
    matrix: TravelMatrix,
    /// Whether its durations are those of people on foot.
    is_on_foot: bool,
}

impl Walks {
    /// Between these places; `None` where the map cannot tell.
    pub fn new(places: &DayPlaces, centres: &[PlaceIdx], doors: &[PlaceIdx]) -> Option<Self> {
        let family = places.family_profile()?;
        let matrix = places.matrix(family, centres, doors);
        Some(Self { matrix, is_on_foot: family.profile == Profile::Foot })
    }

    /// From a centre to a door, one direction.
    pub fn in_one_direction(&self, centre: usize, door: usize) -> Option<Walk> {
        let distance = self.matrix.distance_between(centre, door)?;
        let duration = if self.is_on_foot {
            self.matrix.duration_between(centre, door)?
        } else {
            Seconds(distance.0 * WALK_S_PER_KM / 1000)
        };
        Some(Walk { duration, distance })
    }
}

/// The walk of the family of every order that is collected, to the centre and back.
pub fn walks_of(places: &DayPlaces, assigned: &[Assigned]) -> BTreeMap<Idx<Order>, Walk> {
    let mut pickups: BTreeMap<Idx<Site>, Vec<Idx<Order>>> = BTreeMap::new();
    for row in assigned.iter().filter(|row| row.handover == Handover::Pickup) {
        pickups.entry(row.centre).or_default().push(row.order);
    }
    let mut found = BTreeMap::new();
    for (centre, orders) in pickups {
        let doors: Vec<PlaceIdx> = orders.iter().map(|&order| places.door(order)).collect();
        let Some(walks) = Walks::new(places, &[DayPlaces::site(centre)], &doors) else { continue };
        found.extend(orders.into_iter().enumerate().filter_map(|(column, order)| {
            let Walk { duration, distance } = walks.in_one_direction(0, column)?;
            Some((order, Walk { duration: duration + duration, distance: Metres(2 * distance.0) }))
        }));
    }
    found
}

/// The price of so much time on foot, in the solver's unit. Choices and changes of the search are weighed with it.
pub fn walk_price(day: &Day, walk: Seconds) -> i64 {
    let price = i128::from(walk.0) * i128::from(day.family_hour.0 * COST_SCALE) / 3600;
    i64::try_from(price).unwrap_or(i64::MAX / 4)
}

/// The price of so much time on foot of all families of a plan, rounded half up once.
pub fn price_of_walks(family_hour: Money, walks: Seconds) -> Money {
    let price = (i128::from(walks.0) * i128::from(family_hour.0) + 1800).div_euclid(3600);
    Money(i64::try_from(price).unwrap_or(i64::MAX / 4))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn walks_are_rounded_half_up_once() {
        // 6 s at 10.00 an hour: 6 x 1000 / 3600 = 1.67; 9 s: 2.5.
        assert_eq!(price_of_walks(Money(1_000), Seconds(6)), Money(2));
        assert_eq!(price_of_walks(Money(1_000), Seconds(9)), Money(3));
        assert_eq!(price_of_walks(Money(0), Seconds(9_000)), Money(0));
    }
}
