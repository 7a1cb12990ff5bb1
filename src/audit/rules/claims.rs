//! What a plan says of the orders that it leaves out, as far as a rule of the day or the road decides it.
//!
//! A claim is reported only where it is proved false. What depends on the search, such as room at a centre or the time of
//! couriers, is tested only for whether it may be called impossible.

use super::super::case::{Case, collect_by, fresh_until};
use super::super::roads::{Roads, VehicleProfile};
use super::super::violation::{Amount, Subject, Violation};
use super::family::family_profile;
use super::storage::{Fullest, fullest};
use coldmile_geometry::Point;
use coldmile_model::{Compartment, Courier, Fulfilment, Order, Site, SiteKind};
use coldmile_plan::{Detail, Details, reason_code, sentence};
use coldmile_road::MAX_SNAP;
use coldmile_units::{Id, Metres, Millilitres, Seconds, Timestamp};
use std::cell::OnceCell;
use std::collections::BTreeSet;

/// Minutes that a plan may leave between the latest moment a wave is ready and the departure to a family.
const SLACK: Seconds = Seconds::minutes(10);

/// No claim about an unplanned order is false.
pub fn claims(case: &Case, roads: &dyn Roads, found: &mut Vec<Violation>) {
    let claims = Claims::new(case, roads);
    for unplanned in &case.plan.unplanned {
        let (Some(order), Some(reason)) =
            (case.order(&unplanned.order), unplanned.code.strip_prefix("unplanned/"))
        else {
            continue;
        };
        let mut refute = |text: String, gap: Option<Metres>| {
            let text = format!("left out as {reason}, but {text}");
            let violation = Violation::new("audit/false-reason", Subject::Order(order.id.clone()), text);
            found.push(match gap {
                Some(gap) => violation.by(Amount::Metres(gap)),
                None => violation,
            });
        };
        let Some(known) = reason_code(&unplanned.code) else {
            refute("there is no such reason".to_owned(), None);
            continue;
        };
        if let Some(impossible) = known.impossible.filter(|&impossible| impossible != unplanned.impossible) {
            let word = if impossible { "would make it impossible" } else { "never makes it impossible" };
            refute(format!("that {word}"), None);
        }
        if !known.has_figures(&unplanned.details) {
            let names: Vec<&str> = unplanned.details.keys().map(String::as_str).collect();
            refute(format!("its figures are \"{}\"", names.join(", ")), None);
        } else if let Some(unknown) = claims.unknown_site(&unplanned.details) {
            refute(format!("there is no site {unknown}"), None);
        } else if !unplanned.reason.trim().is_empty()
            && sentence(&unplanned.code, &unplanned.details) != unplanned.reason
        {
            refute("its words are not those of its figures".to_owned(), None);
        }
        if let Some((text, gap)) = claims.refutation(reason, order, &unplanned.details) {
            refute(text, gap);
        }
    }
}

/// What the claims of one plan are held against.
struct Claims<'a> {
    case: &'a Case<'a>,
    roads: &'a dyn Roads,
    /// Profiles of the couriers at centres.
    to_doors: BTreeSet<VehicleProfile<'a>>,
    /// The profile of a family's walk.
    family: Option<VehicleProfile<'a>>,
    /// Of every store, found when the first claim asks for it.
    fullest: OnceCell<Fullest<'a>>,
}

impl<'a> Claims<'a> {
    fn new(case: &'a Case<'a>, roads: &'a dyn Roads) -> Self {
        let family = family_profile(case, roads);
        let mut claims = Self { case, roads, to_doors: BTreeSet::new(), family, fullest: OnceCell::new() };
        claims.to_doors = claims.staff(SiteKind::Centre).map(|courier| claims.profile_of(courier)).collect();
        claims
    }

