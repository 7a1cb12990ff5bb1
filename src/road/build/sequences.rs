//! Turn restrictions that look back over more than one turn, or hold at certain times.
//!
//! A rule over ways forbids a *sequence* of arcs. Arcs inside such a sequence are there twice: a trip that came along
//! the sequence is on the copy, and the last turn is forbidden from the copy only. Sequences that
//! overlap share copies: a copy stands for the longest part of any sequence that ends on its arc (Aho, Corasick 1975).

use super::chains::{Draft, number_of};
use super::turn_table::{Sequences, Turns};
use crate::elements::{Arc, FORBIDDEN};
use crate::profile::{ALWAYS_OPEN, Closing, Profile, ProfileRules, SizeLimit};
use coldmile_osm::{Restriction, RestrictionKind, RoadData, Schedule, TurnRule, Untimed};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A sequence of at least two arcs that is forbidden, always or at times (a position in the list of conditions).
type Ban = (Vec<u32>, Option<u16>);

/// Forbids what the restrictions of a profile forbid.
pub(super) fn forbid(data: &RoadData, rules: &ProfileRules, draft: &Draft, turns: &mut Turns) {
    let mut conditions: Vec<Closing> = draft.conditions.clone();
    let mut bans: BTreeSet<Ban> = BTreeSet::new();
    for rule in meant_rules(data, rules) {
        let when = rule.closing().map(|closing| number_of(&mut conditions, &closing));
        bans.extend(banned_by(&rule, draft, turns).into_iter().map(|arcs| (arcs, when)));
    }
    // What spans one turn and always holds needs no copies.
    bans.retain(|(arcs, when)| match (&arcs[..], when) {
        (&[from, to], None) => {
            if let Some(turn) = turns.position(from, to) {
                turns.ms[turn] = FORBIDDEN;
            }
            false
        }
        _ => true,
    });
    if !bans.is_empty() {
        remember(&bans, turns);
    }
    close(draft, turns);
    turns.sequences.conditions = conditions;
}

/// A restriction as a profile has to keep it.
struct MeantRule<'a> {
    kind: RestrictionKind,
    from: i64,
    /// The ways it ends on: several are a choice.
    to: Vec<i64>,
    path: &'a [u32],
    when: Option<&'a Schedule>,
    /// What it does not hold for, because it is small enough.
    up_to: Option<SizeLimit>,
}

impl MeantRule<'_> {
    /// When and for whom it holds; `None` is always and for all.
    fn closing(&self) -> Option<Closing> {
        match (self.when, self.up_to) {
            (None, None) => None,
            (Some(when), up_to) => Some(Closing { when: when.clone(), up_to }),
            (None, up_to) => {
                Schedule::when(&[], Untimed::Applies, |_| true).map(|when| Closing { when, up_to })
            }
        }
    }
}

/// The limit that a rule for large vehicles sets, where it is about one measure.
fn limit_of(rule: &TurnRule) -> Option<SizeLimit> {
    match rule.sizes[..] {
        [bound] if bound.is_for_larger => Some(SizeLimit::up_to(bound)),
        _ => None,
    }
}

/// What mandatory turns have in common that are one rule with a choice: first way, nodes, times, and size.
type ChoiceKey<'a> = (i64, &'a [u32], Option<&'a Schedule>, Option<SizeLimit>);

/// The restrictions that are meant for a profile. Mandatory turns from the same way over the same nodes are one rule with
/// a choice: each for itself would forbid the others.
fn meant_rules<'a>(data: &'a RoadData, rules: &ProfileRules) -> Vec<MeantRule<'a>> {
    let mut found: Vec<MeantRule<'a>> = Vec::new();
    let mut mandatory: HashMap<ChoiceKey<'a>, usize> = HashMap::new();
    for Restriction { rule, path } in
        data.restrictions().iter().filter(|restriction| applies(&restriction.rule, rules))
    {
        let (kind, from, when, up_to) = (rule.kind, rule.from, rule.when.as_ref(), limit_of(rule));
        if kind == RestrictionKind::Only {
            let number = *mandatory.entry((from, path, when, up_to)).or_insert(found.len());
            if let Some(known) = found.get_mut(number) {
                known.to.push(rule.to);
                continue;
            }
        }
        found.push(MeantRule { kind, from, to: vec![rule.to], path, when, up_to });
    }
    found
}

