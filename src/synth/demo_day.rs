//! A day folder from the places of a map.

use super::config::{DemoConfig, DemoError};
use super::doors::{HomeDoors, mean_point};
use super::locale::Locale;
use super::orders::Demand;
use super::sites::SiteChoice;
use super::{fleet, sites};
use coldmile_model::{
    Day, DayClock, DayRules, Network, RideRule, WaveSchedule, Weather, default_rules, write_network,
    write_orders,
};
use coldmile_osm::Places;
use coldmile_units::{Id, Money, Seconds, Table};

/// The two files of a day folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoDay {
    /// `network.toml`
    pub network_toml: String,
    /// `orders.csv`
    pub orders_csv: String,
}

/// Invents a day on the map that `places` were read from: families near real streets, drawn by the population of
/// towns; centres at real community centres, town halls, post offices, libraries and shops; a hub on an industrial
/// estate. Where a map lacks one of these, something plain takes its place.
///
/// # Errors
/// When no street with homes can be reached by car.
pub fn demo_day(places: &Places, config: &DemoConfig) -> Result<DemoDay, DemoError> {
    let doors = HomeDoors::of(places).ok_or(DemoError::NoStreets)?;
    let mut rng = config.seed.derive(0).rng();
    let sample: Vec<_> = (0..SAMPLE).map(|_| doors.draw(&mut rng)).collect();
    let locale = Locale::near(mean_point(&sample));
    let clock = DayClock::new(config.date, locale.timezone)
        .or_else(|| DayClock::new(config.date, "UTC"))
        .expect("UTC is in every time zone database");
    let mut day = Day {
        name: format!("Demo day, {}", locale.name),
        date: config.date,
        timezone: locale.timezone.to_owned(),
        currency: locale.currency.to_owned(),
        network: Network::default(),
        vehicle_types: Table::new(),
        couriers: Table::new(),
        orders: Table::new(),
        cold: default_rules(),
        weather: weather(&locale, &clock),
        family_hour: FAMILY_HOUR,
        rules: DayRules { walk_to_door: true, ride: RideRule::Whole, ..DayRules::default() },
        late_hour: Money::ZERO,
    };
    let needs_ferry = sample.iter().any(|door| door.island != 0);
    let at = |text: &str| clock.read(text).expect("the times below are times");
    for (id, cut_off, ready, due) in [
        ("morning", "-1 20:00", "05:30", if needs_ferry { "09:00" } else { "08:30" }),
        ("afternoon", "09:30", "11:00", if needs_ferry { "14:30" } else { "14:00" }),
    ] {
        day.network.waves.push(WaveSchedule {
            id: Id::from(id),
            cut_off: at(cut_off),
            hub_ready: at(ready),
            centre_due: at(due),
        });
    }
    let choice = SiteChoice { places, doors: &doors, sample: &sample };
    let chosen = choice.choose(centre_count(config.orders));
    let demand = Demand { doors: &doors, locale: &locale, clock: &clock, rules: &day.cold };
    day.orders = demand.orders(config);
    sites::build(&mut day.network, &chosen, &day.orders, &clock);
    fleet::build(&mut day, &chosen, &locale, &clock);
    Ok(DemoDay { network_toml: write_network(&day), orders_csv: write_orders(&day) })
}

/// The price of an hour of a family's walk: 10.00, as every currency of `locale` has cents.
const FAMILY_HOUR: Money = Money(1_000);

/// Doors drawn to find out where people live.
const SAMPLE: usize = 600;

/// One centre for some sixty orders, at least twelve where there is a day's work for them.
const fn centre_count(orders: usize) -> usize {
    let by_orders = orders.div_ceil(60);
    let least = if orders >= 300 { 12 } else { 4 };
    if by_orders < least {
        least
    } else if by_orders > 80 {
        80
    } else {
        by_orders
    }
}

