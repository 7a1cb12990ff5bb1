//! The rules of rich problems: vehicle types with shifts and prices, several depots and trips, release times, load
//! dimensions with pickups, pairs, alternatives, longest rides, exposure that adds up or fades, skills, limits on distance and
//! duration.
//!
//! Every node stores the attributes of its trip from the departure to itself (`head`) and from itself to the return (`tail`); a
//! trip stores the times of its vehicle's trips before and after. An insertion joins a handful of segments, whatever the
//! length of the route (concatenation; Vidal, Crainic, Gendreau and Prins, 2013). `D` is the number of load dimensions, `C`
//! is 1 where goods have limits of rides or exposure and 0 where none has, `E` is the number of dimensions in which exposure
//! fades: what is absent costs nothing.

use super::followed::{ChangedTrip, soft_ends};
use super::prepared_break::PreparedBreak;
use super::prices::ExtraPrices;
use crate::fading::{Fade, Fades, FadingSegment};
use crate::problem::{Backhauls, Client, Problem, SoftEnd, TimePrices, VehicleType};
use crate::search::arcs::{Arc, Arcs, UNREACHABLE, metres_below};
use crate::search::client_units::ClientUnits;
use crate::search::index::{FIRST_TYPE, NONE};
use crate::search::instance::Instance;
use crate::search::model::SearchModel;
use crate::search::single_trip::{self, SingleTrip};
use crate::search::state::State;
use crate::segment::{DurationSegment, ExposureSegment, LoadSegment, OPEN, RideSegment};
use crate::solution::Reason;
use coldmile_units::{Idx, Timestamp};
use smallvec::SmallVec;

/// Whether any goods have a longest ride or a limit of exposure on some vehicle.
pub(in crate::search) fn limits_goods(problem: &Problem) -> bool {
    let on = |client: &Client, row: &VehicleType| {
        client.longest_ride_on(row.carrier).is_some() || client.exposure_limit_on(row.carrier).is_some()
    };
    problem.vehicle_types().iter().any(|row| problem.clients().iter().any(|client| on(client, row)))
}

/// Whether time decides nothing, neither rules nor costs, and a trip keeps its capacity where the sums of what it brings and of
/// what it takes do: all goods are brought, or all that are taken come after those.
fn needs_only_sums(problem: &Problem) -> bool {
    let ignores_time = |row: &VehicleType| {
        row.cost_per_second == 0
            && row.time_prices == TimePrices::default()
            && row.break_rule.is_none()
            && row.max_duration.is_none()
            && row.max_trips == 1
    };
    let has_none = |load: &[i64]| load.iter().all(|&amount| amount == 0);
    let is_taken_last = |client: &Client| {
        has_none(&client.pickup) || has_none(&client.delivery) && problem.backhauls() == Backhauls::Last
    };
    !problem.has_windows()
        && problem.vehicle_types().iter().all(ignores_time)
        && problem.clients().iter().all(|client| {
            client.origin.is_none()
                && client.release == Timestamp::MIN
                && client.price_by_type.iter().all(|&price| price == 0)
                && is_taken_last(client)
        })
}

/// The dimensions of a vehicle type in which exposure fades and some client has a limit: the others change nothing.
fn limited_dimensions(problem: &Problem, row: &VehicleType) -> SmallVec<[usize; 4]> {
    let is_limited = |&dimension: &usize| {
        (problem.clients().iter()).any(|client| client.fading_on(row.carrier, dimension).limit.is_some())
    };
    (0..row.fading.len()).filter(is_limited).collect()
}

/// The most of these dimensions that a vehicle type has.
pub(in crate::search) fn fading_dimensions(problem: &Problem) -> usize {
    let of_type = problem.vehicle_types().iter().map(|row| limited_dimensions(problem, row).len());
    of_type.max().unwrap_or(0)
}

