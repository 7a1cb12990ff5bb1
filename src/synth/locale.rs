//! What a day looks like in one part of the world: time zone, money, weather in March, names and telephone numbers.

use coldmile_geometry::Point;
use fastrand::Rng;

/// What is usual in one part of the world.
pub(super) struct Locale {
    pub name: &'static str,
    pub timezone: &'static str,
    pub currency: &'static str,
    /// Lowest and highest of a day in March, in °C.
    pub temperatures: (f64, f64),
    /// Start of every telephone number; chosen so that the numbers are not in use.
    phone: &'static str,
    given: &'static [&'static str],
    family: &'static [&'static str],
    /// Latitude and longitude of its middle, and how far it reaches, in kilometres.
    area: (f64, f64, f64),
}

const PLAIN_GIVEN: &[&str] =
    &["Alex", "Andrea", "Chris", "Dana", "Elia", "Kim", "Luca", "Maria", "Nora", "Robin", "Sam", "Vera"];
const PLAIN_FAMILY: &[&str] = &[
    "Baker", "Brook", "Carter", "Field", "Hill", "Lake", "Mason", "Miller", "Reed", "Stone", "Weaver", "Wood",
];

const LOCALES: &[Locale] = &[
    Locale {
        name: "Malta",
        timezone: "Europe/Malta",
        currency: "EUR",
        temperatures: (11.0, 18.0),
        phone: "+356 60",
        given: &[
            "Anna", "Carmen", "Doris", "Joseph", "Josette", "Karmenu", "Leli", "Maria", "Marija", "Ġorġ",
            "Pawlu", "Rita", "Salvu", "Tereża", "Victor", "Ċensu",
        ],
        family: &[
            "Abela",
            "Agius",
            "Attard",
            "Azzopardi",
            "Borg",
            "Camilleri",
            "Caruana",
            "Cassar",
            "Debono",
            "Farrugia",
            "Galea",
            "Grech",
            "Micallef",
            "Mifsud",
            "Pace",
            "Saliba",
            "Spiteri",
            "Vella",
            "Zammit",
            "Żahra",
        ],
        area: (35.93, 14.40, 40.0),
    },
    Locale {
        name: "Monaco",
        timezone: "Europe/Monaco",
        currency: "EUR",
        temperatures: (9.0, 15.0),
        phone: "+377 00",
        given: &["Camille", "Claire", "Hugo", "Julien", "Louis", "Lucie", "Marc", "Sophie"],
        family: &["Bernard", "Blanc", "Durand", "Fontaine", "Laurent", "Martin", "Moreau", "Rossi"],
        area: (43.74, 7.42, 25.0),
    },
    Locale {
        name: "Isle of Man",
        timezone: "Europe/Isle_of_Man",
        currency: "GBP",
        temperatures: (4.0, 10.0),
        phone: "+44 7700 90",
        given: &["Aalish", "Breesha", "Conor", "Ewan", "Finn", "Illiam", "Juan", "Kirree", "Orry", "Voirrey"],
        family: &[
            "Callister",
            "Cannell",
            "Corlett",
            "Cregeen",
            "Kelly",
            "Kermode",
            "Quayle",
            "Quilliam",
            "Watterson",
        ],
        area: (54.23, -4.53, 60.0),
    },
    Locale {
        name: "Helsinki",
        timezone: "Europe/Helsinki",
        currency: "EUR",
        temperatures: (-4.0, 2.0),
        phone: "+358 000",
        given: &["Aino", "Eero", "Helmi", "Ilona", "Juhani", "Kaisa", "Lauri", "Onni", "Sanna", "Väinö"],
        family: &["Heikkinen", "Järvinen", "Korhonen", "Laine", "Mäkinen", "Nieminen", "Salonen", "Virtanen"],
        area: (60.17, 24.94, 60.0),
    },
    Locale {
        name: "Porto",
        timezone: "Europe/Lisbon",
        currency: "EUR",
        temperatures: (9.0, 17.0),
        phone: "+351 000",
        given: &["Ana", "Beatriz", "Diogo", "Inês", "João", "Luís", "Mariana", "Rui", "Sofia", "Tiago"],
        family: &[
            "Almeida", "Carvalho", "Costa", "Ferreira", "Oliveira", "Pereira", "Santos", "Silva", "Sousa",
        ],
        area: (41.17, -8.57, 80.0),
    },
    Locale {
        name: "Shanghai",
        timezone: "Asia/Shanghai",
        currency: "CNY",
        temperatures: (8.0, 15.0),
        phone: "+86 000",
        given: &["芳", "伟", "娜", "敏", "静", "丽", "强", "磊", "洋", "勇"],
        family: &["王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴"],
        area: (31.23, 121.48, 120.0),
    },
];

