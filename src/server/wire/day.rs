//! The day: what stays the same whichever plan is published.

use super::quantities::{ByCompartment, WireLatLon, WireSpan, capacity, lat_lon};
use coldmile_geometry::Point;
use coldmile_model::{Day, SiteKind};
use serde::Serialize;
use utoipa::ToSchema;

/// Sites, couriers and waves of the day.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DayView {
    /// Name of the network.
    pub name: String,
    /// Local date, `2026-03-17`.
    pub date: String,
    /// IANA time zone in which screens show times.
    pub timezone: String,
    /// ISO 4217 code of all amounts.
    pub currency: String,
    /// Digits after the point of an amount in major units.
    pub minor_digits: u8,
    /// Who owns the map data; to be shown with every map.
    pub attribution: String,
    /// `[[south, west], [north, east]]` of sites and orders.
    #[schema(value_type = Vec<WireLatLon>)]
    pub bounds: [WireLatLon; 2],
    /// All sites.
    pub sites: Vec<SiteView>,
    /// Every courier on duty.
    pub couriers: Vec<CourierView>,
    /// The day's waves, earliest first.
    pub waves: Vec<WaveView>,
}

/// A hub, branch or centre.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SiteView {
    id: String,
    /// `hub`, `branch` or `centre`.
    kind: &'static str,
    name: String,
    point: WireLatLon,
    open_at: i64,
    close_at: i64,
    capacity_l: ByCompartment<f64>,
}

/// A person with a vehicle and a shift.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CourierView {
    /// Its id.
    pub id: String,
    name: String,
    /// The site where the shift starts.
    pub base: String,
    vehicle: String,
    profile: String,
    shift: WireSpan,
}

/// A wave.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WaveView {
    id: String,
    cut_off_at: i64,
    hub_ready_at: i64,
    centre_due_at: i64,
}

impl DayView {
    pub(crate) fn new(day: &Day, attribution: &str) -> Self {
        let sites = day.network.sites();
        Self {
            name: day.name.clone(),
            date: day.date.to_string(),
            timezone: day.timezone.clone(),
            currency: day.currency.clone(),
            minor_digits: minor_digits(&day.currency),
            attribution: attribution.to_owned(),
            bounds: bounds(
                sites.iter().map(|site| site.point).chain(day.orders.iter().map(|order| order.point)),
            ),
            sites: sites
                .iter()
                .map(|site| SiteView {
                    id: site.id.to_string(),
                    kind: match site.kind {
                        SiteKind::Hub => "hub",
                        SiteKind::Branch => "branch",
                        SiteKind::Centre => "centre",
                    },
                    name: site.name.clone(),
                    point: lat_lon(site.point),
                    open_at: site.hours.open().unix(),
                    close_at: site.hours.close().unix(),
                    capacity_l: capacity(site.storage),
                })
                .collect(),
            couriers: day
                .couriers
                .iter()
                .map(|courier| CourierView {
                    id: courier.id.to_string(),
                    name: courier.name.clone(),
                    base: sites[courier.base].id.to_string(),
                    vehicle: day.vehicle_types[courier.vehicle].id.to_string(),
                    profile: day.vehicle_types[courier.vehicle].profile.clone(),
                    shift: WireSpan {
                        open: courier.shift.open().unix(),
                        close: courier.shift.close().unix(),
                    },
                })
                .collect(),
            waves: day
                .network
                .waves
                .iter()
                .map(|wave| WaveView {
                    id: wave.id.to_string(),
                    cut_off_at: wave.cut_off.unix(),
                    hub_ready_at: wave.hub_ready.unix(),
                    centre_due_at: wave.centre_due.unix(),
                })
                .collect(),
        }
    }
}

/// The box around `points`; the whole globe around none.
fn bounds(points: impl Iterator<Item = Point>) -> [WireLatLon; 2] {
    points
        .map(|point| (lat_lon(point).0, lat_lon(point).0))
        .reduce(|(low, high), (point, _)| {
            ([low[0].min(point[0]), low[1].min(point[1])], [high[0].max(point[0]), high[1].max(point[1])])
        })
        .map_or([WireLatLon([-85.0, -180.0]), WireLatLon([85.0, 180.0])], |(low, high)| {
            [WireLatLon(low), WireLatLon(high)]
        })
}

/// Exponents of ISO 4217 that are not 2, among currencies in use.
fn minor_digits(currency: &str) -> u8 {
    match currency {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "VND"
        | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}