/// What a breach of exposure is measured in: the largest exposure of a stop, or [`SHARES`] where no exposure adds up.
fn exposure_unit(problem: &Problem) -> f64 {
    let largest = (problem.vehicle_types().iter())
        .flat_map(|row| problem.clients().iter().map(|client| client.exposure_on(row.carrier)))
        .max();
    match largest {
        Some(exposure @ 1..) => exposure as f64,
        _ => SHARES,
    }
}

/// The largest dose that fades on this vehicle type; at least 1.
fn largest_dose(problem: &Problem, row: &VehicleType) -> f64 {
    let doses = (0..row.fading.len())
        .flat_map(|at| problem.clients().iter().map(move |client| client.fading_on(row.carrier, at).dose));
    doses.max().unwrap_or(0).max(1) as f64
}

/// Two values of fading exposure that differ by no more may be one: far below the unit of doses and limits.
const ROUNDING: f64 = 1e-4;
/// Parts of a dose of fading exposure in which a breach is counted.
const SHARES: f64 = 65_536.0;

/// Rules of a rich problem.
#[expect(clippy::struct_excessive_bools, reason = "each says of the problem what need not be looked at")]
pub(in crate::search) struct RichModel<'a, const D: usize, const C: usize, const E: usize> {
    pub(super) units: &'a ClientUnits,
    pub(super) vehicle_types: Vec<RichVehicleType<'a, D, E>>,
    pub(super) fleet: Vec<u32>,
    pub(super) stops: Vec<RichStop<D>>,
    /// By client the soft end of its window; empty where all ends are hard.
    pub(super) soft_ends: Vec<Option<SoftEnd>>,
    pub(super) may_reload: bool,
    /// Whether some vehicle type has a break.
    pub(super) has_breaks: bool,
    /// Whether distance and the sums of a trip's loads decide everything: nodes then store no more than distances.
    pub(super) needs_only_sums: bool,
    /// What a breach of exposure is measured in.
    pub(super) exposure_unit: f64,
    /// The least that any vehicle type pays for a metre.
    pub(super) min_cost_per_metre: i64,
    /// Whether all vehicle types have the arcs of the first.
    pub(super) shares_arcs: bool,
    /// Above anything that a detour without a missing arc is compared with.
    pub(super) max_excess: i32,
    /// Whether the arcs of all of them keep the triangle inequality, as [`Arcs::is_metric`] says.
    pub(super) is_metric: bool,
}

/// A client, prepared.
pub(super) struct RichStop<const D: usize> {
    pub(super) time: DurationSegment,
    pub(super) service: i64,
    pub(super) release: i64,
    pub(super) load: [LoadSegment; D],
}

/// A vehicle type, prepared.
pub(super) struct RichVehicleType<'a, const D: usize, const E: usize> {
    pub(super) row: &'a VehicleType,
    pub(super) arcs: &'a Arcs,
    /// Whether they are those of the first vehicle type.
    pub(super) shares_first_arcs: bool,
    /// Positions of its depots among the stops of the arcs.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) loading: i64,
    pub(super) departure: DurationSegment,
    pub(super) arrival: DurationSegment,
    pub(super) capacity: [i64; D],
    pub(super) max_duration: i64,
    pub(super) max_distance: i64,
    pub(super) extra: ExtraPrices,
    pub(super) break_rule: Option<PreparedBreak>,
    /// How exposure fades, for each dimension that has limits.
    pub(super) fades: Fades,
    /// The same with surcharges instead of residues, for segments that are joined in any order under penalties.
    pub(super) penalised_fades: Fades,
    /// The departure in these dimensions.
    pub(super) fading_departure: [FadingSegment; E],
    /// What one unit of fading exposure weighs as a breach.
    pub(super) fading_weight: f64,
    /// By client: limits on its carrier, and a trip for its unit only if that fits.
    pub(super) clients: Vec<ClientOnVehicleType<E>>,
}

/// What holds for a client on a vehicle type.
pub(super) struct ClientOnVehicleType<const E: usize> {
    pub(super) ride: RideSegment,
    pub(super) exposure: ExposureSegment,
    pub(super) fading: [FadingSegment; E],
    /// The same with surcharges.
    pub(super) penalised_fading: [FadingSegment; E],
    /// Whether skills and bonds allow it.
    pub(super) is_allowed: bool,
    /// What serving it costs besides its arcs and what they take.
    pub(super) price: i64,
    pub(super) single_trip: Option<SingleTrip>,
}

