//! Every number of a decoded block that is used as a position, or added up, is checked once here.

use super::error::OsmError;
use osmpbfreader::osmformat::{DenseNodes, PrimitiveBlock};

/// Nanodegrees: at most this many on either side of the equator, and of Greenwich.
const MAX_LATITUDE: i64 = 90_000_000_000;
const MAX_LONGITUDE: i64 = 180_000_000_000;

/// Refuses a block whose text positions, coordinates or running ids do not make sense.
///
/// A block that passes is safe for the decoder's iterators, which index and add without checks.
pub(super) fn check(block: &PrimitiveBlock) -> Result<(), OsmError> {
    let texts = block.stringtable.s.len();
    let text = |at: usize| at < texts;
    let place = |latitude: i64, longitude: i64| {
        on_globe(latitude, block.granularity(), block.lat_offset(), MAX_LATITUDE)
            && on_globe(longitude, block.granularity(), block.lon_offset(), MAX_LONGITUDE)
    };
    for group in &block.primitivegroup {
        ensure(dense_nodes_hold(&group.dense, text, place), "a node")?;
        for node in &group.nodes {
            let tags = tags_hold(&node.keys, &node.vals, text);
            ensure(tags && place(node.lat(), node.lon()), "a node")?;
        }
        for way in &group.ways {
            ensure(tags_hold(&way.keys, &way.vals, text) && adds_up(&way.refs), "a way")?;
        }
        for relation in &group.relations {
            let members = relation.memids.len();
            let whole = relation.types.len() == members && relation.roles_sid.len() == members;
            let roles = relation.roles_sid.iter().all(|&role| usize::try_from(role).is_ok_and(text));
            let tags = tags_hold(&relation.keys, &relation.vals, text);
            ensure(whole && roles && tags && adds_up(&relation.memids), "a relation")?;
        }
    }
    Ok(())
}

fn ensure(holds: bool, what: &str) -> Result<(), OsmError> {
    let message = || format!("{what} refers to text, a place or an id that cannot be");
    if holds { Ok(()) } else { Err(OsmError::Damaged(message())) }
}

fn tags_hold(keys: &[u32], values: &[u32], text: impl Fn(usize) -> bool) -> bool {
    keys.len() == values.len() && keys.iter().chain(values).all(|&at| text(at as usize))
}

/// Whether the running sums of `deltas` stay numbers.
fn adds_up(deltas: &[i64]) -> bool {
    deltas.iter().try_fold(0_i64, |sum, &delta| sum.checked_add(delta)).is_some()
}

fn on_globe(multiple: i64, granularity: i32, offset: i64, limit: i64) -> bool {
    let degrees = multiple.checked_mul(i64::from(granularity)).and_then(|scaled| scaled.checked_add(offset));
    degrees.is_some_and(|degrees| (-limit..=limit).contains(&degrees))
}

fn dense_nodes_hold(
    dense: &DenseNodes,
    text: impl Fn(usize) -> bool,
    place: impl Fn(i64, i64) -> bool,
) -> bool {
    let count = dense.id.len();
    let (mut latitude, mut longitude) = (0_i64, 0_i64);
    dense.lat.len() == count
        && dense.lon.len() == count
        && adds_up(&dense.id)
        && dense.keys_vals.iter().all(|&at| usize::try_from(at).is_ok_and(&text))
        && dense.lat.iter().zip(&dense.lon).all(|(&lat, &lon)| {
            let (Some(lat), Some(lon)) = (latitude.checked_add(lat), longitude.checked_add(lon)) else {
                return false;
            };
            (latitude, longitude) = (lat, lon);
            place(lat, lon)
        })
}
