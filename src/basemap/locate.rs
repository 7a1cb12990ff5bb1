//! Deciding what an address means: one door, a street or a town that is near enough to plan with, the first of several, or
//! nothing that is on the map.

use super::address::AddressIndex;
use super::search::{Candidate, NUMBER_UNKNOWN, Precision, QueryWord, Scored};

/// What [`AddressIndex::locate`] found.
#[derive(Clone, Debug, PartialEq)]
pub enum Match {
    /// One place is meant, and its door is known well enough to drive there.
    Exact(Candidate),
    /// A place that can be planned with, and has to be looked at.
    Taken {
        /// The place.
        best: Candidate,
        /// What is not known.
        grade: Grade,
        /// What may be meant instead, best first, the place itself first of all where there are any.
        others: Vec<Candidate>,
    },
    /// Nothing fits well enough to plan with; best first.
    Doubtful(Vec<Candidate>),
    /// Nothing is called like this.
    Unknown,
}

/// How well the door of a place is known that was taken all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grade {
    /// The street is known, the door is somewhere along it.
    Street,
    /// Only the town, or a part of it.
    Town,
    /// Several places may be meant, or the address has words that the map does not know.
    First,
}

/// From this score on the best candidate may be taken without asking back.
const SURE_SCORE: f64 = 0.75;
/// From this score on it may be taken and flagged, where the map knows every word.
const LIKELY_SCORE: f64 = 0.55;
/// A second candidate with at least this share of the best score may be meant as well.
const RIVAL_SHARE: f64 = 0.93;
/// Candidates this near to each other, in metres, count as the same place.
const SAME_PLACE_M: f64 = 120.0;
/// A street that stretches no further is precise enough without a house number.
const SHORT_STREET_M: u32 = 150;

impl AddressIndex {
    /// The place that `text` means, and how sure that is.
    pub fn locate(&self, text: &str) -> Match {
        let query = self.query(text);
        // A town alone is the town, not the shop that is called after it.
        let is_alone = |used: &[bool]| {
            let parts: Vec<usize> =
                query.words.iter().zip(used).filter(|(_, used)| **used).map(|(word, _)| word.part).collect();
            let is_said = |(word, used): (&QueryWord, &bool)| {
                *used || word.is_area || word.is_unknown() && !parts.contains(&word.part)
            };
            query.words.iter().zip(used).all(is_said)
        };
        if let Some(town) = in_towns(self.towns_named(&query, &is_alone)) {
            return town;
        }
        let found = self.find(&query);
        let Some(first) = found.first() else { return Match::Unknown };
        let best = &first.candidate;
        // Few house numbers are on the map: without a town, a street that lacks the number may be meant all the same.
        let rival = best.score * if first.says_town { RIVAL_SHARE } else { RIVAL_SHARE * NUMBER_UNKNOWN };
        let is_rival = |other: &&Scored| {
            other.candidate.score >= rival && other.candidate.point.distance_m(best.point) > SAME_PLACE_M
        };
        let rivals: Vec<Candidate> =
            found[1..].iter().filter(is_rival).map(|other| other.candidate.clone()).collect();
        let all = || found.iter().map(|scored| scored.candidate.clone()).collect::<Vec<_>>();
        let has_unknown = query.words.iter().any(|word| word.is_unknown() && word.text.chars().count() > 2);
        let is_elsewhere = has_unknown && !first.says_town && best.precision != Precision::Town;
        let enough = if has_unknown { SURE_SCORE } else { LIKELY_SCORE };
        if best.score < enough {
            // What is not on the map lies in a town that is.
            let town = self.towns_named(&query, &|_| true).into_iter().take(1).collect();
            let in_town = in_towns(town);
            // A part of the address is found, and the others mean nothing here.
            let part = found.iter().filter(|other| other.part_score >= SURE_SCORE);
            let part = part.max_by(|a, b| {
                a.part_score.total_cmp(&b.part_score).then(b.candidate.label.cmp(&a.candidate.label))
            });
            let in_part = |part: &Scored| Match::Taken {
                best: part.candidate.clone(),
                grade: Grade::First,
                others: all(),
            };
            return in_town
                .or_else(|| part.filter(|_| !has_unknown).map(in_part))
                .unwrap_or_else(|| Match::Doubtful(all()));
        }
        let taken = |grade, others| Match::Taken { best: best.clone(), grade, others };
        if best.score < SURE_SCORE {
            return taken(Grade::First, all());
        }
        if !rivals.is_empty() {
            let meant = std::iter::once(best.clone()).chain(rivals).collect();
            return taken(Grade::First, meant);
        }
        let grade = match best.precision {
            Precision::Town => return taken(Grade::Town, Vec::new()),
            Precision::House | Precision::Place => None,
            Precision::Street { reach_m } if reach_m <= SHORT_STREET_M && !first.is_between => None,
            Precision::Street { .. } => Some(Grade::Street),
        };
        let is_loose = first.says_more && best.precision == Precision::Place;
        match grade {
            _ if is_elsewhere || first.has_unknown_beside || is_loose => {
                taken(Grade::First, vec![best.clone()])
            }
            Some(grade) => taken(grade, Vec::new()),
            None if first.is_near_only => taken(Grade::First, all()),
            None => Match::Exact(best.clone()),
        }
    }
}

