//! Searching the index: the candidates for a text, and whether one of them is clearly meant.

use super::address::{AddressEntry, AddressIndex, EntryKind, House};
use super::fold::{is_number, is_one_edit, query_words};
use coldmile_geometry::Point;

/// How exactly a candidate says where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Precision {
    /// The door with the number in the query.
    House,
    /// A named place: a shop, an office, a building.
    Place,
    /// A street; the door may be this many metres from the point.
    Street {
        /// From the candidate's point to the far end of the street.
        reach_m: u32,
    },
    /// A town.
    Town,
}

/// Something that may be meant.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// Where it is.
    pub point: Point,
    /// What people would write: `12 Triq il-Kbira, Mosta`.
    pub label: String,
    /// How well name and query fit, 0 to 1.
    pub score: f64,
    /// How exactly it says where.
    pub precision: Precision,
}

/// What [`AddressIndex::locate`] found.
#[derive(Clone, Debug, PartialEq)]
pub enum Match {
    /// One place is meant, and its door is known well enough to drive there.
    Exact(Candidate),
    /// Several are meant, or the one is too long a street; best first.
    Doubtful(Vec<Candidate>),
    /// Nothing is called like this.
    Unknown,
}

/// Most candidates that a search returns.
const MAX_CANDIDATES: usize = 10;
/// Candidates with a lower score are left out.
const MIN_SCORE: f64 = 0.35;
/// From this score on the best candidate may be taken without asking back.
const SURE_SCORE: f64 = 0.75;
/// A second candidate with at least this share of the best score may be meant as well.
const RIVAL_SHARE: f64 = 0.93;
/// Candidates this near to each other, in metres, count as the same place.
const SAME_PLACE_M: f64 = 120.0;
/// A street that stretches no further is precise enough without a house number.
const SHORT_STREET_M: u32 = 150;
/// A word in more entries than this does not select any: `triq`, `il`.
const MAX_TELLING_ENTRIES: usize = 2_000;
/// Quality of a match when the known word only starts with the query's, or differs from it in one letter.
const PREFIX: f64 = 0.85;
const ONE_EDIT: f64 = 0.75;
/// Factor on the score of a street that does not have the number in the query.
const NUMBER_UNKNOWN: f64 = 0.9;
/// Factor on the score when the words of the name stand apart in the query.
const NAME_SPLIT: f64 = 0.92;

impl AddressIndex {
    /// The candidates for `text`, best first, at most ten. Case, accents, the order of words and usual abbreviations do
    /// not matter; one wrong letter in a word of five letters or more is tolerated.
    pub fn search(&self, text: &str) -> Vec<Candidate> {
        self.find(text).into_iter().map(|scored| scored.candidate).collect()
    }

    fn find(&self, text: &str) -> Vec<Scored> {
        let query = self.query(text);
        let score_entry = |entry: u32| {
            self.score_entry(&self.entries[entry as usize], &query).map(|scored| (scored, entry))
        };
        let mut found: Vec<(Scored, u32)> =
            self.selected(&query).into_iter().filter_map(score_entry).collect();
        found.retain(|(scored, _)| scored.candidate.score >= MIN_SCORE);
        found.sort_by(|(a, entry_a), (b, entry_b)| {
            let (a, b) = (&a.candidate, &b.candidate);
            b.score.total_cmp(&a.score).then(a.precision.cmp(&b.precision)).then(entry_a.cmp(entry_b))
        });
        let mut kept: Vec<Scored> = Vec::new();
        for (scored, _) in found {
            let is_same = |known: &Scored| {
                let (a, b) = (&known.candidate, &scored.candidate);
                a.label == b.label && a.point.distance_m(b.point) < 300.0
            };
            if !kept.iter().any(is_same) {
                kept.push(scored);
            }
            if kept.len() == MAX_CANDIDATES {
                break;
            }
        }
        kept
    }

    /// The one place that `text` means, or why that is not clear.
    pub fn locate(&self, text: &str) -> Match {
        let found = self.find(text);
        let Some(Scored { candidate: best, says_town }) = found.first() else { return Match::Unknown };
        // Few house numbers are on the map: without a town, a street that lacks the number may be meant all the same.
        let rival = best.score * if *says_town { RIVAL_SHARE } else { RIVAL_SHARE * NUMBER_UNKNOWN };
        let found: Vec<Candidate> = found.iter().map(|scored| scored.candidate.clone()).collect();
        let is_rival =
            |other: &&Candidate| other.score >= rival && other.point.distance_m(best.point) > SAME_PLACE_M;
        let rivals: Vec<Candidate> = found[1..].iter().filter(is_rival).cloned().collect();
        let is_precise = match best.precision {
            Precision::House | Precision::Place => true,
            Precision::Street { reach_m } => reach_m <= SHORT_STREET_M,
            Precision::Town => false,
        };
        if best.score >= SURE_SCORE && is_precise && rivals.is_empty() {
            return Match::Exact(best.clone());
        }
        if best.score >= SURE_SCORE {
            let mut meant = vec![best.clone()];
            meant.extend(rivals);
            return Match::Doubtful(meant);
        }
        Match::Doubtful(found)
    }

