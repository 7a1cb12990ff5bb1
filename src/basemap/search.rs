//! Searching the index: the candidates for a text, best first.

use super::address::{AddressEntry, AddressIndex, EntryKind};
use super::fold::{is_article, is_number, is_one_edit};
use super::houses::{Door, door_of};
use super::query::written_words;
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
        /// From the candidate's point to the far end of the street, or to the nearest doors that are known.
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

/// A candidate, and what it leaves open.
pub(super) struct Scored {
    pub candidate: Candidate,
    /// Its score for the part of the query alone that names it.
    pub part_score: f64,
    /// Whether the query names its town.
    pub says_town: bool,
    /// Whether the query has a word beside the name that the map does not know.
    pub has_unknown_beside: bool,
    /// Whether that is not the town it lies in, but one nearby.
    pub is_near_only: bool,
    /// Whether the part that names it says more, such as a number that is not known.
    pub says_more: bool,
    /// Whether the door was put between others by its number.
    pub is_between: bool,
}

/// A word of a query.
pub(super) struct QueryWord {
    pub text: String,
    pub part: usize,
    pub is_area: bool,
    pub is_number: bool,
    /// The index's words that it can stand for, with how well it does.
    matches: Vec<(u32, f64)>,
    weight: f64,
}

impl QueryWord {
    /// Whether no name of the map has it.
    pub fn is_unknown(&self) -> bool {
        self.matches.is_empty() && !self.is_number
    }
}

/// A query as the index sees it.
pub(super) struct Query {
    pub words: Vec<QueryWord>,
    /// Towns that it names, with the words that do.
    pub towns: Vec<(u32, Vec<bool>)>,
}

/// Most candidates that a search returns.
const MAX_CANDIDATES: usize = 10;
/// Candidates with a lower score are left out.
const MIN_SCORE: f64 = 0.35;
/// A word in more entries than this does not select any: `triq`, `il`.
const MAX_TELLING_ENTRIES: usize = 2_000;
/// Quality of a match when the known word only starts with the query's, or differs from it in one letter.
const PREFIX: f64 = 0.85;
const ONE_EDIT: f64 = 0.75;
/// Factor on the score of a street that does not have the number in the query.
pub(super) const NUMBER_UNKNOWN: f64 = 0.9;
/// Factor on the score when the words of the name stand apart in the query.
const NAME_SPLIT: f64 = 0.92;
/// Factor on the weight of an article: `Sliema` is `Tas-Sliema`.
const ARTICLE: f64 = 0.15;
/// The share of a town's name, by weight, that names it: people leave articles and saints out.
const TOWN_COVER: f64 = 0.4;
/// The share of a name, by weight, that is the whole name: an article may be missing.
const WHOLE_NAME: f64 = 0.85;
/// A street this near to the town that the query names may be counted among its streets, although another place is nearer.
const NEAR_TOWN_M: f64 = 4_000.0;
/// Factor on the score of such a street.
const NEAR_TOWN: f64 = 0.92;

impl AddressIndex {
    /// The candidates for `text`, best first, at most ten. Case, accents, the order of words and usual abbreviations do
    /// not matter; one wrong letter in a word of five letters or more is tolerated.
    pub fn search(&self, text: &str) -> Vec<Candidate> {
        self.find(&self.query(text)).into_iter().map(|scored| scored.candidate).collect()
    }

