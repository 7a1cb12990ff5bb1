//! What a day decides by money: centres, waves and handovers. Fewer choices never make a better day.

use super::day::{day, golden, plan, random_orders, read, roads};
use coldmile::audit::audit;
use coldmile::dispatch::{DispatchConfig, Effort, PlanControl, plan_day};
use coldmile::model::{Day, Fulfilment, Order};
use coldmile::osm::town::sketch;
use coldmile::plan::{DayPlan, Handover};
use coldmile::units::{Metres, Money, Seconds, Seed, TimeWindow};
use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

/// A river town in which families' walks have no price: what is minimised is the plan's cost.
fn free_walks(mut day: Day) -> Day {
    day.family_hour = Money(0);
    day
}

/// The day with every order changed.
fn with_orders(day: &Day, change: impl Fn(&mut Order)) -> Day {
    let mut day = day.clone();
    let mut orders: Vec<Order> = day.orders.iter().cloned().collect();
    orders.iter_mut().for_each(change);
    day.orders = orders.into_iter().collect();
    day
}

/// The same day with fewer choices, several times over.
fn poorer(day: &Day) -> Vec<(&'static str, Day)> {
    let site = |id: &str| day.network.site_by_id(id).unwrap();
    let (north, south) = (site("NORTH"), site("SOUTH"));
    let bank = |order: &Order| if order.point.latitude() < -0.004 { south } else { north };
    let collected = |order: &mut Order| {
        if order.fulfilment == Fulfilment::Either {
            order.fulfilment = Fulfilment::Pickup;
        }
    };
    vec![
        ("all at one centre", with_orders(day, |order| order.centre = Some(north))),
        ("nearest centre", with_orders(day, |order| order.centre = Some(bank(order)))),
        ("all pickups", with_orders(day, collected)),
        ("both", with_orders(&with_orders(day, |order| order.centre = Some(north)), collected)),
    ]
}

#[test]
fn fewer_choices_never_make_a_cheaper_day() {
    let roads = roads("river_town");
    let town = sketch(Metres(100), &fs::read_to_string(golden("river_town").join("town.txt")).unwrap());
    let network = fs::read_to_string(golden("river_town").join("network.toml")).unwrap();
    for seed in 0..6 {
        let mut rng = fastrand::Rng::with_seed(seed);
        let csv = random_orders(&town, &mut rng);
        let network = network
            .replace("fixed_cost = 12.00", ["fixed_cost = 0.00", "fixed_cost = 40.00"][rng.usize(..2)]);
        let day = free_walks(read(network.as_bytes(), csv.as_bytes()));
        let free = plan(&day, &roads, seed);
        assert!(audit(&day, &free, &roads).is_clean(), "seed {seed}");
        for (name, poorer) in poorer(&day) {
            let forced = plan(&poorer, &roads, seed);
            assert!(free.unplanned.len() <= forced.unplanned.len(), "seed {seed}, {name}");
            if free.unplanned.len() == forced.unplanned.len() {
                let (free, forced) = (free.totals.cost.0, forced.totals.cost.0);
                assert!(free * 1000 <= forced * 1005, "seed {seed}, {name}: {free} {forced}");
            }
        }
    }
}

fn centres(plan: &DayPlan) -> BTreeSet<&str> {
    plan.orders.iter().map(|row| row.centre.as_str()).collect()
}

#[test]
fn a_centre_that_costs_more_than_it_saves_stays_closed() {
    let roads = roads("river_town");
    let network = fs::read_to_string(golden("river_town").join("network.toml")).unwrap();
    let orders = fs::read(golden("river_town").join("orders.csv")).unwrap();
    let with_fixed_cost = |cost: &str| read(network.replace("fixed_cost = 12.00", cost).as_bytes(), &orders);
    let cheap = plan(&with_fixed_cost("fixed_cost = 0.00"), &roads, 1);
    assert_eq!(centres(&cheap), BTreeSet::from(["NORTH", "SOUTH"]));
    let dear = plan(&with_fixed_cost("fixed_cost = 500.00"), &roads, 1);
    assert_eq!(centres(&dear), BTreeSet::from(["NORTH"]));
}

#[test]
fn a_walk_is_weighed_against_the_courier() {
    let (day, roads) = (day("river_town"), roads("river_town"));
    let mut day = with_orders(&day, |order| order.fulfilment = Fulfilment::Either);
    day.family_hour = Money(0);
    let at_no_price = plan(&day, &roads, 1);
    assert!(at_no_price.orders.iter().all(|row| row.handover == Handover::Pickup));
    day.family_hour = Money(60_000);
    let dear = plan(&day, &roads, 1);
    assert!(dear.orders.iter().filter(|row| row.handover == Handover::Door).count() > 10);
    assert!(audit(&day, &dear, &roads).is_clean());
}

/// The wave may come as late as 08:30, but the family wants its goods before: the truck comes earlier.
#[test]
fn an_early_window_makes_the_truck_come_earlier() {
    let (day, roads) = (day("river_town"), roads("river_town"));
    let at = |minutes: i64| day.weather.midnight + Seconds::minutes(minutes);
    let window = TimeWindow::new(at(8 * 60), at(8 * 60 + 40)).unwrap();
    let early = with_orders(&day, |order| {
        if order.id.as_str() == "R01" {
            order.window = window;
        }
    });
    let plan = plan(&early, &roads, 1);
    assert!(audit(&early, &plan, &roads).is_clean());
    let planned: Vec<_> = plan.unplanned.iter().map(|row| (row.order.as_str(), &row.reason)).collect();
    assert!(plan.orders.iter().any(|row| row.order.as_str() == "R01"), "{planned:?}");
}

#[test]
fn a_day_on_which_nothing_can_be_chosen_is_planned_within_a_time_limit() {
    let roads = roads("river_town");
    let mut day = day("river_town");
    let south = day.network.site_by_id("SOUTH");
    let morning = day.network.waves.iter().next().unwrap().clone();
    day.network.waves = [morning].into_iter().collect();
    day = with_orders(&day, |order| (order.centre, order.fulfilment) = (south, Fulfilment::Door));
    // Only orders that are served, so that none is offered what it cannot have.
    let served = plan(&day, &roads, 1).orders;
    let is_served = |order: &Order| served.iter().any(|row| row.order == order.id);
    day.orders = day.orders.iter().filter(|order| is_served(order)).cloned().collect();
    assert!(day.orders.len() > 3);
    for effort in [Effort::TimeLimit(Duration::from_secs(1)), Effort::CpuLimit(Duration::from_secs(1))] {
        let config = DispatchConfig { seed: Seed(1), effort };
        let plan = plan_day(&day, &roads, &config, &PlanControl::default()).unwrap();
        assert!(audit(&day, &plan, &roads).is_clean());
        assert_eq!(plan.orders.len() + plan.unplanned.len(), day.orders.len());
    }
}