/// What the limits of goods allow of a segment.
#[derive(Clone, Copy)]
pub(super) struct GoodsLimits {
    pub(super) ride: RideSegment,
    pub(super) exposure: ExposureSegment,
}

impl GoodsLimits {
    pub(super) const FREE: Self = Self { ride: RideSegment::FREE, exposure: ExposureSegment::stop(0, None) };
}

/// The attributes of a segment of a trip.
#[derive(Clone, Copy)]
pub(super) struct Attributes<const D: usize, const C: usize, const E: usize> {
    pub(super) time: DurationSegment,
    pub(super) goods: [GoodsLimits; C],
    pub(super) fading: [FadingSegment; E],
    pub(super) load: [LoadSegment; D],
}

impl<const D: usize, const C: usize, const E: usize> Attributes<D, C, E> {
    /// A depot at these times.
    pub(super) fn depot(time: DurationSegment) -> Self {
        Self {
            time,
            goods: [GoodsLimits::FREE; C],
            fading: [FadingSegment::FREE; E],
            load: [LoadSegment::default(); D],
        }
    }

    #[inline]
    pub(super) fn join(&self, arc_duration: i64, next: &Self, fades: &Fades) -> Self {
        let mut fading = self.fading;
        if E > 0 {
            for ((here, there), fade) in fading.iter_mut().zip(&next.fading).zip(fades) {
                *here = here.join(fade.over(arc_duration), *there);
            }
        }
        let goods = |(here, there): (&GoodsLimits, &GoodsLimits)| GoodsLimits {
            ride: here.ride.join(self.time, arc_duration, there.ride),
            exposure: here.exposure.join(there.exposure),
        };
        Self {
            time: self.time.join(arc_duration, next.time),
            goods: std::array::from_fn(|c| goods((&self.goods[c], &next.goods[c]))),
            fading,
            load: std::array::from_fn(|d| self.load[d].join(next.load[d])),
        }
    }

    /// By how much the longest ride is exceeded, the earliest start that keeps all rides, and by how much exposure is
    /// exceeded.
    pub(super) fn goods(&self) -> GoodsLimits {
        self.goods.first().copied().unwrap_or(GoodsLimits::FREE)
    }

    /// Whether the limits of a stop behind this part of a trip are kept in the dimensions that fade, but for rounding: the
    /// same trip joined in another order may differ by that much.
    #[inline]
    pub(super) fn keeps_fading(&self, arc_duration: i64, next: &Self, fades: &Fades) -> bool {
        let mut dimensions = self.fading.iter().zip(&next.fading).zip(fades);
        dimensions.all(|((here, there), fade)| here.may_precede(fade.over(arc_duration), *there, ROUNDING))
    }

    /// The same without an allowance for rounding.
    pub(super) fn keeps_fading_strictly(&self, arc_duration: i64, next: &Self, fades: &Fades) -> bool {
        let mut dimensions = self.fading.iter().zip(&next.fading).zip(fades);
        dimensions.all(|((here, there), fade)| here.may_precede(fade.over(arc_duration), *there, 0.0))
    }

    /// For a whole trip: by how much fading exposure would have to be smaller at the departure, over all dimensions.
    #[inline]
    pub(super) fn excess_fading(&self) -> f64 {
        self.fading.iter().map(|fading| fading.excess()).sum()
    }
}

/// What the screening of neighbours reads of a node of a rich problem.
#[derive(Clone, Copy)]
pub(in crate::search) struct RichNode {
    /// Metres to the next node, and from the one before.
    pub(super) metres_to_next: i32,
    pub(super) metres_from_prev: i32,
    /// Of a client, by head and tail: earliest end of service, and latest start that keeps the rest of the trip on time.
    pub(super) earliest_departure: i64,
    pub(super) latest_start: i64,
}