/// The first of the towns that may be meant, if there are any.
fn in_towns(towns: Vec<Candidate>) -> Option<Match> {
    let best = towns.first()?.clone();
    let is_one = towns.iter().all(|town| town.point.distance_m(best.point) <= SAME_PLACE_M);
    let (grade, others) = if is_one { (Grade::Town, Vec::new()) } else { (Grade::First, towns) };
    Some(Match::Taken { best, grade, others })
}

#[cfg(test)]
mod tests {
    use super::*;
    use coldmile_geometry::Point;
    use coldmile_osm::places::{
        HouseNumber, Places, Settlement, SettlementKind, Street, StreetKind, Venue, VenueKind,
    };

    fn point(lat: f64, lon: f64) -> Point {
        Point::new(lat, lon).unwrap()
    }

    fn street(name: &str, lat: f64, lon: f64, metres: f64) -> Street {
        let step = metres / 2.0 / 90_000.0;
        Street {
            names: vec![name.to_owned()],
            kind: StreetKind::Residential,
            points: vec![point(lat, lon - step), point(lat, lon), point(lat, lon + step)],
            island: Some(0),
        }
    }

    /// Two towns 4 km apart, both with a long Triq il-Kbira.
    fn two_towns() -> AddressIndex {
        let town = |names: &[&str], lat, lon| Settlement {
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            point: point(lat, lon),
            kind: SettlementKind::Town,
            population: None,
        };
        let house = |number: &str, lat, lon| HouseNumber {
            street: "Triq il-Kbira".to_owned(),
            number: number.to_owned(),
            town: None,
            point: point(lat, lon),
        };
        AddressIndex::build(&Places {
            settlements: vec![
                town(&["Il-Mosta", "Mosta"], 35.91, 14.42),
                town(&["Ħaż-Żebbuġ"], 35.872, 14.44),
            ],
            streets: vec![
                street("Triq il-Kbira", 35.911, 14.421, 800.0),
                street("Triq il-Kbira", 35.873, 14.441, 600.0),
                street("Sqaq Nru 3", 35.9105, 14.42, 80.0),
                street("Triq San Pawl", 35.87, 14.44, 100.0),
            ],
            house_numbers: vec![
                house("12", 35.9111, 14.4215),
                house("12", 35.8731, 14.4412),
                house("12A", 35.911, 14.422),
            ],
            venues: vec![Venue {
                names: vec!["Żebbuġ Local Council".to_owned()],
                kind: VenueKind::TownHall,
                point: point(35.8721, 14.4401),
            }],
            buildings: Vec::new(),
        })
    }