    fn query(&self, text: &str) -> Vec<QueryWord> {
        query_words(text)
            .into_iter()
            .map(|text| {
                let matches = self.matches(&text);
                let weight = matches.iter().map(|(word, _)| self.weight(*word)).fold(0.0, f64::max);
                // A word that is in no name counts against all names, but less than a rare word counts for one.
                let unknown = 0.6 * (1.0 + self.entries.len() as f64).ln();
                let is_number = is_number(&text);
                let weight = if matches.is_empty() { if is_number { 1.0 } else { unknown } } else { weight };
                QueryWord { text, is_number, matches, weight }
            })
            .collect()
    }

    /// The words of the index that `text` can stand for, with how well it does.
    fn matches(&self, text: &str) -> Vec<(u32, f64)> {
        let at = self.words.partition_point(|word| word.text.as_str() < text);
        if self.words.get(at).is_some_and(|word| word.text == text) {
            return vec![(at as u32, 1.0)];
        }
        let letters = text.chars().count();
        if letters < 4 || is_number(text) {
            return Vec::new();
        }
        let mut found = Vec::new();
        for (word, number) in
            self.words[at..].iter().zip(at as u32..).take_while(|(word, _)| word.text.starts_with(text))
        {
            // `kbir` for `kbira`, not `san` for `santa venera`.
            if word.text.len() <= text.len() + 4 {
                found.push((number, PREFIX));
            }
        }
        if found.is_empty() && letters >= 5 {
            let near_words = self.words.iter().zip(0..).filter(|(word, _)| is_one_edit(&word.text, text));
            found.extend(near_words.map(|(_, number)| (number, ONE_EDIT)));
        }
        found
    }

    /// How much a word distinguishes names: its inverse document frequency, logarithmic.
    fn weight(&self, word: u32) -> f64 {
        let with = self.words[word as usize].entries.len().max(1);
        (1.0 + self.entries.len() as f64 / with as f64).ln()
    }

    /// Entries that share a distinguishing word with the query.
    fn selected(&self, query: &[QueryWord]) -> Vec<u32> {
        let lists = || {
            query.iter().flat_map(|word| &word.matches).map(|(word, _)| &self.words[*word as usize].entries)
        };
        let mut selected: Vec<u32> =
            lists().filter(|entries| entries.len() <= MAX_TELLING_ENTRIES).flatten().copied().collect();
        if selected.is_empty() {
            selected = lists().min_by_key(|entries| entries.len()).cloned().unwrap_or_default();
        }
        selected.sort_unstable();
        selected.dedup();
        selected
    }

    /// The score of an entry for the query; `None` when none of its names shares a word with it.
    fn score_entry(&self, entry: &AddressEntry, query: &[QueryWord]) -> Option<Scored> {
        let mut best: Option<(f64, Vec<bool>)> = None;
        for name in &entry.names {
            let mut used = vec![false; query.len()];
            let cover = self.cover(name, query, &mut used);
            if best.as_ref().is_none_or(|(known, _)| cover > *known) {
                best = Some((cover, used));
            }
        }
        let (name_cover, mut used) = best.filter(|(cover, _)| *cover > 0.0)?;
        let spread = if is_in_one_piece(&used) { 1.0 } else { NAME_SPLIT };
        let mut says_town = false;
        let mut town = entry.town;
        while let Some(number) = town {
            let place = &self.towns[number as usize];
            let mut with_town = used.clone();
            let covers = place.names.iter().map(|name| self.cover(name, query, &mut with_town));
            // A part of the name is enough: people leave articles and saints out.
            if covers.fold(0.0, f64::max) >= 0.4 {
                says_town |= with_town != used;
                used = with_town;
            }
            // A parent has no parent: only towns and cities are parents, only smaller places have one.
            town = place.parent.filter(|parent| *parent != number && entry.kind != EntryKind::Town);
            if town.is_some_and(|parent| self.towns[parent as usize].parent.is_some()) {
                break;
            }
        }
        let house = house_of(entry, query, &mut used);
        if house.is_none() && entry.kind == EntryKind::Street {
            // A number that no house has is no evidence for another street.
            query.iter().zip(&mut used).filter(|(word, _)| word.is_number).for_each(|(_, used)| *used = true);
        }
        // A number that the map does not know says little against a street, unless another one has it.
        let asks_number = query.iter().any(|word| word.is_number);
        let number = if asks_number && house.is_none() { NUMBER_UNKNOWN } else { 1.0 };
        let total: f64 = query.iter().map(|word| word.weight).sum();
        let answered: f64 =
            query.iter().zip(&used).filter(|(_, used)| **used).map(|(word, _)| word.weight).sum();
        let score = spread * number * name_cover * answered / total.max(f64::MIN_POSITIVE);
        let precision = match (house, entry.kind) {
            (Some(_), _) => Precision::House,
            (None, EntryKind::Place) => Precision::Place,
            (None, EntryKind::Street) => Precision::Street { reach_m: entry.reach_m },
            (None, EntryKind::Town) => Precision::Town,
        };
        let point = house.map_or(entry.spot, |house| house.spot).into();
        let label = self.label(entry, house.map(|house| house.number.as_str()));
        Some(Scored { candidate: Candidate { point, label, score, precision }, says_town })
    }