    /// Who works at sites of a kind.
    fn staff(&self, kind: SiteKind) -> impl Iterator<Item = &'a Courier> {
        let day = self.case.day;
        day.couriers.iter().filter(move |courier| day.network.sites()[courier.base].kind == kind)
    }

    fn profile_of(&self, courier: &Courier) -> VehicleProfile<'a> {
        self.case.profile_of(&self.case.day.vehicle_types[courier.vehicle])
    }

    /// Sites of a kind, for centres only the one that the order insists on, if it does.
    fn sites(&self, kind: SiteKind, order: Option<&Order>) -> Vec<&'a Site> {
        let insisted = order.and_then(|order| order.centre);
        let sites = self.case.day.network.sites().enumerate();
        let is_meant =
            |site: &(_, &Site)| site.1.kind == kind && insisted.is_none_or(|wanted| wanted == site.0);
        sites.filter(is_meant).map(|(_, site)| site).collect()
    }

    /// How an order may get from a centre to its family; a delivery without couriers is judged by the family's walk.
    fn means_of(&self, fulfilment: Fulfilment) -> BTreeSet<VehicleProfile<'a>> {
        let family = self.family.into_iter();
        match fulfilment {
            Fulfilment::Door if !self.to_doors.is_empty() => self.to_doors.clone(),
            Fulfilment::Door | Fulfilment::Pickup => family.collect(),
            Fulfilment::Either => family.chain(self.to_doors.iter().copied()).collect(),
        }
    }

    /// Why a reason is false; `None` where it is true or cannot be told.
    fn refutation(&self, reason: &str, order: &Order, details: &Details) -> Option<(String, Option<Metres>)> {
        let plain = |text: Option<String>| text.map(|text| (text, None));
        match reason {
            "too-far-from-road" => self.near_road(order, details),
            "after-cut-off" => plain(self.wave_in_time(order, details)),
            "nobody-on-duty" => {
                plain(self.case.day.couriers.iter().next().map(|courier| format!("{} works", courier.id)))
            }
            "no-truck-on-duty" => plain(
                (self.is_staffed(SiteKind::Hub, None))
                    .then(|| "a truck works at every hub".to_owned())
                    .or_else(|| self.works_at(details)),
            ),
            "no-courier-on-duty" => plain(
                (self.is_staffed(SiteKind::Centre, Some(order)))
                    .then(|| "couriers work at every centre that it may pass through".to_owned())
                    .or_else(|| self.works_at(details)),
            ),
            "no-room-at-centre" => plain(self.has_room(order, details)),
            "no-centre-reachable" => plain(self.reached_from(order)),
            "load-too-large" => plain(self.fits_everywhere(order)),
            "wave-too-late" => plain(self.wave_before_window(order)),
            "parcel-too-large" => plain(self.passes_every_door(order)),
            "too-old" => plain(self.is_fresh(order)),
            _ => None,
        }
    }

    fn near_road(&self, order: &Order, details: &Details) -> Option<(String, Option<Metres>)> {
        let means = self.means_of(order.fulfilment);
        let distances = means.into_iter().filter_map(|profile| self.roads.nearest(profile, order.point));
        let nearest = distances.min_by(f64::total_cmp)?;
        let metres = Metres(nearest.round() as i64);
        let is_told = details.get("distance_m") == Some(&Detail::Whole(metres.0))
            && details.get("limit_m") == Some(&Detail::Whole(MAX_SNAP as i64));
        (nearest <= MAX_SNAP || !is_told).then(|| {
            (format!("a road is {metres} from the door, and {MAX_SNAP} m are accepted"), Some(metres))
        })
    }

    fn wave_in_time(&self, order: &Order, details: &Details) -> Option<String> {
        let last = self.case.day.network.waves.iter().max_by_key(|wave| wave.cut_off)?;
        let late = (order.placed_at - last.cut_off).0;
        let is_told = details.get("late_min") == Some(&Detail::Whole(late / 60 + i64::from(late % 60 > 0)));
        (late <= 0 || !is_told)
            .then(|| format!("the cut-off of wave {} is at {}", last.id, self.case.clock(last.cut_off)))
    }

    /// Whether couriers or trucks work at every site that is meant, of which there is at least one.
    fn is_staffed(&self, kind: SiteKind, order: Option<&Order>) -> bool {
        let bases: BTreeSet<&Id<Site>> =
            (self.staff(kind)).map(|courier| &self.case.day.network.sites()[courier.base].id).collect();
        let sites = self.sites(kind, order);
        !sites.is_empty() && sites.iter().all(|site| bases.contains(&site.id))
    }

    /// A site in the figures that the day does not have.
    fn unknown_site(&self, details: &Details) -> Option<String> {
        let named = details.iter().flat_map(|(name, figure)| match (name.as_str(), figure) {
            ("centre", Detail::Text(id)) => vec![id.clone()],
            ("hubs", Detail::Ids(ids)) => ids.clone(),
            _ => Vec::new(),
        });
        named.into_iter().find(|id| self.case.site(&id.as_str().into()).is_none())
    }

    /// A courier or truck that works at a site of which it is said that no one does.
    fn works_at(&self, details: &Details) -> Option<String> {
        let ids: Vec<&str> = match (details.get("centre"), details.get("hubs")) {
            (Some(Detail::Text(centre)), _) => vec![centre],
            (_, Some(Detail::Ids(hubs))) => hubs.iter().map(String::as_str).collect(),
            _ => Vec::new(),
        };
        let sites = self.case.day.network.sites();
        let mut couriers = self.case.day.couriers.iter();
        let courier = couriers.find(|courier| ids.contains(&sites[courier.base].id.as_str()))?;
        Some(format!("{} works at {}", courier.id, sites[courier.base].id))
    }

    /// Whether the centre has more room left at its fullest moment than is said.
    fn has_room(&self, order: &Order, details: &Details) -> Option<String> {
        let text = |name: &str| match details.get(name) {
            Some(Detail::Text(text)) => Some(text.as_str()),
            _ => None,
        };
        let short = match details.get("short_l")? {
            Detail::Whole(litres) => *litres as f64,
            Detail::Decimal(litres) => *litres,
            _ => return Some("its litres are no number".to_owned()),
        };
        let Some(centre) = self.case.site(&text("centre")?.into()) else {
            return Some("there is no such centre".to_owned());
        };
        let part = Compartment::ALL.into_iter().find(|part| Some(part.name()) == text("compartment"));
        let Some(part) = part else { return Some("there is no such compartment".to_owned()) };
        let stores = self.fullest.get_or_init(|| fullest(self.case));
        let held = stores.get(&(&centre.id, part)).copied().unwrap_or(Millilitres::ZERO);
        let own = order.load[part].0 + held.0 - centre.storage.of(part).0;
        (short <= 0.0 || order.load[part].0 == 0 || short * 1e3 > own as f64 + 0.5).then(|| {
            format!(
                "{} has {:.1} l too little {} room at its fullest",
                centre.id,
                own as f64 / 1e3,
                part.name()
            )
        })
    }

    /// Whether one gets from a site to a place and back.
    fn is_round_trip(&self, profile: VehicleProfile<'_>, site: Point, place: Point) -> Option<Seconds> {
        let fastest = |from, to| self.roads.travel(profile, from, &[to]).first().copied().flatten();
        fastest(place, site)?;
        fastest(site, place).map(|(duration, _)| duration)
    }

    /// The centre from which every means that may serve the order reaches its door.
    fn reached_from(&self, order: &Order) -> Option<String> {
        let means = self.means_of(order.fulfilment);
        let is_reached = |site: &&&Site| {
            means.iter().all(|&profile| self.is_round_trip(profile, site.point, order.point).is_some())
        };
        let sites = self.sites(SiteKind::Centre, Some(order));
        let site = sites.iter().find(is_reached).filter(|_| !means.is_empty())?;
        Some(format!("roads lead from {} to its door and back", site.id))
    }

    /// Whether every vehicle on duty takes the order.
    fn fits_everywhere(&self, order: &Order) -> Option<String> {
        let day = self.case.day;
        let mut crews = day.couriers.iter().peekable();
        crews.peek()?;
        let fits = crews.all(|courier| {
            let vehicle = &day.vehicle_types[courier.vehicle];
            let capacity = &vehicle.capacity;
            let mut volumes = order.load.volumes.iter().zip(&capacity.volumes);
            // What each compartment takes is enough where there is no bound on all of them together.
            vehicle.litres.is_none()
                && order.load.mass <= capacity.mass
                && volumes.all(|(own, capacity)| own <= capacity)
        });
        fits.then(|| "every vehicle on duty takes it".to_owned())
    }

    /// Whether no store has a door that is too small for the order's parcels.
    fn passes_every_door(&self, order: &Order) -> Option<String> {
        let passes = |site: &&Site| match (order.parcel_size, site.storage_door) {
            (Some(size), Some(door)) => {
                let ([_, middle, shortest], [long, short]) = (size.edges(), door.edges());
                middle <= long && shortest <= short
            }
            _ => true,
        };
        let is_ambient = order.load.volumes[1..].iter().all(|volume| volume.0 == 0);
        let sites = self.sites(SiteKind::Centre, Some(order));
        (is_ambient || sites.iter().all(passes)).then(|| "its parcels pass every door of a store".to_owned())
    }

    /// Whether the goods are fresh enough when the window opens.
    fn is_fresh(&self, order: &Order) -> Option<String> {
        let until = fresh_until(order);
        (until >= order.window.open())
            .then(|| format!("its goods are fresh until {}", self.case.clock(until)))
    }

    /// Whether at every centre within reach a wave is ready so early that the family is still served in its window.
    fn wave_before_window(&self, order: &Order) -> Option<String> {
        let means = self.means_of(order.fulfilment);
        let waves: Vec<_> =
            self.case.day.network.waves.iter().filter(|wave| wave.cut_off >= order.placed_at).collect();
        let mut reached = 0;
        for site in self.sites(SiteKind::Centre, Some(order)) {
            let travels: Option<Vec<Seconds>> =
                (means.iter()).map(|&profile| self.is_round_trip(profile, site.point, order.point)).collect();
            let Some(longest) = travels.and_then(|travels| travels.into_iter().max()) else { continue };
            reached += 1;
            let latest: Timestamp = collect_by(order, site);
            let is_in_time =
                |due: Timestamp| due.max(site.hours.open()) + site.handling + SLACK + longest <= latest;
            if !waves.iter().any(|wave| is_in_time(wave.centre_due)) {
                return None;
            }
        }
        (reached > 0).then(|| "at every centre within reach a wave is ready in time".to_owned())
    }
}
