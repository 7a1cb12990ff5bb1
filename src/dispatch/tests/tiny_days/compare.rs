//! Planner and enumeration on the same days.

use super::choices::{Case, Key, key};
use super::draw::{DrawnDay, draw};
use super::enumerate::Enumeration;
use crate::{DispatchConfig, Effort, PlanControl, plan_day};
use coldmile_audit::audit;
use coldmile_plan::{DayPlan, Handover};
use coldmile_units::Seed;
use rayon::prelude::*;
use std::fmt::{self, Write as _};

/// Iterations of the planner for each routing problem.
const ITERATIONS: u64 = 30;
/// A plan that costs at most so much more, in thousandths of a minor unit, is as good: what rounding may differ by.
const ROUNDING: i64 = 3_000;

/// What came of one day.
struct Compared {
    seed: u64,
    /// What the audit has against the planner's plan.
    violations: Vec<String>,
    planned: Key,
    /// The enumeration's best, if it is better.
    better: Option<(Key, DayPlan)>,
    plan: DayPlan,
    /// Orders that were called impossible, and could be served by themselves.
    falsely_impossible: Vec<String>,
    /// Whether the enumeration was not gone through to its end.
    is_cut_off: bool,
    audits: usize,
    seconds: [f64; 2],
}

fn planned(drawn: &DrawnDay) -> DayPlan {
    let config = DispatchConfig {
        seed: Seed(drawn.seed),
        effort: Effort::Iterations(number("TINY_ITERATIONS", ITERATIONS)),
    };
    plan_day(&drawn.day, &drawn.town.roads, &config, &PlanControl::default()).unwrap()
}

fn compared(drawn: &DrawnDay) -> Compared {
    let started = std::time::Instant::now();
    let plan = planned(drawn);
    let by_planner = started.elapsed().as_secs_f64();
    let violations = audit(&drawn.day, &plan, &drawn.town.roads).violations;
    let case = Case::new(drawn);
    let own = key(&case, &plan, &case.chosen(&plan));
    // A plan that breaks a rule is no measure.
    let bound =
        if violations.is_empty() { (own.0, own.1, own.2 - ROUNDING) } else { (case.choices.len(), 0, 0) };
    let mut enumeration = Enumeration::new(&case, bound);
    let better = enumeration.search();
    let better = better.map(|plan| (key(&case, &plan, &case.chosen(&plan)), plan));
    let called = plan.unplanned.iter().filter(|row| row.impossible);
    let falsely_impossible = called
        .filter(|row| {
            let order = (0..case.choices.len()).find(|&at| case.order(at).id == row.order).unwrap();
            case.choices[order].iter().any(|&choice| enumeration.serves_alone(order, choice))
        })
        .map(|row| format!("{} {}: {}", row.order, row.code, row.reason))
        .collect();
    Compared {
        seed: drawn.seed,
        violations: violations.iter().map(|row| format!("{}: {row}", row.code)).collect(),
        planned: own,
        better,
        falsely_impossible,
        is_cut_off: enumeration.is_cut_off,
        audits: enumeration.audits,
        seconds: [by_planner, started.elapsed().as_secs_f64() - by_planner],
        plan,
    }
}

/// The result of many days.
struct Statistic {
    days: Vec<Compared>,
}

impl Statistic {
    fn of(seeds: std::ops::Range<u64>, max_orders: usize) -> Self {
        let days = seeds.into_par_iter().map(|seed| compared(&draw(seed, max_orders))).collect();
        Self { days }
    }

    /// Days as good as the best that the enumeration found, of a hundred.
    fn equal_percent(&self) -> f64 {
        let equal = self.days.iter().filter(|day| day.better.is_none()).count();
        100.0 * equal as f64 / self.days.len().max(1) as f64
    }

    /// How much dearer a plan is than the best with as many orders, on average, in percent.
    fn mean_gap_percent(&self) -> f64 {
        let gaps: Vec<f64> = self.days.iter().filter_map(Compared::gap_percent).collect();
        gaps.iter().sum::<f64>() / gaps.len().max(1) as f64
    }

    /// Every plan audits clean, no order is called impossible that can be served, nine of ten days are as good as the best, and
    /// the mean is within a percent of it.
    fn assert_good(&self) {
        assert_eq!(self.count(|day| !day.violations.is_empty()), 0, "{self}");
        assert_eq!(self.count(|day| !day.falsely_impossible.is_empty()), 0, "{self}");
        assert!(self.equal_percent() >= 90.0 && self.mean_gap_percent() <= 1.0, "{self}");
    }

    fn count(&self, is_counted: impl Fn(&Compared) -> bool) -> usize {
        self.days.iter().filter(|day| is_counted(day)).count()
    }
}

impl Compared {
    /// How much dearer the plan is than the best; `None` where they serve other numbers of orders.
    fn gap_percent(&self) -> Option<f64> {
        match &self.better {
            None => Some(0.0),
            Some((best, _)) if (best.0, best.1) == (self.planned.0, self.planned.1) => {
                Some(100.0 * (self.planned.2 - best.2) as f64 / best.2.max(1) as f64)
            }
            Some(_) => None,
        }
    }

    fn is_outdone_in_orders(&self) -> bool {
        self.better.as_ref().is_some_and(|(best, _)| best.0 < self.planned.0)
    }
}

