//! The best day, found by going through all choices of all orders, all orders of the truck's stops, and all of the couriers'.
//!
//! Days are left out only where a bound shows that they are no better than one that audits clean: what the orders chosen so
//! far cost at the least, were the goods of each wave ready as early as they can be. Each day that is left is timed
//! in several manners ([`RunTimes::moments`]) and shown to the audit, the cheapest first. A wave travels to a centre whole, or in two
//! parts where the truck could not take it otherwise.

use super::candidate::{Candidate, Part, TimedRun, broken, centre_cost, vehicle};
use super::choices::{Case, Choice, Key, key};
use super::routes::{Trips, all_trips, members, subsets};
use super::rules::{divisions, load_of};
use super::runs::{courier_run, least_cost, truck_run};
use super::timetable::{RunTimes, TimedTrip};
use coldmile_model::SiteKind;
use coldmile_plan::DayPlan;
use std::collections::HashMap;
use std::rc::Rc;

/// Audits for one day, and for one choice of all orders; a day for which more would be needed is said to be cut off.
const MAX_AUDITS: (usize, usize) = (2_000, 60);
/// Timed days of one choice of all orders that are looked at.
const MAX_TIMED: usize = 4_000;

/// A choice for each order so far, `None` for one that is left out.
type Chosen = Vec<Option<Choice>>;

/// A courier by position, the doors of each trip, and what bounds their times.
type CourierRun = (usize, Trips, RunTimes);

/// A search through all days.
pub struct Enumeration<'a, 'b> {
    case: &'b Case<'a>,
    truck: usize,
    couriers: [Vec<usize>; 2],
    trips: HashMap<(usize, u16), Rc<Vec<Trips>>>,
    least_of_courier: HashMap<(usize, u16, u16), Option<i64>>,
    least_of_truck: HashMap<u16, Option<i64>>,
    /// What is to be improved on, and the plan that does.
    bound: Key,
    pub best: Option<DayPlan>,
    pub audits: usize,
    pub is_cut_off: bool,
    rejected: usize,
}

impl<'a, 'b> Enumeration<'a, 'b> {
    /// For days better than this.
    pub fn new(case: &'b Case<'a>, bound: Key) -> Self {
        let sites = case.day.network.sites();
        let base = |courier: &usize| case.day.couriers.as_slice()[*courier].base;
        let at = |centre: usize| {
            let here = |courier: &usize| base(courier) == case.centres[centre];
            case.staff(SiteKind::Centre).filter(here).collect()
        };
        let truck = case.staff(SiteKind::Hub).find(|courier| sites[base(courier)].id.as_str() == "HUB");
        Self {
            case,
            truck: truck.unwrap(),
            couriers: [at(0), at(1)],
            trips: HashMap::new(),
            least_of_courier: HashMap::new(),
            least_of_truck: HashMap::new(),
            bound,
            best: None,
            audits: 0,
            is_cut_off: false,
            rejected: 0,
        }
    }

    /// The best day, if there is a better one than the bound.
    pub fn search(&mut self) -> Option<DayPlan> {
        let count = self.case.choices.len();
        let mut choices = self.case.choices.clone();
        if self.bound.0 > 0 {
            for (order, of_order) in choices.iter_mut().enumerate() {
                of_order.retain(|choice| self.serves_alone(order, *choice));
            }
        }
        let impossible = choices.iter().filter(|of_order| of_order.is_empty()).count();
        for left_out in impossible..=self.bound.0 {
            if left_out <= self.bound.0 {
                self.extend(&choices, &mut Vec::with_capacity(count), left_out);
            }
        }
        self.best.take()
    }

    /// Whether a day with this order alone audits clean.
    pub fn serves_alone(&mut self, order: usize, choice: Choice) -> bool {
        let mut chosen: Chosen = vec![None; self.case.choices.len()];
        chosen[order] = Some(choice);
        let mut alone = Enumeration::new(self.case, (usize::MAX, 0, 0));
        if alone.least(&chosen).is_some() {
            alone.carry_out(&chosen);
        }
        self.audits += alone.audits;
        alone.best.is_some()
    }