impl Default for RichNode {
    fn default() -> Self {
        Self { metres_to_next: 0, metres_from_prev: 0, earliest_departure: -OPEN, latest_start: OPEN }
    }
}

/// What is added to a trip: metres, seconds of service, and what the clients cost besides.
#[derive(Clone, Copy)]
pub(super) struct ServedMore {
    pub(super) detour: i64,
    pub(super) service: i64,
    pub(super) price: i64,
    /// A break that the route did not have before.
    pub(super) on_break: i64,
}

/// The attributes of its trip as far as a node, and from there on. A trip's own node holds its departure as `head` and its return
/// as `tail`.
#[derive(Clone, Copy)]
pub(in crate::search) struct RichDetails<const D: usize, const C: usize, const E: usize> {
    pub(super) head: Attributes<D, C, E>,
    pub(super) tail: Attributes<D, C, E>,
}

impl<const D: usize, const C: usize, const E: usize> Default for RichDetails<D, C, E> {
    fn default() -> Self {
        let nothing = Attributes::depot(DurationSegment::stop(-OPEN, OPEN));
        Self { head: nothing, tail: nothing }
    }
}

/// What a trip of a rich problem stores.
#[derive(Clone, Copy)]
pub(in crate::search) struct RichTrip<const D: usize> {
    pub(super) vehicle_type: Idx<VehicleType>,
    pub(super) release: i64,
    /// Departure to return, and what is loaded in all.
    pub(super) time: DurationSegment,
    pub(super) delivery: [i64; D],
    pub(super) pickup: [i64; D],
    pub(super) distance: i64,
    /// Travel time of a trip that keeps all windows, and what its clients cost, where prices of either apply.
    pub(super) travel: i64,
    pub(super) price: i64,
    /// The client after which the vehicle has its break; [`NONE`] when it is not on this trip.
    pub(super) break_after: u32,
    /// Whether it is on any trip of the route.
    pub(super) has_break: bool,
    /// The vehicle's trips before and after this one.
    pub(super) before: Option<DurationSegment>,
    pub(super) after: Option<DurationSegment>,
    /// Shortest duration, loading included, and distance of the whole route.
    pub(super) route_duration: i64,
    pub(super) route_distance: i64,
    /// The earliest end of the whole route.
    pub(super) route_end: i64,
    /// The earliest departure of this trip that keeps the longest rides.
    pub(super) ride_start: i64,
    /// What tardiness adds to the cost of the whole route.
    pub(super) route_tardiness: i64,
}

impl<const D: usize> Default for RichTrip<D> {
    fn default() -> Self {
        Self {
            vehicle_type: FIRST_TYPE,
            release: -OPEN,
            time: DurationSegment::stop(-OPEN, OPEN),
            delivery: [0; D],
            pickup: [0; D],
            distance: 0,
            travel: 0,
            price: 0,
            break_after: NONE,
            has_break: false,
            before: None,
            after: None,
            route_duration: 0,
            route_distance: 0,
            route_end: 0,
            ride_start: -OPEN,
            route_tardiness: 0,
        }
    }
}

impl<const D: usize, const E: usize> RichVehicleType<'_, D, E> {
    /// The attributes of a departure at these times.
    pub(super) fn depart<const C: usize>(&self, time: DurationSegment) -> Attributes<D, C, E> {
        Attributes { fading: self.fading_departure, ..Attributes::depot(time) }
    }
}