impl fmt::Display for Statistic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = |at: usize| self.days.iter().map(|day| day.seconds[at]).sum::<f64>();
        writeln!(
            f,
            "{} days: equal {:.2} %, mean gap {:.3} %, audit not clean {}, more orders {}, fewer late pickups {}, falsely \
             impossible {}, cut off {}; planner {:.1} s, enumeration {:.1} s",
            self.days.len(),
            self.equal_percent(),
            self.mean_gap_percent(),
            self.count(|day| !day.violations.is_empty()),
            self.count(Compared::is_outdone_in_orders),
            self.count(|day| !day.is_outdone_in_orders() && day.gap_percent().is_none()),
            self.count(|day| !day.falsely_impossible.is_empty()),
            self.count(|day| day.is_cut_off),
            seconds(0),
            seconds(1)
        )?;
        for day in self.days.iter().filter(|day| !day.violations.is_empty()) {
            writeln!(f, "seed {} audit: {}", day.seed, day.violations.join("; "))?;
        }
        for day in self.days.iter().filter(|day| !day.falsely_impossible.is_empty()) {
            writeln!(f, "seed {} impossible: {}", day.seed, day.falsely_impossible.join("; "))?;
        }
        let mut worst: Vec<&Compared> = self.days.iter().filter(|day| day.better.is_some()).collect();
        worst.sort_by(|a, b| b.gap_percent().unwrap_or(1e9).total_cmp(&a.gap_percent().unwrap_or(1e9)));
        for day in worst.iter().take(60) {
            let best = day.better.as_ref().map(|(best, _)| best);
            let gap = day.gap_percent().map_or("orders".to_owned(), |gap| format!("{gap:.2} %"));
            writeln!(f, "seed {} {gap}: {:?}, best {:?}", day.seed, day.planned, best.unwrap_or(&(0, 0, 0)))?;
        }
        let slow = self.days.iter().max_by(|a, b| a.seconds[1].total_cmp(&b.seconds[1]));
        slow.map_or(Ok(()), |day| {
            writeln!(f, "slowest: seed {}, {:.2} s, {} audits", day.seed, day.seconds[1], day.audits)
        })
    }
}

/// What a plan chose, in a few lines.
fn told(plan: &DayPlan) -> String {
    let mut text = String::new();
    let clock = |at: coldmile_units::Timestamp| {
        let second = at.unix().rem_euclid(86_400);
        format!("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60)
    };
    for row in &plan.orders {
        let handover = if row.handover == Handover::Door { "door" } else { "pickup" };
        writeln!(
            text,
            "  {} {} {} {handover} ready {}",
            row.order,
            row.centre,
            row.wave,
            clock(row.ready_at)
        )
        .unwrap();
    }
    for row in &plan.unplanned {
        writeln!(text, "  {} {} impossible {}: {}", row.order, row.code, row.impossible, row.reason).unwrap();
    }
    for run in &plan.runs {
        write!(text, "  {} {}, cost {}:", run.id, run.vehicle, run.cost).unwrap();
        for trip in &run.trips {
            write!(text, " [loads {}", clock(trip.loads_at)).unwrap();
            for stop in &trip.stops {
                write!(text, ", {} {}", stop.parcels[0], clock(stop.starts_at)).unwrap();
            }
            write!(text, ", back {}]", clock(trip.returns_at)).unwrap();
        }
        text += "\n";
    }
    format!("{text}  centres {}, sum {}\n", plan.totals.centre_cost, plan.totals.cost)
}

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().map_or(otherwise, |text| text.parse().unwrap())
}

/// `cargo test --release -p coldmile-dispatch -- --ignored --nocapture ten_thousand`: some minutes. `TINY_FROM`, `TINY_DAYS`,
/// `TINY_ORDERS` (the most orders of a day) and `TINY_ITERATIONS` change its figures.
#[test]
#[ignore = "minutes; a hundred days of the same kind run by default"]
fn ten_thousand_days_are_as_good_as_the_enumeration() {
    let from = number("TINY_FROM", 0);
    let statistic =
        Statistic::of(from..from + number("TINY_DAYS", 10_000), number("TINY_ORDERS", 5) as usize);
    println!("{statistic}");
    statistic.assert_good();
}

/// `cargo test --release -p coldmile-dispatch -- --ignored --nocapture two_hundred`: a minute.
#[test]
#[ignore = "a minute; a hundred smaller days run by default"]
fn two_hundred_days_of_up_to_seven_orders_are_as_good_as_the_enumeration() {
    let from = number("TINY_FROM", 0);
    let statistic = Statistic::of(from..from + number("TINY_DAYS", 200), 7);
    println!("{statistic}");
    statistic.assert_good();
}

/// One day, told: `TINY_SEED=3 cargo test --release -p coldmile-dispatch -- --ignored --nocapture one_day_is_told`.
/// `TINY_KEEP=0,2` keeps some of its orders only.
#[test]
#[ignore = "tells of one day of the comparison"]
fn one_day_is_told() {
    let mut drawn = draw(number("TINY_SEED", 0), number("TINY_ORDERS", 5) as usize);
    if let Ok(kept) = std::env::var("TINY_KEEP") {
        drawn = drawn.with_orders(&kept.split(',').map(|at| at.parse().unwrap()).collect::<Vec<_>>());
    }
    println!("{}\n{}", drawn.network, drawn.orders);
    let day = compared(&drawn);
    println!("planned {:?} {:?}\n{}", day.planned, day.violations, told(&day.plan));
    match &day.better {
        Some((best, plan)) => println!("enumerated {best:?}\n{}", told(plan)),
        None => println!("as good as the enumeration"),
    }
    println!(
        "falsely impossible {:?}, cut off {}, {} audits",
        day.falsely_impossible, day.is_cut_off, day.audits
    );
}

#[test]
fn a_hundred_days_are_as_good_as_the_enumeration() {
    Statistic::of(0..100, 5).assert_good();
}
