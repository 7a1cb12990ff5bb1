//! A source as bytes: a section of the prepared map.
//!
//! A version byte, the length of the head (4 bytes, little endian), the head (texts, then features, each origin as the
//! offset from the one before), and the shapes. The container has a checksum; what is read here is checked all the same, so that
//! no foreign bytes make a tile panic.

use super::grid::{Bounds, MAX_ZOOM, WORLD};
use super::index::Index;
use super::kind::{FeatureForm, FeatureKind};
use super::source::{Feature, TileSource};
use coldmile_geometry::Point;
use coldmile_mapfile::{Decoder, Encoder};
use coldmile_osm::scenery::Traits;
use i_overlay::i_float::int::point::IntPoint;

const VERSION: u8 = 1;

/// Bytes that are not a source of tiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TileSourceError {
    /// Another program, or a newer one, wrote them.
    #[error("the base map has version {0}, this program reads version {VERSION}")]
    Version(u8),
    /// They end early or make no sense.
    #[error("the base map is damaged")]
    Damaged,
}

impl TileSource {
    /// The source as bytes; the same source gives the same bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut head = Encoder::new();
        head.number(u64::from(self.is_all_land));
        head.number(u64::from(self.bounds.is_some()));
        for corner in self.bounds.iter().flatten() {
            head.signed(i64::from(corner.lat_e7()));
            head.signed(i64::from(corner.lon_e7()));
        }
        head.number(self.texts.len() as u64);
        self.texts.iter().for_each(|text| head.text(text));
        head.number(self.features.len() as u64);
        let mut origin = IntPoint::new(0, 0);
        for feature in &self.features {
            head.number(
                u64::from(feature.kind.number()) << 8
                    | u64::from(feature.traits.bits()) << 4
                    | u64::from(feature.from),
            );
            if feature.kind.form() != FeatureForm::Area {
                feature.names.iter().for_each(|&name| head.number(u64::from(name)));
            }
            if feature.kind.form() == FeatureForm::Point {
                head.number(u64::from(feature.rank));
            }
            head.signed(i64::from(feature.origin.x - origin.x));
            head.signed(i64::from(feature.origin.y - origin.y));
            head.number(feature.shape.1 as u64);
            origin = feature.origin;
        }
        let head = head.finish();
        let mut bytes = vec![VERSION];
        bytes.extend((head.len() as u32).to_le_bytes());
        bytes.extend(head);
        bytes.extend(&self.shapes);
        bytes
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote.
    ///
    /// # Errors
    /// When another version wrote the bytes, or they are damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, TileSourceError> {
        let (&version, rest) = bytes.split_first().ok_or(TileSourceError::Damaged)?;
        if version != VERSION {
            return Err(TileSourceError::Version(version));
        }
        read(rest).ok_or(TileSourceError::Damaged)
    }
}

fn read(bytes: &[u8]) -> Option<TileSource> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let (head, shapes) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    let mut head = Decoder::new(head);
    let is_all_land = head.number()? == 1;
    let bounds = if head.number()? == 1 { Some([corner(&mut head)?, corner(&mut head)?]) } else { None };
    let texts: Vec<String> =
        (0..head.count()?).map(|_| head.text().map(str::to_owned)).collect::<Option<_>>()?;
    texts.first().filter(|text| text.is_empty())?;
    let mut features: Vec<Feature> = Vec::new();
    let mut boxes = Vec::new();
    let (mut origin, mut at) = (IntPoint::new(0, 0), 0_usize);
    for _ in 0..head.count()? {
        let looks = head.small()?;
        let kind = FeatureKind::from_number(looks >> 8)?;
        let from = (looks & 15) as u8;
        let mut names = [0; 3];
        if kind.form() != FeatureForm::Area {
            for name in &mut names {
                *name = head.small().filter(|&name| (name as usize) < texts.len())?;
            }
        }
        let rank = if kind.form() == FeatureForm::Point { head.small()? } else { 0 };
        origin = step(origin, &mut head)?;
        let shape = (at, usize::try_from(head.number()?).ok()?);
        at = at.checked_add(shape.1).filter(|&end| end <= shapes.len())?;
        let is_sorted = features.last().is_none_or(|before| before.from <= from);
        let paths = read_shape(&shapes[shape.0..at], origin).filter(|paths| holds(kind, paths))?;
        if !is_sorted || from > MAX_ZOOM {
            return None;
        }
        boxes.push((from, Bounds::of(paths.iter().flatten())));
        features.push(Feature {
            kind,
            traits: Traits::from_bits((looks >> 4) as u8),
            from,
            names,
            rank,
            origin,
            shape,
        });
    }
    if !head.is_finished() || at != shapes.len() {
        return None;
    }
    let (shapes, index) = (shapes.to_vec(), Index::new(&boxes));
    Some(TileSource { is_all_land, bounds, texts, features, shapes, index })
}

fn corner(head: &mut Decoder<'_>) -> Option<Point> {
    let lat_e7 = i32::try_from(head.signed()?).ok()?;
    let lon_e7 = i32::try_from(head.signed()?).ok()?;
    let point = Point::from_e7(lat_e7, lon_e7);
    Point::new(point.latitude(), point.longitude()).ok()
}

/// Whether paths are what a feature of this kind is made of.
fn holds(kind: FeatureKind, paths: &[Vec<IntPoint>]) -> bool {
    match kind.form() {
        FeatureForm::Area => !paths.is_empty() && paths.iter().all(|ring| ring.len() >= 3),
        FeatureForm::Line => paths.len() == 1 && paths[0].len() >= 2,
        FeatureForm::Point => paths.len() == 1 && paths[0].len() == 1,
    }
}

/// Appends a shape: how many paths; for each how many points, and each point as the offset from the one before, the first
/// from the end of the path before. The very first point is the feature's origin.
pub(super) fn write_shape(bytes: &mut Vec<u8>, paths: &[Vec<IntPoint>]) {
    let mut shape = Encoder::new();
    shape.number(paths.len() as u64);
    let mut before = paths[0][0];
    for path in paths {
        shape.number(path.len() as u64);
        for point in path {
            shape.signed(i64::from(point.x - before.x));
            shape.signed(i64::from(point.y - before.y));
            before = *point;
        }
    }
    bytes.extend(shape.finish());
}

/// Reads a shape; `None` when the bytes make no sense or lead off the grid.
pub(super) fn read_shape(bytes: &[u8], origin: IntPoint) -> Option<Vec<Vec<IntPoint>>> {
    let mut shape = Decoder::new(bytes);
    let mut at = origin;
    let mut paths = Vec::new();
    for _ in 0..shape.count()? {
        let count = shape.count()?;
        let mut path = Vec::with_capacity(count);
        for _ in 0..count {
            at = step(at, &mut shape)?;
            path.push(at);
        }
        paths.push(path);
    }
    shape.is_finished().then_some(paths)
}

fn step(from: IntPoint, offsets: &mut Decoder<'_>) -> Option<IntPoint> {
    let on_grid = |at: i32, offset: i64| {
        i64::from(at).checked_add(offset).filter(|at| (0..=i64::from(WORLD)).contains(at)).map(|at| at as i32)
    };
    Some(IntPoint::new(on_grid(from.x, offsets.signed()?)?, on_grid(from.y, offsets.signed()?)?))
}