    /// Gives the next order each of its choices, as long as `left_out` orders remain to be left out.
    fn extend(&mut self, choices: &[Vec<Choice>], chosen: &mut Chosen, left_out: usize) {
        let out = chosen.iter().filter(|choice| choice.is_none()).count();
        if out + left_out > self.bound.0 || self.is_cut_off {
            return;
        }
        let Some(least) = self.least(chosen) else { return };
        let late = chosen.iter().flatten().filter(|choice| choice.is_late).count();
        if (out + left_out, late, least) >= self.bound {
            return;
        }
        let Some(of_order) = choices.get(chosen.len()) else {
            if left_out == 0 {
                self.carry_out(chosen);
            }
            return;
        };
        for &choice in of_order {
            chosen.push(Some(choice));
            self.extend(choices, chosen, left_out);
            chosen.pop();
        }
        if left_out > 0 {
            chosen.push(None);
            self.extend(choices, chosen, left_out - 1);
            chosen.pop();
        }
    }

    /// What these choices cost at the least, in thousandths of a minor unit; `None` where they are too late at any cost.
    fn least(&mut self, chosen: &[Option<Choice>]) -> Option<i64> {
        let mut waves = 0u16;
        let (mut doors, mut with_late_wave) = ([0u16; 2], 0u16);
        for (order, choice) in chosen.iter().enumerate() {
            let Some(choice) = choice else { continue };
            waves |= 1 << (2 * choice.centre + choice.wave);
            if choice.is_door {
                doors[choice.centre] |= 1 << order;
                with_late_wave |= (choice.wave as u16) << order;
            } else if self.ready_from(choice.centre, choice.wave)? > choice.ready_by {
                return None;
            }
        }
        let mut cost = self.least_of_truck(waves)? + centre_cost(self.case, chosen);
        for (centre, doors) in doors.into_iter().enumerate() {
            cost += self.least_of_centre(centre, doors, with_late_wave & doors)?;
        }
        let walks: i64 = chosen.iter().flatten().map(|choice| choice.walk).sum();
        Some(cost * 1_000 + walks)
    }

    fn least_of_truck(&mut self, waves: u16) -> Option<i64> {
        if waves == 0 {
            return Some(0);
        }
        if let Some(&known) = self.least_of_truck.get(&waves) {
            return known;
        }
        // Without orders: unloading takes no longer for any.
        let parts: Vec<Part> =
            members(waves).map(|at| Part { centre: at / 2, wave: at % 2, orders: 0 }).collect();
        let least = self.trucks(&parts).into_iter().map(|(cost, ..)| cost).min();
        self.least_of_truck.insert(waves, least);
        least
    }

    /// Every run of the truck over these parts that is in time when it is as early as possible, with the least that it costs.
    fn trucks(&self, parts: &[Part]) -> Vec<(i64, Trips, Vec<TimedTrip>)> {
        let case = self.case;
        let vehicle = vehicle(case, self.truck);
        let stops: Vec<usize> = (0..parts.len()).collect();
        let fits = |trip: &Vec<usize>| {
            let orders = trip.iter().fold(0, |set, &part| set | parts[part].orders);
            load_of(case, orders).fits(&vehicle.capacity)
        };
        let mut found: Vec<_> = (all_trips(&stops, vehicle.max_trips as usize).into_iter())
            .filter(|trips| trips.iter().all(fits))
            .filter_map(|trips| {
                let run = truck_run(case, self.truck, parts, &trips, |_| i64::MAX / 4)?;
                Some((least_cost(case, self.truck, &run)?, trips, run.earliest()?))
            })
            .collect();
        found.sort();
        found
    }

    /// The earliest moment at which a wave can be ready at a centre.
    fn ready_from(&self, centre: usize, wave: usize) -> Option<i64> {
        let parts = [Part { centre, wave, orders: 0 }];
        let run = truck_run(self.case, self.truck, &parts, &vec![vec![0]], |_| i64::MAX / 4)?;
        Some(run.earliest()?[0].stops[0][1] + self.case.centre(centre).handling.0)
    }

