//! What an order costs the day of river town.

use crate::{DispatchConfig, Effort, MarginalError, PlanControl, marginal, plan_day};
use coldmile_audit::audit;
use coldmile_model::{Day, Located, read_network, read_orders};
use coldmile_osm::town::sketch;
use coldmile_plan::DayPlan;
use coldmile_road::{Profile, RoadMap, import_roads};
use coldmile_units::{Metres, Money, Seed};
use std::fs;
use std::path::PathBuf;

fn golden(name: &str) -> String {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    fs::read_to_string(root.join("tests/golden/river_town").join(name)).unwrap()
}

fn river_town() -> (Day, RoadMap) {
    let profiles = ["van", "truck", "bike", "foot"];
    let mut day = read_network(golden("network.toml").as_bytes(), "network.toml", &profiles).unwrap();
    let orders = golden("orders.csv");
    day.orders =
        read_orders(orders.as_bytes(), "orders.csv", &day, &|_| Located::Unknown).into_result().unwrap();
    let town = sketch(Metres(100), &golden("town.txt"));
    (day, import_roads(&town.roads(), &Profile::ALL, &|_, _| {}).unwrap())
}

fn planned(day: &Day, roads: &RoadMap) -> DayPlan {
    let config = DispatchConfig { seed: Seed(1), effort: Effort::Iterations(200) };
    let plan = plan_day(day, roads, &config, &PlanControl::default()).unwrap();
    let report = audit(day, &plan, roads);
    assert!(report.is_clean(), "{report}");
    plan
}

#[test]
fn without_a_search_the_day_with_an_order_is_the_plan_to_the_cent() {
    let (day, roads) = river_town();
    let plan = planned(&day, &roads);
    for order in &plan.orders {
        let answer = marginal((&day, &roads), &plan, &order.order, (Seed(1), 0)).unwrap();
        assert_eq!(answer.plan, answer.with, "{}", order.order);
        assert_eq!((answer.plan.cost, answer.plan.objective), (plan.totals.cost, plan.totals.objective));
        // Its stop and its handling go, and what its family walks.
        assert!(answer.objective() >= order.cost.handling, "{}: {answer:?}", order.order);
    }
}

#[test]
fn what_an_order_adds_is_never_negative_and_never_more_than_the_day() {
    let (day, roads) = river_town();
    let plan = planned(&day, &roads);
    let mut sum = Money::ZERO;
    for order in &plan.orders {
        let ask = || marginal((&day, &roads), &plan, &order.order, (Seed(1), 100)).unwrap();
        let answer = ask();
        assert!(answer.with.objective <= answer.plan.objective, "{}: {answer:?}", order.order);
        assert!(answer.objective() >= Money::ZERO, "{}: {answer:?}", order.order);
        assert!(answer.objective() <= plan.totals.objective, "{}: {answer:?}", order.order);
        assert_eq!(ask(), answer, "{}", order.order);
        sum += answer.cost();
    }
    // Orders share trips, so that each alone adds less than its share.
    assert!(sum < plan.totals.cost, "{sum} of {}", plan.totals.cost);
}

#[test]
fn the_only_order_adds_all_that_the_day_costs() {
    let (mut day, roads) = river_town();
    let plan = planned(&day, &roads);
    let only = plan.orders[0].order.clone();
    day.orders = day.orders.iter().filter(|order| order.id == only).cloned().collect::<Vec<_>>().into();
    let plan = planned(&day, &roads);
    let answer = marginal((&day, &roads), &plan, &only, (Seed(1), 100)).unwrap();
    assert_eq!((answer.without.cost, answer.without.objective), (Money::ZERO, Money::ZERO));
    assert_eq!(answer.objective(), plan.totals.objective);
}

#[test]
fn an_order_that_is_not_served_or_not_of_the_day_is_an_error() {
    let (mut day, roads) = river_town();
    let plan = planned(&day, &roads);
    for order in [plan.unplanned[0].order.clone(), "ghost".into()] {
        let answer = marginal((&day, &roads), &plan, &order, (Seed(1), 10));
        assert!(matches!(answer, Err(MarginalError::NotServed { .. })), "{answer:?}");
    }
    let served = plan.orders[0].order.clone();
    let position = day.orders.enumerate().find(|(_, order)| order.id == served).unwrap().0;
    day.orders[position].placed_at = day.orders[position].window.close();
    let answer = marginal((&day, &roads), &plan, &served, (Seed(1), 10));
    assert!(matches!(answer, Err(MarginalError::OtherDay { .. })), "{answer:?}");
}