    fn exact(index: &AddressIndex, text: &str) -> String {
        match index.locate(text) {
            Match::Exact(candidate) => candidate.label,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn an_address_is_found_however_it_is_written() {
        let index = two_towns();
        for text in [
            "12 Triq il-Kbira, Mosta",
            "Triq il-Kbira 12 Mosta",
            "mosta, TRIQ IL KBIRA, 12",
            "12 tr. il-kbira il-mosta",
        ] {
            assert_eq!(exact(&index, text), "12 Triq il-Kbira, Il-Mosta", "{text}");
        }
        assert_eq!(exact(&index, "Flat 3, 12A Triq il-Kbira, Mosta"), "12A Triq il-Kbira, Il-Mosta");
        assert_eq!(exact(&index, "12 triq il-kbira haz-zebbug"), "12 Triq il-Kbira, Ħaż-Żebbuġ");
        assert_eq!(exact(&index, "12 Triq il-Kbirra, Zebbug"), "12 Triq il-Kbira, Ħaż-Żebbuġ");
        assert_eq!(exact(&index, "Zebbug local council"), "Żebbuġ Local Council, Ħaż-Żebbuġ");
        assert_eq!(exact(&index, "Sqaq Nru 3, Mosta"), "Sqaq Nru 3, Il-Mosta");
        assert_eq!(exact(&index, "Triq San Pawl"), "Triq San Pawl, Ħaż-Żebbuġ");
    }

    #[test]
    fn what_is_not_clear_comes_back_with_candidates() {
        let index = two_towns();
        let Match::Taken { grade: Grade::First, others: both, .. } = index.locate("12 Triq il-Kbira") else {
            panic!("two towns have one")
        };
        let labels: Vec<_> = both.iter().map(|candidate| candidate.label.as_str()).collect();
        assert_eq!(labels, ["12 Triq il-Kbira, Il-Mosta", "12 Triq il-Kbira, Ħaż-Żebbuġ"]);
        // 800 m of street and no such number: the door may be anywhere on it.
        let grade = |text: &str| match index.locate(text) {
            Match::Taken { best, grade, others } => (best.label, grade, others.len()),
            other => panic!("{text}: {other:?}"),
        };
        let street = ("Triq il-Kbira, Il-Mosta".to_owned(), Grade::Street, 0);
        for text in
            ["99 Triq il-Kbira, Mosta", "Triq il-Kbira, Mosta, Malta", "Villa Rosa, Triq il-Kbira, Mosta"]
        {
            assert_eq!(grade(text), street, "{text}");
        }
        assert_eq!(grade("Mosta"), ("Il-Mosta".to_owned(), Grade::Town, 0));
        assert_eq!(grade("Triq Xi-Ħadd, Mosta"), ("Il-Mosta".to_owned(), Grade::Town, 0));
        // A town that the map does not know may be another than the one that has such a street.
        assert_eq!(grade("Triq San Pawl, Turku").1, Grade::First);
        for nothing in ["", "12", "Nowhere at all", "???", "\u{0}"] {
            assert_eq!(index.locate(nothing), Match::Unknown, "{nothing}");
        }
    }

    #[test]
    fn bytes_come_back_the_same_and_damaged_ones_are_refused() {
        let index = two_towns();
        let bytes = index.to_bytes();
        assert_eq!(AddressIndex::from_bytes(&bytes).unwrap(), index);
        assert!(AddressIndex::from_bytes(&bytes[..bytes.len() / 2]).is_err());
        for seed in (0..500).map(coldmile_units::Seed) {
            let mut rng = seed.rng();
            let mut damaged = bytes.clone();
            for _ in 0..3 {
                let at = rng.usize(..damaged.len());
                damaged[at] = rng.u8(..);
            }
            if let Ok(index) = AddressIndex::from_bytes(&damaged) {
                let _ = index.locate("12 Triq il-Kbira, Mosta");
            }
        }
    }

    #[test]
    fn house_numbers_of_malta_are_found_by_what_they_are_called() {
        let pbf = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/malta.osm.pbf")).unwrap();
        let index = AddressIndex::build(&coldmile_osm::read_places(&pbf).unwrap());
        assert!(index.len() > 10_000 && index.to_bytes().len() < 2_000_000);
        let (mut total, mut right, mut wrong) = (0, 0, 0);
        for entry in &index.entries {
            for house in entry.houses.iter().step_by(3) {
                let point: Point = house.spot.into();
                let full = index.label(entry, Some(&house.number));
                total += 1;
                match index.locate(&full) {
                    Match::Exact(found) if found.point.distance_m(point) < 200.0 => right += 1,
                    Match::Exact(_) => wrong += 1,
                    other => println!("{full}: {other:?}"),
                }
                // Without its town it may be doubtful, but never another house.
                if let Match::Exact(found) = index.locate(&format!("{} {}", house.number, entry.name)) {
                    wrong += u32::from(found.point.distance_m(point) > 200.0);
                }
            }
        }
        println!("{total} queries, {right} right, {wrong} wrong");
        assert!(
            right * 100 >= total * 98 && wrong * 200 <= total,
            "{total} queries, {right} right, {wrong} wrong"
        );
    }
}