    /// The share of a name that the query contains, by weight; the query's words that match are marked in `used`.
    fn cover(&self, name: &[u32], query: &[QueryWord], used: &mut [bool]) -> f64 {
        let (mut whole, mut said) = (0.0, 0.0);
        for word in name {
            let weight = self.weight(*word);
            whole += weight;
            let mut best = 0.0;
            for (wanted, used) in query.iter().zip(used.iter_mut()) {
                if let Some((_, quality)) = wanted.matches.iter().find(|(known, _)| known == word) {
                    *used = true;
                    best = f64::max(best, *quality);
                }
            }
            said += weight * best;
        }
        if whole == 0.0 { 0.0 } else { said / whole }
    }

    fn label(&self, entry: &AddressEntry, number: Option<&str>) -> String {
        let name = number.map_or_else(|| entry.name.clone(), |number| format!("{number} {}", entry.name));
        match entry.town.filter(|_| entry.kind != EntryKind::Town) {
            Some(town) => format!("{name}, {}", self.towns[town as usize].name),
            None => name,
        }
    }
}

/// The house that the unused words name: one whose whole number or name they contain, or failing that one with the
/// number among several (`12` for `12-14`). The matching words are marked.
fn house_of<'e>(entry: &'e AddressEntry, query: &[QueryWord], used: &mut [bool]) -> Option<&'e House> {
    let is_wanted =
        |text: &String, used: &[bool]| query.iter().zip(used).any(|(word, used)| !used && word.text == *text);
    let mut best: Option<(&House, Vec<String>)> = None;
    for house in &entry.houses {
        let parts = query_words(&house.number);
        let fits = !parts.is_empty() && parts.iter().all(|part| is_wanted(part, used));
        if fits && best.as_ref().is_none_or(|(_, known)| parts.len() > known.len()) {
            best = Some((house, parts));
        }
    }
    if best.is_none() {
        let number = query
            .iter()
            .zip(&*used)
            .find(|(word, used)| word.is_number && !**used)
            .map(|(word, _)| &word.text);
        best = number.and_then(|number| {
            let has_it = |house: &&House| query_words(&house.number).contains(number);
            entry.houses.iter().find(has_it).map(|house| (house, vec![number.clone()]))
        });
    }
    let (house, parts) = best?;
    query.iter().zip(used).filter(|(word, _)| parts.contains(&word.text)).for_each(|(_, used)| *used = true);
    Some(house)
}

/// Whether the words that were used stand next to each other.
fn is_in_one_piece(used: &[bool]) -> bool {
    let first = used.iter().position(|used| *used).unwrap_or(0);
    let last = used.iter().rposition(|used| *used).unwrap_or(0);
    used.get(first..=last).is_none_or(|between| between.iter().all(|used| *used))
}

/// A candidate, and whether the query names its town.
struct Scored {
    candidate: Candidate,
    says_town: bool,
}

/// A word of a query.
struct QueryWord {
    text: String,
    is_number: bool,
    /// The index's words that it can stand for, with how well it does.
    matches: Vec<(u32, f64)>,
    weight: f64,
}

#[cfg(test)]
mod tests {
    use super::*;
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
        let Match::Doubtful(both) = index.locate("12 Triq il-Kbira") else { panic!("two towns have one") };
        let labels: Vec<_> = both.iter().map(|candidate| candidate.label.as_str()).collect();
        assert_eq!(labels, ["12 Triq il-Kbira, Il-Mosta", "12 Triq il-Kbira, Ħaż-Żebbuġ"]);
        // 800 m of street and no such number: the door may be anywhere on it.
        assert!(matches!(index.locate("99 Triq il-Kbira, Mosta"), Match::Doubtful(_)));
        assert!(matches!(index.locate("Mosta"), Match::Doubtful(_)));
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
                    Match::Doubtful(_) | Match::Unknown => {}
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
