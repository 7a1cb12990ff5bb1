//! Records with one definition of their bytes.

use coldmile_geometry::Point;
use coldmile_mapfile::{Decoder, Encoder};
use coldmile_units::VehicleSize;

/// A record of a section: `read` takes what `write` puts, in the same order.
pub(super) trait Field: Sized {
    /// What the record before left: differences from it are small numbers.
    type Before: Default;
    fn write(&self, before: &mut Self::Before, out: &mut Encoder);
    /// `None` when the bytes end or make no sense.
    fn read(before: &mut Self::Before, from: &mut Decoder<'_>) -> Option<Self>;
}

/// Writes how many records there are, then the records.
pub(super) fn write_list<F: Field>(list: &[F], before: &mut F::Before, out: &mut Encoder) {
    out.number(list.len() as u64);
    for record in list {
        record.write(before, out);
    }
}

/// Reads what [`write_list`] wrote.
pub(super) fn read_list<F: Field>(before: &mut F::Before, from: &mut Decoder<'_>) -> Option<Vec<F>> {
    let mut list = Vec::new();
    append_list(&mut list, before, from)?;
    Some(list)
}

/// The same onto the end of a list; gives how many records were added.
#[inline]
pub(super) fn append_list<F: Field>(
    list: &mut Vec<F>,
    before: &mut F::Before,
    from: &mut Decoder<'_>,
) -> Option<usize> {
    let count = from.count()?;
    list.reserve(count);
    for _ in 0..count {
        list.push(F::read(before, from)?);
    }
    Some(count)
}

/// Fields of whole numbers.
macro_rules! number {
    ($($type:ty),*) => {$(
        impl Field for $type {
            type Before = ();
            #[inline]
            fn write(&self, (): &mut (), out: &mut Encoder) {
                out.number(u64::from(*self));
            }
            #[inline]
            fn read((): &mut (), from: &mut Decoder<'_>) -> Option<Self> {
                from.number()?.try_into().ok()
            }
        }
    )*};
}
number!(u8, u16, u32);

/// Fields of several fields, one after the other.
macro_rules! tuple {
    ($($type:ident $name:ident),*) => {
        impl<$($type: Field<Before = ()>),*> Field for ($($type,)*) {
            type Before = ();
            #[inline]
            fn write(&self, (): &mut (), out: &mut Encoder) {
                let ($($name,)*) = self;
                $($name.write(&mut (), out);)*
            }
            #[inline]
            fn read((): &mut (), from: &mut Decoder<'_>) -> Option<Self> {
                Some(($($type::read(&mut (), from)?,)*))
            }
        }
    };
}
tuple!(A a, B b);
tuple!(A a, B b, C c);

impl Field for Box<str> {
    type Before = ();
    fn write(&self, (): &mut (), out: &mut Encoder) {
        out.text(self);
    }
    fn read((): &mut (), from: &mut Decoder<'_>) -> Option<Self> {
        from.text().map(Into::into)
    }
}

/// A number whose largest value is frequent and stands for "none": written plus one, so that it takes one byte.
pub(super) struct OrNone(pub u32);

impl Field for OrNone {
    type Before = ();
    #[inline]
    fn write(&self, (): &mut (), out: &mut Encoder) {
        out.number(u64::from(self.0.wrapping_add(1)));
    }
    #[inline]
    fn read((): &mut (), from: &mut Decoder<'_>) -> Option<Self> {
        from.small().map(|number| Self(number.wrapping_sub(1)))
    }
}

/// "No limit" is the largest number.
impl Field for VehicleSize {
    type Before = ();
    fn write(&self, (): &mut (), out: &mut Encoder) {
        let Self { height_cm, width_cm, length_cm, weight_kg } = *self;
        for number in [height_cm, width_cm, length_cm, weight_kg] {
            OrNone(number).write(&mut (), out);
        }
    }
    fn read((): &mut (), from: &mut Decoder<'_>) -> Option<Self> {
        let mut number = || OrNone::read(&mut (), from).map(|number| number.0);
        let (height_cm, width_cm) = (number()?, number()?);
        Some(Self { height_cm, width_cm, length_cm: number()?, weight_kg: number()? })
    }
}

/// The point before.
pub(super) struct LastPoint(Point);

impl Default for LastPoint {
    fn default() -> Self {
        Self(Point::from_e7(0, 0))
    }
}

impl Field for Point {
    type Before = LastPoint;
    #[inline]
    fn write(&self, LastPoint(last): &mut LastPoint, out: &mut Encoder) {
        out.signed(i64::from(self.lat_e7()) - i64::from(last.lat_e7()));
        out.signed(i64::from(self.lon_e7()) - i64::from(last.lon_e7()));
        *last = *self;
    }
    #[inline]
    fn read(LastPoint(last): &mut LastPoint, from: &mut Decoder<'_>) -> Option<Self> {
        let lat = i32::try_from(i64::from(last.lat_e7()).checked_add(from.signed()?)?).ok()?;
        let lon = i32::try_from(i64::from(last.lon_e7()).checked_add(from.signed()?)?).ok()?;
        if lat.abs() > 900_000_000 || !(-1_800_000_000..=1_800_000_000).contains(&lon) {
            return None;
        }
        *last = Self::from_e7(lat, lon);
        Some(*last)
    }
}

/// The id of an OSM way, as the difference from the one before.
pub(super) struct OsmId(pub i64);

impl Field for OsmId {
    type Before = i64;
    #[inline]
    fn write(&self, last: &mut i64, out: &mut Encoder) {
        out.signed(self.0.wrapping_sub(*last));
        *last = self.0;
    }
    #[inline]
    fn read(last: &mut i64, from: &mut Decoder<'_>) -> Option<Self> {
        *last = last.wrapping_add(from.signed()?);
        Some(Self(*last))
    }
}