    pub(super) fn find(&self, query: &Query) -> Vec<Scored> {
        let score_entry =
            |entry: u32| self.score_entry(&self.entries[entry as usize], query).map(|scored| (scored, entry));
        let mut found: Vec<(Scored, u32)> =
            self.selected(&query.words).into_iter().filter_map(score_entry).collect();
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

    pub(super) fn query(&self, text: &str) -> Query {
        let word = |written: super::query::WrittenWord| {
            let matches = self.matches(&written.text);
            let weight = matches.iter().map(|(word, _)| self.weight(*word)).fold(0.0, f64::max);
            let (text, part) = (written.text, written.part);
            QueryWord { text, part, is_area: written.is_area, is_number: written.is_number, matches, weight }
        };
        let words: Vec<QueryWord> = written_words(text).into_iter().map(word).collect();
        let towns = self.towns_in(&words);
        Query { words, towns }
    }

    /// The towns that the words name.
    fn towns_in(&self, words: &[QueryWord]) -> Vec<(u32, Vec<bool>)> {
        let mut named: Vec<u32> = self
            .selected(words)
            .into_iter()
            .map(|entry| &self.entries[entry as usize])
            .filter(|entry| entry.kind == EntryKind::Town)
            .filter_map(|entry| entry.town)
            .collect();
        named.sort_unstable();
        named.dedup();
        let with_words = named.into_iter().filter_map(|town| {
            let mut used = vec![false; words.len()];
            let names = &self.towns[town as usize].names;
            let cover =
                names.iter().map(|name| self.cover(name, words, &|_| true, &mut used)).fold(0.0, f64::max);
            (cover >= TOWN_COVER).then_some((town, used))
        });
        with_words.collect()
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
        let word = &self.words[word as usize];
        let rarity = (1.0 + self.entries.len() as f64 / word.entries.len().max(1) as f64).ln();
        if is_article(&word.text) { rarity * ARTICLE } else { rarity }
    }

    /// Entries that share a distinguishing word with the query.
    fn selected(&self, words: &[QueryWord]) -> Vec<u32> {
        let lists = || {
            words.iter().flat_map(|word| &word.matches).map(|(word, _)| &self.words[*word as usize].entries)
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
    fn score_entry(&self, entry: &AddressEntry, query: &Query) -> Option<Scored> {
        let words = &query.words;
        let (name_cover, name_used) = self.name_in(entry, words)?;
        let spread = if is_in_one_piece(&name_used) { 1.0 } else { NAME_SPLIT };
        let (town_words, near) = self.town_words(entry, query, &name_used);
        let asks_number = words.iter().zip(&name_used).any(|(word, used)| word.is_number && !used);
        let door = door_of(entry, words, &name_used);
        // A number that the map does not know says little against a street, unless another one has it.
        let number = if asks_number && !matches!(door, Some(Door::Known(..))) { NUMBER_UNKNOWN } else { 1.0 };
        // A word that is in no name of the map is evidence for none of them; areas count where the map has one.
        let is_counted = |word: &QueryWord, in_town: bool| {
            !word.matches.is_empty() && !word.is_number && (!word.is_area || in_town)
        };
        let part = words.iter().zip(&name_used).find(|(_, used)| **used).map_or(0, |(word, _)| word.part);
        let is_house_word = |at: usize| matches!(&door, Some(Door::Known(_, used)) if used[at]);
        let is_answered = |at: usize| name_used[at] || town_words[at] || is_house_word(at);
        let says_town = town_words.contains(&true);
        // Behind the part of the town, other parts name a region or a country.
        let town_part =
            words.iter().zip(&town_words).filter(|(_, used)| **used).map(|(word, _)| word.part).max();
        let is_idle = |word: &QueryWord| town_part.is_some_and(|town| town > part && word.part > town);
        let (mut total, mut answered, mut in_part, mut answered_in_part) = (0.0, 0.0, 0.0, 0.0);
        for (at, word) in words.iter().enumerate() {
            let is_named = query.towns.iter().any(|(_, used)| used[at]);
            if (is_counted(word, is_named) && !is_idle(word)) || name_used[at] {
                let here = if is_answered(at) { word.weight } else { 0.0 };
                total += word.weight;
                answered += here;
                if word.part == part {
                    in_part += word.weight;
                    answered_in_part += here;
                }
            }
        }
        let share = |answered: f64, total: f64| {
            spread * number * near * name_cover * answered / f64::max(total, f64::MIN_POSITIVE)
        };
        let has_words = words.iter().zip(&name_used).any(|(word, used)| *used && !word.is_number);
        let part_score = if has_words { share(answered_in_part, in_part) } else { 0.0 };
        let score = share(answered, total);
        let has_unknown_beside = words.iter().enumerate().any(|(at, word)| {
            word.is_unknown()
                && word.part == part
                && !word.is_area
                && word.text.chars().count() > 2
                && !is_house_word(at)
        });
        let (precision, point, number) = match (&door, entry.kind) {
            (Some(Door::Known(house, _)), _) => (Precision::House, house.spot, Some(house.number.as_str())),
            (Some(Door::Between(spot, reach_m)), _) => (Precision::Street { reach_m: *reach_m }, *spot, None),
            (None, EntryKind::Place) => (Precision::Place, entry.spot, None),
            (None, EntryKind::Street) => (Precision::Street { reach_m: entry.reach_m }, entry.spot, None),
            (None, EntryKind::Town) => (Precision::Town, entry.spot, None),
        };
        let label = self.label(entry, number);
        let says_more = answered_in_part < 0.9 * in_part || (asks_number && precision == Precision::Place);
        let is_near_only = near < 1.0;
        let candidate = Candidate { point: point.into(), label, score, precision };
        let is_between = matches!(door, Some(Door::Between(..)));
        Some(Scored {
            candidate,
            part_score,
            says_town,
            has_unknown_beside,
            is_near_only,
            says_more,
            is_between,
        })
    }

    /// How much of the best of its names the query has, and the words that say it. A name stands in one part of the query.
    fn name_in(&self, entry: &AddressEntry, words: &[QueryWord]) -> Option<(f64, Vec<bool>)> {
        let mut best: Option<(f64, Vec<bool>)> = None;
        let parts = words.last().map_or(0, |word| word.part);
        for name in &entry.names {
            for part in 0..=parts {
                let is_open =
                    |word: &QueryWord| word.part == part && (!word.is_area || entry.kind == EntryKind::Town);
                let mut used = vec![false; words.len()];
                let cover = self.cover(name, words, &is_open, &mut used);
                if best.as_ref().is_none_or(|(known, _)| cover > *known) {
                    best = Some((cover, used));
                }
            }
            // Some names have commas themselves.
            let mut used = vec![false; words.len()];
            let cover = self.cover(name, words, &|word| !word.is_area, &mut used);
            if parts > 0
                && cover > 0.999
                && is_in_one_piece(&used)
                && best.as_ref().is_none_or(|(known, _)| cover > *known)
            {
                best = Some((cover, used));
            }
        }
        best.filter(|(cover, _)| *cover > 0.0)
    }

    /// The words that name the entry's town, and a factor for towns that are only near.
    fn town_words(&self, entry: &AddressEntry, query: &Query, name_used: &[bool]) -> (Vec<bool>, f64) {
        let mut chain: Vec<u32> = Vec::new();
        let mut town = entry.town;
        while let Some(number) = town.filter(|number| chain.len() < 3 && !chain.contains(number)) {
            chain.push(number);
            town = self.towns[number as usize].parent;
        }
        let mut said = vec![false; query.words.len()];
        let mut near_only: Option<&Vec<bool>> = None;
        for (town, used) in &query.towns {
            let is_free = used.iter().zip(name_used).any(|(used, name)| *used && !name);
            let is_own = chain.contains(town) && entry.kind != EntryKind::Town
                || entry.kind == EntryKind::Town && chain[1..].contains(town);
            if is_own && is_free {
                said.iter_mut().zip(used).for_each(|(said, used)| *said |= *used);
            } else if is_free && entry.kind != EntryKind::Town && self.is_near(entry, *town) {
                near_only = near_only.or(Some(used));
            }
        }
        match near_only {
            Some(used) if !said.contains(&true) => (used.clone(), NEAR_TOWN),
            _ => (said, 1.0),
        }
    }

    fn is_near(&self, entry: &AddressEntry, town: u32) -> bool {
        // The first entries are the towns, in their order.
        let Some(place) = self.entries.get(town as usize).filter(|place| place.kind == EntryKind::Town)
        else {
            return false;
        };
        Point::from(place.spot).distance_m(entry.spot.into()) < NEAR_TOWN_M
    }

    /// The share of a name that the words contain, by weight; those that match are marked in `used`.
    fn cover(
        &self,
        name: &[u32],
        words: &[QueryWord],
        is_open: &dyn Fn(&QueryWord) -> bool,
        used: &mut [bool],
    ) -> f64 {
        let (mut whole, mut said) = (0.0, 0.0);
        for word in name {
            let weight = self.weight(*word);
            whole += weight;
            let mut best = 0.0;
            for (wanted, used) in words.iter().zip(used.iter_mut()).filter(|(wanted, _)| is_open(wanted)) {
                if let Some((_, quality)) = wanted.matches.iter().find(|(known, _)| known == word) {
                    *used = true;
                    best = f64::max(best, *quality);
                }
            }
            said += weight * best;
        }
        if whole == 0.0 { 0.0 } else { said / whole }
    }

    /// The towns that the query names by their whole names: those whose words tell the most first, then those that are
    /// called so before all, then those with the most streets and places.
    pub(super) fn towns_named(&self, query: &Query, is_meant: &dyn Fn(&[bool]) -> bool) -> Vec<Candidate> {
        let told = |used: &[bool]| -> f64 {
            query.words.iter().zip(used).filter(|(_, used)| **used).map(|(word, _)| word.weight).sum()
        };
        let total: f64 = query.words.iter().map(|word| word.weight).sum();
        let cover =
            |name: &[u32]| self.cover(name, &query.words, &|_| true, &mut vec![false; query.words.len()]);
        let mut found: Vec<(f64, bool, usize, &AddressEntry)> = Vec::new();
        for (town, used) in query.towns.iter().filter(|(_, used)| is_meant(used)) {
            let names = &self.towns[*town as usize].names;
            let is_whole = names.iter().any(|name| cover(name) >= WHOLE_NAME);
            let entry =
                self.entries.get(*town as usize).filter(|entry| is_whole && entry.kind == EntryKind::Town);
            let Some(entry) = entry else { continue };
            let is_first = names.first().is_some_and(|name| cover(name) >= WHOLE_NAME);
            let size = self.entries.iter().filter(|entry| entry.town == Some(*town)).count();
            found.push((told(used), is_first, size, entry));
        }
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then((b.1, b.2).cmp(&(a.1, a.2))));
        let candidate = |(told, _, _, entry): (f64, bool, usize, &AddressEntry)| Candidate {
            point: entry.spot.into(),
            label: self.label(entry, None),
            score: told / total.max(f64::MIN_POSITIVE),
            precision: Precision::Town,
        };
        found.into_iter().map(candidate).collect()
    }

    pub(super) fn label(&self, entry: &AddressEntry, number: Option<&str>) -> String {
        let name = number.map_or_else(|| entry.name.clone(), |number| format!("{number} {}", entry.name));
        match entry.town.filter(|_| entry.kind != EntryKind::Town) {
            Some(town) => format!("{name}, {}", self.towns[town as usize].name),
            None => name,
        }
    }
}

/// Whether the words that were used stand next to each other.
fn is_in_one_piece(used: &[bool]) -> bool {
    let first = used.iter().position(|used| *used).unwrap_or(0);
    let last = used.iter().rposition(|used| *used).unwrap_or(0);
    used.get(first..=last).is_none_or(|between| between.iter().all(|used| *used))
}