    /// The least that the couriers of a centre cost with these doors, of which some have the late wave.
    fn least_of_centre(&mut self, centre: usize, doors: u16, late: u16) -> Option<i64> {
        if doors == 0 {
            return Some(0);
        }
        match self.couriers[centre][..] {
            [] => None,
            [only] => self.least_of_courier(centre, only, doors, late),
            [one, other, ..] => subsets(doors)
                .filter_map(|own| {
                    let of_one = self.least_of_courier(centre, one, own, late & own)?;
                    Some(of_one + self.least_of_courier(centre, other, doors & !own, late & !own)?)
                })
                .min(),
        }
    }

    fn least_of_courier(&mut self, centre: usize, courier: usize, doors: u16, late: u16) -> Option<i64> {
        if doors == 0 {
            return Some(0);
        }
        if let Some(&known) = self.least_of_courier.get(&(courier, doors, late)) {
            return known;
        }
        let ready = [0, 1].map(|wave| self.ready_from(centre, wave));
        let is_brought = members(doors).all(|order| ready[usize::from(late >> order & 1)].is_some());
        let least = is_brought.then(|| {
            let ready = |order: usize| ready[usize::from(late >> order & 1)].unwrap_or_default();
            self.courier_runs(courier, doors, ready).into_iter().map(|(cost, _)| cost).min()
        });
        self.least_of_courier.insert((courier, doors, late), least.flatten());
        least.flatten()
    }

    /// Every run of a courier over these doors that is in time, with the least that it costs.
    fn courier_runs(
        &mut self,
        courier: usize,
        doors: u16,
        ready: impl Fn(usize) -> i64,
    ) -> Vec<(i64, CourierRun)> {
        let all = self.trips_of(courier, doors);
        let timed = |trips: &Trips| {
            let run = courier_run(self.case, courier, trips, &ready)?;
            Some((least_cost(self.case, courier, &run)?, (courier, trips.clone(), run)))
        };
        all.iter().filter_map(timed).collect()
    }

    /// All trips of a courier over some doors that fit the vehicle.
    fn trips_of(&mut self, courier: usize, doors: u16) -> Rc<Vec<Trips>> {
        let case = self.case;
        let make = || {
            let vehicle = vehicle(case, courier);
            let stops: Vec<usize> = members(doors).collect();
            let fits = |trip: &Vec<usize>| {
                load_of(case, trip.iter().fold(0, |set, order| set | 1 << order)).fits(&vehicle.capacity)
            };
            let all = all_trips(&stops, vehicle.max_trips as usize).into_iter();
            Rc::new(all.filter(|trips| trips.iter().all(fits)).collect())
        };
        Rc::clone(self.trips.entry((courier, doors)).or_insert_with(make))
    }

    /// Carries these choices out in every manner that may be better than the bound, and keeps the best that audits clean.
    fn carry_out(&mut self, chosen: &Chosen) {
        let out = chosen.iter().filter(|choice| choice.is_none()).count();
        let late = chosen.iter().flatten().filter(|choice| choice.is_late).count();
        let walks: i64 = chosen.iter().flatten().map(|choice| choice.walk).sum();
        let fixed = centre_cost(self.case, chosen) * 1_000 + walks;
        let (audits, mut timed_days) = (self.audits, 0);
        for parts in self.all_parts(chosen) {
            for (truck_cost, trips, earliest) in self.trucks(&parts) {
                if (out, late, fixed + truck_cost * 1_000) >= self.bound {
                    break;
                }
                for (cost, couriers) in self.all_couriers(chosen, &parts, &trips, &earliest) {
                    let least = fixed + (truck_cost + cost) * 1_000;
                    if (out, late, least) >= self.bound {
                        break;
                    }
                    timed_days += 1;
                    if timed_days > MAX_TIMED || self.audits - audits > MAX_AUDITS.1 {
                        self.is_cut_off |= self.audits > MAX_AUDITS.0;
                        return;
                    }
                    self.time_and_judge(chosen, (&parts, &trips), couriers, fixed);
                }
            }
        }
    }