/// Warmest at three in the afternoon, a cosine around the mean.
fn weather(locale: &Locale, clock: &DayClock) -> Weather {
    let midnight = clock.midnight();
    let (low, high) = locale.temperatures;
    let hourly_c = std::array::from_fn(|elapsed| {
        let hour = clock.hour(midnight + Seconds(elapsed as i64 * 3600)) as f64;
        let warmth = ((hour - 15.0) / 24.0 * std::f64::consts::TAU).cos();
        let celsius = f64::midpoint(low, high) + (high - low) / 2.0 * warmth;
        (celsius * 10.0).round() / 10.0
    });
    Weather { hourly_c, midnight }
}

#[cfg(test)]
mod tests {
    use super::*;
    use coldmile_geometry::Point;
    use coldmile_model::{Located, Reading, SiteKind, read_network, read_orders};
    use coldmile_osm::places::{Street, StreetKind};
    use coldmile_osm::read_places;
    use coldmile_units::Seed;

    fn folder(map: &str, orders: usize) -> Option<(Places, DemoDay)> {
        let pbf = std::fs::read(map).ok()?;
        let places = read_places(&pbf).unwrap();
        let demo = demo_day(&places, &DemoConfig { orders, ..DemoConfig::default() }).unwrap();
        Some((places, demo))
    }

    fn read(demo: &DemoDay) -> Day {
        let profiles = ["van", "truck", "bike", "foot"];
        let mut day = read_network(demo.network_toml.as_bytes(), "network.toml", &profiles).unwrap();
        let Reading { good, problems, .. } =
            read_orders(demo.orders_csv.as_bytes(), "orders.csv", &day, &|_| Located::Unknown);
        assert_eq!(problems, []);
        day.orders = good;
        day
    }

    #[test]
    fn malta_gets_centres_on_both_islands_and_orders_that_fit_its_vehicles() {
        let (places, demo) =
            folder(concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/malta.osm.pbf"), 800).unwrap();
        let day = read(&demo);
        assert_eq!((day.orders.len(), day.timezone.as_str()), (800, "Europe/Malta"));
        let centres: Vec<_> = day.network.sites_of(SiteKind::Centre).map(|(_, site)| site).collect();
        assert!(centres.len() >= 12);
        // Gozo lies north of 36.0°, the main island south of it.
        let on_gozo = |point: Point| point.latitude() > 36.0 && point.longitude() < 14.35;
        assert!(centres.iter().any(|site| on_gozo(site.point)));
        assert!(day.network.sites_of(SiteKind::Hub).all(|(_, hub)| !on_gozo(hub.point)));
        let gozo_orders = day.orders.iter().filter(|order| on_gozo(order.point)).count();
        assert!((20..120).contains(&gozo_orders), "{gozo_orders}");
        let van = day.vehicle_types.iter().find(|kind| kind.id.as_str() == "van").unwrap();
        assert!(day.orders.iter().all(|order| order.load.fits(&van.capacity)));
        let again = demo_day(&places, &DemoConfig::default()).unwrap();
        assert!(again == demo, "the same seed must give the same day");
        let other = demo_day(&places, &DemoConfig { seed: Seed(2), ..DemoConfig::default() }).unwrap();
        assert!(other != demo);
    }

    #[test]
    fn a_map_of_nothing_but_streets_will_do() {
        // Thirty streets of a kilometre, 300 m apart, near nowhere in particular.
        let street = |row: i32| Street {
            names: vec![format!("Street {row}")],
            kind: StreetKind::Residential,
            points: (0..20)
                .map(|step| Point::from_e7(450_000_000 + row * 27_000, 100_000_000 + step * 6_400))
                .collect(),
            island: Some(0),
        };
        let places = Places { streets: (0..30).map(street).collect(), ..Places::default() };
        let demo = demo_day(&places, &DemoConfig { orders: 50, ..DemoConfig::default() }).unwrap();
        let day = read(&demo);
        assert_eq!((day.orders.len(), day.network.sites_of(SiteKind::Centre).count()), (50, 4));
    }

    #[test]
    fn a_map_without_streets_is_refused() {
        assert_eq!(demo_day(&Places::default(), &DemoConfig::default()), Err(DemoError::NoStreets));
    }
}
