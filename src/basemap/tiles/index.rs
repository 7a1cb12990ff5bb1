//! Which features meet a box: a packed R-tree, static, with sixteen boxes to a node.
//!
//! Features come sorted by the zoom they first show at, near ones near; each zoom has a tree of its own, so that a
//! shallow tile never visits features that only deeper ones show.

use super::grid::{Bounds, MAX_ZOOM};

const FANOUT: usize = 16;

/// The boxes of all features.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Index {
    bands: Vec<Band>,
}

/// Features that first show at one zoom.
#[derive(Clone, Debug, PartialEq)]
struct Band {
    zoom: u8,
    first: usize,
    /// From the features up to one box.
    levels: Vec<Vec<Bounds>>,
}

impl Index {
    /// `boxes` of the features and the zoom each first shows at, ascending by zoom.
    pub(super) fn new(boxes: &[(u8, Bounds)]) -> Self {
        let mut bands = Vec::new();
        let mut first = 0;
        for zoom in 0..=MAX_ZOOM {
            let count = boxes[first..].iter().take_while(|(from, _)| *from == zoom).count();
            if count > 0 {
                let mut levels =
                    vec![boxes[first..first + count].iter().map(|(_, bounds)| *bounds).collect()];
                while levels.last().is_some_and(|level: &Vec<Bounds>| level.len() > 1) {
                    let below = &levels[levels.len() - 1];
                    let union = |some: &[Bounds]| some.iter().fold(Bounds::EMPTY, |all, one| all.with(one));
                    levels.push(below.chunks(FANOUT).map(union).collect());
                }
                bands.push(Band { zoom, first, levels });
            }
            first += count;
        }
        Self { bands }
    }

    /// Positions of the features that show at `zoom` and whose box meets `window`, ascending.
    pub(super) fn search(&self, zoom: u8, window: &Bounds) -> Vec<usize> {
        let mut found = Vec::new();
        for band in self.bands.iter().filter(|band| band.zoom <= zoom) {
            band.search(band.levels.len() - 1, 0, window, &mut found);
        }
        found
    }
}

impl Band {
    fn search(&self, level: usize, position: usize, window: &Bounds, found: &mut Vec<usize>) {
        if !self.levels[level][position].meets(window) {
            return;
        }
        if level == 0 {
            found.push(self.first + position);
            return;
        }
        let below = position * FANOUT..((position + 1) * FANOUT).min(self.levels[level - 1].len());
        for inner in below {
            self.search(level - 1, inner, window, found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use coldmile_units::Seed;
    use i_overlay::i_float::int::point::IntPoint;

    #[test]
    fn it_finds_what_a_plain_look_at_every_box_finds() {
        for seed in (0..20).map(Seed) {
            let mut random = seed.rng();
            let mut boxes: Vec<(u8, Bounds)> = (0..random.usize(0..700))
                .map(|_| {
                    let min = IntPoint::new(random.i32(0..1000), random.i32(0..1000));
                    let max = IntPoint::new(min.x + random.i32(0..50), min.y + random.i32(0..50));
                    (random.u8(5..=14), Bounds { min, max })
                })
                .collect();
            boxes.sort_by_key(|(zoom, _)| *zoom);
            let index = Index::new(&boxes);
            let window = Bounds { min: IntPoint::new(300, 300), max: IntPoint::new(500, 420) };
            let plain: Vec<usize> = (0..boxes.len())
                .filter(|&position| boxes[position].0 <= 11 && boxes[position].1.meets(&window))
                .collect();
            assert_eq!(index.search(11, &window), plain, "{seed:?}");
        }
    }
}
