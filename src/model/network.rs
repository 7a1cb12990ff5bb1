//! Sites and the lanes between them.

use super::load::Compartment;
use super::parcel_size::DoorSize;
use coldmile_geometry::Point;
use coldmile_units::{Id, Idx, Millilitres, Money, Seconds, Table, TimeWindow, Timestamp};
use petgraph::graph::DiGraph;
use petgraph::visit::EdgeRef;
use serde::{Deserialize, Serialize};

/// What a site is in the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SiteKind {
    /// A sorting warehouse: where the day's goods are.
    Hub,
    /// A district warehouse between hub and centres.
    Branch,
    /// The community centre that orders pass through.
    Centre,
}

/// Storage capacity of a centre, by compartment: shelf, fridge, freezer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Storage {
    /// Shelf.
    pub ambient: Millilitres,
    /// Fridge.
    pub chilled: Millilitres,
    /// Freezer.
    pub frozen: Millilitres,
}

impl Storage {
    /// Capacity for anything: hubs, and sites that say nothing about their storage.
    pub const UNLIMITED: Self = Self {
        ambient: Millilitres(i64::MAX / 8),
        chilled: Millilitres(i64::MAX / 8),
        frozen: Millilitres(i64::MAX / 8),
    };

    /// Capacity of one compartment.
    pub const fn of(&self, compartment: Compartment) -> Millilitres {
        match compartment {
            Compartment::Ambient => self.ambient,
            Compartment::Chilled => self.chilled,
            Compartment::Frozen => self.frozen,
        }
    }
}

/// Any node of the network.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    /// The name in files.
    pub id: Id<Site>,
    /// Hub, branch or centre.
    pub kind: SiteKind,
    /// The name on screens.
    pub name: String,
    /// Where it stands.
    pub point: Point,
    /// When trucks and couriers may call, on the day itself.
    pub hours: TimeWindow,
    /// Capacity for goods; unlimited at hubs.
    pub storage: Storage,
    /// From a truck's arrival until its goods are sorted and can leave with a courier.
    pub handling: Seconds,
    /// For handling one parcel.
    pub handling_cost: Money,
    /// For being open at all, a day.
    pub fixed_cost: Money,
    /// What each parcel adds to a truck's stop, which then may last longer than the handling; where the file does not say,
    /// 15 s, and the stop lasts no longer than the handling.
    pub per_parcel_unload: Option<Seconds>,
    /// The door through which parcels come into fridge and freezer; `None` is no limit.
    pub storage_door: Option<DoorSize>,
}

/// A permitted linehaul: trucks from the tail site supply the head site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lane;

/// Orders released together at the hub: when they are ready there and by when they have to be at the centres.
#[derive(Clone, Debug, PartialEq)]
pub struct WaveSchedule {
    /// The name in files, such as `morning`.
    pub id: Id<WaveSchedule>,
    /// Orders placed later than this cannot join.
    pub cut_off: Timestamp,
    /// Goods stand sorted at the hub.
    pub hub_ready: Timestamp,
    /// Trucks must have arrived at the centres.
    pub centre_due: Timestamp,
}

/// All sites, the lanes between them and the waves that flow along them.
#[derive(Clone, Debug, Default)]
pub struct Network {
    sites: Table<Site>,
    lanes: DiGraph<Idx<Site>, Lane>,
    /// The day's waves, earliest first.
    pub waves: Table<WaveSchedule>,
}

impl Network {
    /// Adds a site; ids must be unique, which the reader checks.
    pub fn add_site(&mut self, site: Site) -> Idx<Site> {
        let position = self.sites.push(site);
        self.lanes.add_node(position);
        position
    }

    /// Lets trucks of `from` supply `to`.
    pub fn add_lane(&mut self, from: Idx<Site>, to: Idx<Site>) {
        // Node k of the graph is site k: both are only ever added together.
        self.lanes.update_edge((from.get() as u32).into(), (to.get() as u32).into(), Lane);
    }

    /// All sites.
    pub const fn sites(&self) -> &Table<Site> {
        &self.sites
    }

    /// The sites of one kind, in file order.
    pub fn sites_of(&self, kind: SiteKind) -> impl Iterator<Item = (Idx<Site>, &Site)> {
        self.sites.enumerate().filter(move |(_, site)| site.kind == kind)
    }

    /// The site with this id.
    pub fn site_by_id(&self, id: &str) -> Option<Idx<Site>> {
        self.sites.enumerate().find(|(_, site)| site.id.as_str() == id).map(|(position, _)| position)
    }

    /// The sites that supply `site` directly.
    pub fn suppliers(&self, site: Idx<Site>) -> impl Iterator<Item = Idx<Site>> {
        self.lanes
            .edges_directed((site.get() as u32).into(), petgraph::Direction::Incoming)
            .map(|lane| self.lanes[lane.source()])
    }

    /// The sites that `site` supplies directly.
    pub fn supplied(&self, site: Idx<Site>) -> impl Iterator<Item = Idx<Site>> {
        self.lanes
            .edges_directed((site.get() as u32).into(), petgraph::Direction::Outgoing)
            .map(|lane| self.lanes[lane.target()])
    }

    /// The lanes as a graph, for questions about the whole tree.
    pub const fn lanes(&self) -> &DiGraph<Idx<Site>, Lane> {
        &self.lanes
    }
}