impl<'a, const D: usize, const C: usize, const E: usize> RichModel<'a, D, C, E> {
    /// The rules of any problem with at most `D` load dimensions.
    pub fn new(instance: &'a Instance<'_>) -> Self {
        let problem = instance.problem;
        let client_count = problem.clients().len();
        let in_dimension = |load: &[i64], d: usize| load.get(d).copied().unwrap_or(0);
        let load = |client: &Client, d: usize| match client.origin {
            // What was taken up at the origin leaves the vehicle here.
            Some(origin) => {
                let pickup = -in_dimension(&problem.clients()[origin].pickup, d);
                LoadSegment { delivery: 0, pickup, peak: 0 }
            }
            None => LoadSegment::stop(in_dimension(&client.delivery, d), in_dimension(&client.pickup, d)),
        };
        let stops = problem.clients().iter().map(|client| RichStop {
            time: single_trip::service(client),
            service: client.service.0,
            release: single_trip::clamp(client.release),
            load: std::array::from_fn(|d| load(client, d)),
        });
        let longest_service = problem.clients().iter().map(|client| client.service.0).max().unwrap_or(0);
        let exposure_unit = exposure_unit(problem);
        let first_profile = problem.vehicle_types().iter().next().map_or(Idx::new(0), |row| row.profile);
        let vehicle_types = problem.vehicle_types().enumerate().map(|(vehicle_type, row)| {
            let depots = [&problem.depots()[row.start_depot], &problem.depots()[row.end_depot]];
            let (start, end) = (client_count + row.start_depot.get(), client_count + row.end_depot.get());
            let arcs = instance.arcs_of(row);
            let single_trip_of = |c: usize, client: &Client| match instance.units.partner(c as u32) {
                NONE => {
                    let arcs = [arcs.at(start, c), arcs.at(c, end)];
                    single_trip::single_trip((vehicle_type, row), depots, &[client], &arcs)
                }
                _ if client.origin.is_some() => Err(Reason::NoVehicle),
                other => {
                    let (d, second) = (other as usize, &problem.clients()[Idx::new(other)]);
                    let arcs = [arcs.at(start, c), arcs.at(c, d), arcs.at(d, end)];
                    single_trip::single_trip((vehicle_type, row), depots, &[client, second], &arcs)
                }
            };
            let loading = depots[0].loading.0;
            let extra = ExtraPrices::new(vehicle_type, row, loading, problem.clients().iter());
            let longest = i64::from(arcs.max_time) + longest_service;
            let limited = limited_dimensions(problem, row);
            let fades: Fades =
                limited.iter().take(E).map(|&at| Fade::new(&row.fading[at], longest)).collect();
            let charged = fades.iter().zip(&limited).map(|(fade, &at)| {
                let residues = problem.clients().iter().map(|c| c.fading_on(row.carrier, at).residue);
                fade.with_surcharges(residues.max().unwrap_or(0))
            });
            let penalised_fades: Fades = charged.collect();
            let clients: Vec<_> = problem
                .clients()
                .iter()
                .enumerate()
                .map(|(c, client)| ClientOnVehicleType {
                    ride: single_trip::ride(client, row.carrier),
                    exposure: ExposureSegment::stop(
                        client.exposure_on(row.carrier),
                        client.exposure_limit_on(row.carrier),
                    ),
                    fading: std::array::from_fn(|at| match fades.get(at) {
                        Some(fade) => fade.stop(&client.fading_on(row.carrier, limited[at])),
                        None => FadingSegment::FREE,
                    }),
                    penalised_fading: std::array::from_fn(|at| match penalised_fades.get(at) {
                        Some(fade) => fade.stop(&client.fading_on(row.carrier, limited[at])),
                        None => FadingSegment::FREE,
                    }),
                    is_allowed: client.skills & !row.skills == 0 && !client.is_kept_from(vehicle_type),
                    price: extra.of_client(vehicle_type, client),
                    single_trip: single_trip_of(c, client).ok(),
                })
                .collect();
            RichVehicleType {
                row,
                arcs,
                shares_first_arcs: row.profile == first_profile,
                start,
                end,
                loading,
                departure: single_trip::departure(row, depots[0]),
                arrival: single_trip::arrival(row, depots[1]),
                capacity: std::array::from_fn(|d| row.capacity.get(d).copied().unwrap_or(i64::MAX)),
                max_duration: row.max_duration.map_or(i64::MAX, |limit| limit.0),
                max_distance: row.max_distance.unwrap_or(i64::MAX),
                extra,
                break_rule: row.break_rule.as_ref().map(PreparedBreak::new),
                fades,
                penalised_fades,
                fading_departure: std::array::from_fn(|at| match limited.get(at) {
                    Some(&dimension) => FadingSegment::departure(row.fading[dimension].start),
                    None => FadingSegment::FREE,
                }),
                fading_weight: exposure_unit / largest_dose(problem, row),
                clients,
            }
        });
        let (stops, vehicle_types): (Vec<_>, Vec<RichVehicleType<'_, D, E>>) =
            (stops.collect(), vehicle_types.collect());
        let is_metric = vehicle_types.iter().all(|vehicle_type| vehicle_type.arcs.is_metric);
        let max_distance = vehicle_types.iter().map(|row| row.arcs.max_distance).max().unwrap_or(0);
        Self {
            units: &instance.units,
            fleet: problem.vehicle_types().iter().map(|row| row.count.min(client_count) as u32).collect(),
            stops,
            soft_ends: soft_ends(problem.clients().iter()),
            exposure_unit,
            has_breaks: problem.vehicle_types().iter().any(|row| row.break_rule.is_some()),
            may_reload: problem.vehicle_types().iter().any(|row| row.max_trips > 1),
            needs_only_sums: C == 0 && E == 0 && needs_only_sums(problem),
            min_cost_per_metre: problem
                .vehicle_types()
                .iter()
                .map(|row| row.cost_per_metre)
                .min()
                .unwrap_or(0),
            shares_arcs: vehicle_types.iter().all(|vehicle_type| vehicle_type.shares_first_arcs),
            max_excess: if is_metric {
                max_distance.saturating_mul(2).saturating_add(1)
            } else {
                UNREACHABLE
            },
            is_metric,
            vehicle_types,
        }
    }

    /// Whether `client` may be on this trip as far as load and skills go; a cheap first test.
    #[inline]
    pub(super) fn may_join(&self, state: &State<Self>, client: u32, trip: u32) -> bool {
        let data = &state.trips[trip as usize].data;
        let vehicle_type = &self.vehicle_types[data.vehicle_type.get()];
        let load = &self.stops[client as usize].load;
        vehicle_type.clients[client as usize].is_allowed
            && (0..D).all(|d| {
                data.delivery[d] + load[d].delivery <= vehicle_type.capacity[d]
                    && data.pickup[d] + load[d].pickup <= vehicle_type.capacity[d]
            })
    }

    #[inline]
    pub(super) fn service(&self, node: u32) -> i64 {
        self.stops.get(node as usize).map_or(0, |stop| stop.service)
    }

    /// Metres from which on a detour costs `limit` or more on every vehicle type.
    #[inline]
    pub(super) fn metres(&self, limit: i64) -> i32 {
        metres_below(limit, self.min_cost_per_metre, self.max_excess)
    }

    /// Whether a position can be a detour below `metres` where one of its two arcs is longer by `excess` than the arc it
    /// replaces, and the other may be as short as can be.
    #[inline]
    pub(super) const fn may_pay(&self, excess: i32, metres: i32) -> bool {
        // Where distances are metric the other arc is at least as long as that excess, but for rounding.
        if self.is_metric { 2 * excess < metres.saturating_add(2) } else { excess < metres }
    }

    /// What inserting `client` between two nodes of a trip by these arcs costs; `None` when a rule forbids it or the cost is
    /// not below `limit`.
    #[inline]
    pub(super) fn insertion_between(
        &self,
        state: &State<Self>,
        (vehicle_type, data): (&RichVehicleType<'_, D, E>, &RichTrip<D>),
        client: u32,
        [after, next]: [u32; 2],
        [arrive, depart]: [Arc; 2],
        limit: i64,
    ) -> Option<i64> {
        let detour = i64::from(arrive.distance) + i64::from(depart.distance)
            - i64::from(state.nodes[after as usize].metres_to_next);
        let distance_cost = vehicle_type.row.cost_per_metre * detour;
        // The cost of time can only be added, but for detours that save time.
        if distance_cost >= limit || arrive.time == UNREACHABLE || depart.time == UNREACHABLE {
            return None;
        }
        if self.needs_only_sums {
            // Those were looked at before.
            return (data.route_distance + detour <= vehicle_type.max_distance).then_some(distance_cost);
        }
        let (stop, on_vehicle_type) = (&self.stops[client as usize], &vehicle_type.clients[client as usize]);
        let (head, tail) = (&state.details[after as usize].head, &state.details[next as usize].tail);
        if let Some(row) = &vehicle_type.break_rule {
            let ends = [(after, head), (next, tail)];
            let at = (vehicle_type, row, data);
            return self.insertion_around_break(state, at, client, ends, [arrive, depart], (detour, limit));
        }
        let duration_in = self.service(after) + i64::from(arrive.time);
        let duration_out = stop.service + i64::from(depart.time);
        let until = head.time.join(duration_in, stop.time);
        let mut time = until.join(duration_out, tail.time);
        if !time.is_feasible() || stop.release > time.latest_start {
            return None;
        }
        // Departing at the release instead of before moves nothing but the earliest end.
        time.earliest_end = time.earliest_end.max(stop.release + time.min_duration);
        let mut ride_start = -OPEN;
        for (before, metres_from_prev) in head.goods.iter().zip(&tail.goods) {
            let ride = before.ride.join(head.time, duration_in, on_vehicle_type.ride).join(
                until,
                duration_out,
                metres_from_prev.ride,
            );
            let exposure = before.exposure.join(on_vehicle_type.exposure).join(metres_from_prev.exposure);
            if ride.excess > 0 || ride.earliest_start > time.latest_start || exposure.excess > 0 {
                return None;
            }
            ride_start = ride.earliest_start;
        }
        if E > 0 {
            for (at, fade) in vehicle_type.fades.iter().enumerate() {
                let (arriving, leaving) = (fade.over(duration_in), fade.over(duration_out));
                let (before, own) = (head.fading[at], on_vehicle_type.fading[at]);
                if !before.may_precede(arriving, own, 0.0)
                    || !before.join(arriving, own).may_precede(leaving, tail.fading[at], 0.0)
                {
                    return None;
                }
            }
        }
        for d in 0..D {
            if head.load[d].join(stop.load[d]).join(tail.load[d]).peak > vehicle_type.capacity[d] {
                return None;
            }
        }
        let price = on_vehicle_type.price;
        let more = ServedMore { detour, service: stop.service, price, on_break: 0 };
        let cost = Self::cost_on_route(vehicle_type, data, time, more);
        if self.has_soft_ends() {
            let change = ChangedTrip {
                trip: state.links[if state.is_end(after) { next } else { after } as usize].trip,
                inserted: &[(after, client)],
                release: data.release.max(stop.release),
                ride_start,
                break_after: NONE,
                time,
                has_break: data.has_break,
            };
            return self.with_tardiness(state, (vehicle_type, data), &change, cost?, limit);
        }
        cost.filter(|&cost| cost < limit)
    }

    /// The attributes of one client.
    pub(super) fn attributes(
        &self,
        vehicle_type: &RichVehicleType<'_, D, E>,
        client: u32,
    ) -> Attributes<D, C, E> {
        let (stop, on_vehicle_type) = (&self.stops[client as usize], &vehicle_type.clients[client as usize]);
        let goods = GoodsLimits { ride: on_vehicle_type.ride, exposure: on_vehicle_type.exposure };
        Attributes { time: stop.time, goods: [goods; C], fading: on_vehicle_type.fading, load: stop.load }
    }
}

impl<const D: usize, const C: usize, const E: usize> SearchModel for RichModel<'_, D, C, E> {
    type Node = RichNode;
    type Details = RichDetails<D, C, E>;
    type Trip = RichTrip<D>;
    const HAS_UNITS: bool = true;

    fn client_count(&self) -> usize {
        self.stops.len()
    }

    fn needs_details(&self) -> bool {
        !self.needs_only_sums
    }

    fn units(&self) -> &ClientUnits {
        self.units
    }

    fn fleet(&self) -> &[u32] {
        &self.fleet
    }
}