/// Forbids turning onto roads while they are closed, and passing barriers while they are. A trip that is on a closed road
/// may drive on to its end.
fn close(draft: &Draft, turns: &mut Turns) {
    let closed = |arc: u32| {
        let Arc { segment, is_backward, .. } = turns.arcs[arc as usize];
        draft.segments[segment as usize].kind.closed[usize::from(is_backward)]
    };
    let has_times = draft.node_uses.iter().any(|what| what.closed.is_some());
    if !has_times && (0..turns.arcs.len() as u32).all(|arc| closed(arc) == ALWAYS_OPEN) {
        return;
    }
    let mut found = Vec::new();
    for from in 0..turns.arcs.len() as u32 {
        let next = turns.out_arcs(turns.arcs[from as usize].head);
        for (turn, to) in (turns.first_turn[from as usize]..).zip(next) {
            let onto = closed(to);
            if onto != ALWAYS_OPEN && onto != closed(from) {
                found.extend(draft.closings[usize::from(onto)].iter().map(|&closing| (turn, closing)));
            }
            if !turns.turns_round(from, to) {
                let passed = draft.passing(&turns.arcs[from as usize], &turns.arcs[to as usize]);
                found.extend(passed.closed.map(|closed| (turn, closed)));
            }
        }
    }
    let conditional = &mut turns.sequences.conditional;
    conditional.extend(found);
    conditional.sort_unstable();
    conditional.dedup();
}

/// The sequences of arcs that a restriction forbids.
fn banned_by(rule: &MeantRule<'_>, draft: &Draft, turns: &Turns) -> Vec<Vec<u32>> {
    let path = rule.path;
    let node = |node: u32| draft.nodes.binary_search(&node).ok().map(|node| node as u32);
    let (Some(first), Some(last)) = (node(path[0]), node(path[path.len() - 1])) else { return Vec::new() };
    let Some(between) = arcs_along(path, draft, turns) else { return Vec::new() };
    let starts = turns.enters_of(first).filter(|&arc| draft.last_way(&turns.arcs[arc as usize]) == rule.from);
    let is_end = |from: u32, to: u32| {
        let onto = draft.first_way(&turns.arcs[to as usize]);
        rule.to.contains(&onto) && (path.len() > 1 || rule.from != onto || turns.turns_round(from, to))
    };
    let mut banned = Vec::new();
    for start in starts {
        let mut driven = vec![start];
        driven.extend_from_slice(&between);
        let before_end = driven[driven.len() - 1];
        let ends: Vec<u32> = turns.out_arcs(last).filter(|&to| is_end(before_end, to)).collect();
        if rule.kind == RestrictionKind::No {
            banned.extend(ends.iter().map(|&end| [&driven[..], &[end]].concat()));
            continue;
        }
        // A rule whose target cannot be driven anyway must not close the junction.
        let is_open =
            |pair: &[u32]| turns.position(pair[0], pair[1]).is_some_and(|turn| turns.ms[turn] != FORBIDDEN);
        if !driven.windows(2).all(is_open) || !ends.iter().any(|&end| is_open(&[before_end, end])) {
            continue;
        }
        // A mandatory path forbids every other turn, at each junction along it.
        for length in 1..=driven.len() {
            let so_far = &driven[..length];
            let is_allowed =
                |to: u32| driven.get(length).map_or_else(|| ends.contains(&to), |&next| next == to);
            let others =
                turns.out_arcs(turns.arcs[so_far[length - 1] as usize].head).filter(|&to| !is_allowed(to));
            banned.extend(others.map(|to| [so_far, &[to]].concat()));
        }
    }
    banned
}