impl Locale {
    /// The locale that `point` lies in; a neutral one with the time zone of its longitude where none is known.
    pub fn near(point: Point) -> Self {
        let known = LOCALES.iter().find(|locale| {
            let (latitude, longitude, reach) = locale.area;
            Point::new(latitude, longitude).is_ok_and(|middle| middle.distance_m(point) < reach * 1000.0)
        });
        known.map_or_else(
            || Self {
                name: "somewhere",
                timezone: zone_by_longitude(point.longitude()),
                currency: "EUR",
                temperatures: (9.0, 18.0),
                phone: "+000 00",
                given: PLAIN_GIVEN,
                family: PLAIN_FAMILY,
                area: (point.latitude(), point.longitude(), 0.0),
            },
            |locale| Self { ..*locale },
        )
    }

    /// A person who does not exist.
    pub fn person(&self, rng: &mut Rng) -> String {
        let given = rng.choice(self.given).unwrap_or(&"A.");
        let family = rng.choice(self.family).unwrap_or(&"B.");
        if given.is_ascii() || !given.starts_with(|first: char| first >= '\u{4e00}') {
            format!("{given} {family}")
        } else {
            format!("{family}{given}")
        }
    }

    /// A telephone number that is not in use.
    pub fn phone(&self, rng: &mut Rng) -> String {
        format!("{}{:02} {:04}", self.phone, rng.u32(0..100), rng.u32(0..10_000))
    }
}

/// The zone with the sun overhead at about noon. Names in `Etc` count westwards.
fn zone_by_longitude(longitude: f64) -> &'static str {
    const WEST_TO_EAST: [&str; 25] = [
        "Etc/GMT+12",
        "Etc/GMT+11",
        "Etc/GMT+10",
        "Etc/GMT+9",
        "Etc/GMT+8",
        "Etc/GMT+7",
        "Etc/GMT+6",
        "Etc/GMT+5",
        "Etc/GMT+4",
        "Etc/GMT+3",
        "Etc/GMT+2",
        "Etc/GMT+1",
        "Etc/GMT",
        "Etc/GMT-1",
        "Etc/GMT-2",
        "Etc/GMT-3",
        "Etc/GMT-4",
        "Etc/GMT-5",
        "Etc/GMT-6",
        "Etc/GMT-7",
        "Etc/GMT-8",
        "Etc/GMT-9",
        "Etc/GMT-10",
        "Etc/GMT-11",
        "Etc/GMT-12",
    ];
    let east = (longitude / 15.0).round().clamp(-12.0, 12.0);
    WEST_TO_EAST[(east + 12.0) as usize]
}

#[cfg(test)]
mod tests {
    use super::*;
    use coldmile_model::DayClock;
    use jiff::civil::date;

    #[test]
    fn every_locale_has_a_zone_that_exists_and_people_who_do_not() {
        for locale in LOCALES {
            assert!(DayClock::new(date(2026, 3, 17), locale.timezone).is_some(), "{}", locale.name);
            assert!(!locale.person(&mut Rng::with_seed(1)).is_empty());
        }
        for longitude in -18..=18 {
            let zone = zone_by_longitude(f64::from(longitude) * 10.0);
            assert!(DayClock::new(date(2026, 3, 17), zone).is_some(), "{zone}");
        }
        assert_eq!(Locale::near(Point::new(35.9, 14.5).unwrap()).timezone, "Europe/Malta");
        assert_eq!(Locale::near(Point::new(-30.0, -51.2).unwrap()).timezone, "Etc/GMT+3");
    }
}