    /// All divisions of the waves of these choices into parts.
    fn all_parts(&self, chosen: &Chosen) -> Vec<Vec<Part>> {
        let capacity = &vehicle(self.case, self.truck).capacity;
        let mut all: Vec<Vec<Part>> = vec![Vec::new()];
        for (centre, wave) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            let is_here = |choice: &Choice| (choice.centre, choice.wave) == (centre, wave);
            let orders = (chosen.iter().enumerate())
                .filter(|(_, choice)| choice.as_ref().is_some_and(is_here))
                .fold(0u16, |set, (order, _)| set | 1 << order);
            if orders != 0 {
                let divided = divisions(self.case, Part { centre, wave, orders }, capacity);
                all = (all.iter())
                    .flat_map(|before| divided.iter().map(move |parts| [&before[..], parts].concat()))
                    .collect();
            }
        }
        all
    }

    /// Every combination of couriers' runs that is in time after this run of the truck, with the least that it costs, the
    /// cheapest first; none where a pickup would be too late.
    fn all_couriers(
        &mut self,
        chosen: &Chosen,
        parts: &[Part],
        trips: &Trips,
        earliest: &[TimedTrip],
    ) -> Vec<(i64, Vec<CourierRun>)> {
        let mut ready = [[i64::MIN; 2]; 2];
        for (stop, times) in
            trips.iter().zip(earliest).flat_map(|(stops, timed)| stops.iter().zip(&timed.stops))
        {
            let Part { centre, wave, .. } = parts[*stop];
            let at = times[1] + self.case.centre(centre).handling.0;
            ready[centre][wave] = ready[centre][wave].max(at);
        }
        let ready_of = |order: usize| chosen[order].map_or(i64::MIN, |row| ready[row.centre][row.wave]);
        let is_collected = |(order, choice): (usize, &Option<Choice>)| {
            choice.is_none_or(|row| row.is_door || ready_of(order) <= row.ready_by)
        };
        if !chosen.iter().enumerate().all(is_collected) {
            return Vec::new();
        }
        let mut all = vec![(0, Vec::new())];
        for centre in 0..2 {
            let is_here = |choice: &Choice| choice.is_door && choice.centre == centre;
            let doors = (chosen.iter().enumerate())
                .filter(|(_, choice)| choice.as_ref().is_some_and(is_here))
                .fold(0u16, |set, (order, _)| set | 1 << order);
            let here = self.couriers_of(centre, doors, &ready_of);
            all = (all.iter())
                .flat_map(|(cost, runs): &(i64, Vec<_>)| {
                    here.iter().map(move |(more, others)| (cost + more, [&runs[..], others].concat()))
                })
                .collect();
        }
        all.sort_by_key(|(cost, _)| *cost);
        all
    }

    fn couriers_of(
        &mut self,
        centre: usize,
        doors: u16,
        ready: &impl Fn(usize) -> i64,
    ) -> Vec<(i64, Vec<CourierRun>)> {
        if doors == 0 {
            return vec![(0, Vec::new())];
        }
        let one = |(cost, run)| (cost, vec![run]);
        match self.couriers[centre][..] {
            [] => Vec::new(),
            [only] => self.courier_runs(only, doors, ready).into_iter().map(one).collect(),
            [first, second, ..] => {
                let mut found = Vec::new();
                for own in subsets(doors) {
                    let mut of_first: Vec<_> =
                        self.courier_runs(first, own, ready).into_iter().map(one).collect();
                    let mut of_second: Vec<_> =
                        self.courier_runs(second, doors & !own, ready).into_iter().map(one).collect();
                    if own == 0 {
                        of_first = vec![(0, Vec::new())];
                    }
                    if own == doors {
                        of_second = vec![(0, Vec::new())];
                    }
                    for (cost, runs) in &of_first {
                        found.extend(
                            of_second
                                .iter()
                                .map(|(more, others)| (cost + more, [&runs[..], others].concat())),
                        );
                    }
                }
                found
            }
        }
    }

    /// Times these runs in every manner, and shows those that are better than the bound to the audit, the cheapest first.
    fn time_and_judge(
        &mut self,
        chosen: &Chosen,
        (parts, trips): (&[Part], &Trips),
        couriers: Vec<CourierRun>,
        fixed: i64,
    ) {
        let out = chosen.iter().filter(|choice| choice.is_none()).count();
        let late = chosen.iter().flatten().filter(|choice| choice.is_late).count();
        let mut candidates: Vec<(i64, Candidate)> = Vec::new();
        for timed in couriers_in_time(&couriers) {
            let runs: Vec<TimedRun> = (couriers.iter().zip(timed))
                .map(|((courier, stops, times), timed)| TimedRun {
                    courier: *courier,
                    stops: stops.clone(),
                    times: times.clone(),
                    timed,
                })
                .collect();
            for truck in self.truck_in_time(chosen, parts, trips, &runs) {
                let candidate =
                    Candidate { case: self.case, chosen, parts, truck: Some(truck), couriers: runs.clone() };
                let runs = candidate.truck.iter().chain(&candidate.couriers);
                let late = candidate.couriers.iter().map(|run| run.times.lateness(&run.timed)).sum();
                let lateness = self.case.lateness_price(late);
                let cost = fixed + runs.map(|run| run.cost(self.case)).sum::<i64>() * 1_000 + lateness;
                candidates.push((cost, candidate));
            }
        }
        candidates.sort_by_key(|(cost, _)| *cost);
        for (cost, candidate) in candidates {
            if (out, late, cost) >= self.bound {
                return;
            }
            if !candidate.keeps_stores_and_rides() {
                self.rejected += 1;
                // What is not shown to the audit would not be clean.
                if self.rejected % 256 == 1 {
                    assert!(!broken(self.case, &candidate.plan(), &self.case.travel).is_empty());
                }
                continue;
            }
            let plan = candidate.plan();
            self.audits += 1;
            let broken = broken(self.case, &plan, &self.case.travel);
            let unexpected = broken.iter().find(|text| !is_of_temperature(text));
            assert!(unexpected.is_none(), "seed {}: {unexpected:?}", self.case.drawn.seed);
            if broken.is_empty() {
                self.bound = key(self.case, &plan, chosen);
                assert_eq!(self.bound, (out, late, cost));
                self.best = Some(plan);
                return;
            }
        }
    }

    /// The truck's run in several manners, each in time for these couriers and for families.
    fn truck_in_time(
        &self,
        chosen: &Chosen,
        parts: &[Part],
        trips: &Trips,
        couriers: &[TimedRun],
    ) -> Vec<TimedRun> {
        let loads = |order: usize| {
            let trips = couriers.iter().flat_map(|run| run.stops.iter().zip(&run.timed));
            trips.filter(|(stops, _)| stops.contains(&order)).map(|(_, timed)| timed.loads).next()
        };
        let ready_by = |part: Part| {
            let is_here = |choice: &Choice| (choice.centre, choice.wave) == (part.centre, part.wave);
            let rows = chosen.iter().enumerate().filter(|(_, row)| row.as_ref().is_some_and(is_here));
            rows.filter_map(|(order, row)| loads(order).or(row.map(|row| row.ready_by)))
                .min()
                .unwrap_or(i64::MAX / 4)
        };
        let Some(times) = truck_run(self.case, self.truck, parts, trips, ready_by) else { return Vec::new() };
        times
            .moments()
            .into_iter()
            .map(|timed| TimedRun { courier: self.truck, stops: trips.clone(), times: times.clone(), timed })
            .collect()
    }
}

/// Whether a violation concerns what these files do not reckon themselves.
fn is_of_temperature(text: &str) -> bool {
    ["audit/too-warm", "audit/too-warm-at-handover", "audit/cannot-keep"]
        .iter()
        .any(|code| text.contains(code))
}

/// Combinations of the couriers' times, all in the same manner.
fn couriers_in_time(couriers: &[CourierRun]) -> Vec<Vec<Vec<TimedTrip>>> {
    let all: Vec<Vec<Vec<TimedTrip>>> = couriers.iter().map(|(.., times)| times.moments()).collect();
    let count = all.iter().map(Vec::len).max().unwrap_or(1);
    (0..count).map(|at| all.iter().map(|of_run| of_run[at.min(of_run.len() - 1)].clone()).collect()).collect()
}