/// The arcs from the first node of a path to its last; `None` when they cannot be driven.
fn arcs_along(path: &[u32], draft: &Draft, turns: &Turns) -> Option<Vec<u32>> {
    let mut arcs = Vec::new();
    let mut at = 0;
    while at + 1 < path.len() {
        let node = draft.nodes.binary_search(&path[at]).ok()? as u32;
        let (arc, reached) = turns.out_arcs(node).find_map(|arc| {
            let line = draft.line(turns.arcs[arc as usize].segment);
            let is_backward = turns.arcs[arc as usize].is_backward;
            let count = line.len();
            let along = |step: usize| line[if is_backward { count - 1 - step } else { step }];
            let follows =
                path.len() > at + count - 1 && (1..count).all(|step| along(step) == path[at + step]);
            follows.then_some((arc, at + count - 1))
        })?;
        arcs.push(arc);
        at = reached;
    }
    Some(arcs)
}

/// Adds copies of arcs so that each knows how much of a forbidden sequence has been driven.
fn remember(bans: &BTreeSet<Ban>, turns: &mut Turns) {
    let plain_count = turns.arcs.len() as u32;
    let mut states: BTreeMap<&[u32], u32> = BTreeMap::new();
    for (arcs, _) in bans {
        for length in 2..arcs.len() {
            states.insert(&arcs[..length], 0);
        }
    }
    let mut found = Sequences::default();
    for (number, (driven, state)) in states.iter_mut().enumerate() {
        *state = plain_count + number as u32;
        found.originals.push(driven[driven.len() - 1]);
    }
    // Each ban by its arcs; the same arcs may be forbidden under several conditions.
    let mut banned: BTreeMap<&[u32], Vec<Option<u16>>> = BTreeMap::new();
    for (arcs, when) in bans {
        banned.entry(arcs).or_default().push(*when);
    }
    let ends: BTreeSet<(u32, u32)> =
        banned.keys().chain(states.keys()).map(|arcs| (arcs[arcs.len() - 2], arcs[arcs.len() - 1])).collect();
    for &(from, to) in &ends {
        let Some(turn) = turns.position(from, to) else { continue };
        let pair = [from, to];
        if let Some(&state) = states.get(&pair[..]) {
            found.redirects.insert((from, to), state);
        }
        for when in banned.get(&pair[..]).into_iter().flatten().flatten() {
            found.conditional.push((turn as u32, *when));
        }
    }
    for (driven, &state) in &states {
        let original = driven[driven.len() - 1];
        let arc = turns.arcs[original as usize];
        let base = turns.first_turn[original as usize] as usize;
        turns.arcs.push(arc);
        for (offset, to) in turns.out_arcs(arc.head).enumerate() {
            let mut ms = turns.ms[base + offset];
            let now = [driven, &[to][..]].concat();
            // From long to short, so that the first state found is the longest.
            for from in 0..now.len() - 1 {
                let part = &now[from..];
                for when in banned.get(part).into_iter().flatten() {
                    match when {
                        None => ms = FORBIDDEN,
                        Some(when) => found.conditional.push((turns.ms.len() as u32, *when)),
                    }
                }
                if let Some(&next) = states.get(part) {
                    found.redirects.entry((state, to)).or_insert(next);
                }
            }
            turns.ms.push(ms);
        }
        turns.first_turn.push(turns.ms.len() as u32);
    }
    found.conditional.sort_unstable();
    found.conditional.dedup();
    turns.sequences = found;
}

/// Whether a restriction is meant for a profile.
fn applies(rule: &TurnRule, rules: &ProfileRules) -> bool {
    // What is said of goods vehicles is said of trucks too.
    let goods = (rules.base == Profile::Truck).then_some("goods");
    let is_own = |kind: &str| {
        let mut own = rules.keys.iter().copied().filter(|key| *key != "access").chain(goods);
        own.any(|key| key == kind)
    };
    let meant = match &rule.only_for {
        Some(kind) => is_own(kind),
        None => rules.base != Profile::Foot,
    };
    meant
        && (limit_of(rule).is_some() || rule.sizes.iter().all(|bound| bound.holds(rules.size)))
        && !rule.except.split(';').any(|kind| is_own(kind.trim()))
}
