//! Where traffic keeps left.

use coldmile_geometry::Point;

/// The side of the road that traffic keeps to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DrivingSide {
    /// As in Malta, Britain, Japan.
    Left,
    /// As in most of the world.
    Right,
}

/// Boxes in whole tenths of degrees (south, west, north, east) around countries that drive left. A coarse table: near
/// a land border between the two kinds it may err, which moves a turn by a second or two; the tag `driving_side` on a
/// way decides before it does.
const LEFT: &[[i32; 4]] = &[
    [357, 140, 362, 147],     // Malta
    [345, 322, 358, 347],     // Cyprus
    [498, -83, 610, 14],      // Great Britain without the Channel Islands
    [513, -107, 555, -53],    // Ireland
    [491, -27, 498, -19],     // Channel Islands
    [240, 1225, 460, 1460],   // Japan
    [221, 1138, 226, 1145],   // Hong Kong
    [221, 1135, 222, 1136],   // Macau
    [11, 1035, 15, 1041],     // Singapore
    [8, 995, 67, 1046],       // Malaysia: the peninsula
    [57, 975, 204, 1056],     // Thailand, as far as a box goes
    [-110, 950, 60, 1410],    // Indonesia, Brunei, Malaysian Borneo, Timor
    [-440, 1125, -105, 1540], // Australia
    [-475, 1660, -340, 1790], // New Zealand
    [-120, 1410, 0, 1560],    // Papua New Guinea
    [80, 684, 300, 890],      // India, Sri Lanka, Nepal, Bangladesh's west
    [205, 880, 266, 927],     // Bangladesh
    [237, 609, 370, 775],     // Pakistan
    [-350, 165, -222, 329],   // South Africa, Lesotho, Eswatini
    [-290, 117, -170, 250],   // Namibia
    [-269, 200, -178, 293],   // Botswana
    [-224, 252, -81, 337],    // Zimbabwe, Zambia
    [-268, 302, -105, 408],   // Mozambique
    [-171, 327, -94, 359],    // Malawi
    [-117, 295, -10, 404],    // Tanzania
    [-47, 340, 46, 419],      // Kenya
    [-14, 296, 42, 350],      // Uganda
    [-205, 573, -199, 578],   // Mauritius
    [177, -784, 185, -762],   // Jamaica
    [130, -597, 132, -594],   // Barbados
    [100, -620, 114, -605],   // Trinidad and Tobago
    [210, -790, 269, -727],   // Bahamas
    [12, -614, 85, -565],     // Guyana
    [-210, 1770, -160, 1800], // Fiji
];

/// Boxes inside those above where traffic keeps right.
const RIGHT_AFTER_ALL: &[[i32; 4]] = &[
    [498, 12, 511, 25],     // Calais
    [370, 1250, 386, 1296], // South Korea
    [343, 1261, 370, 1296], // South Korea
    [380, 1225, 430, 1309], // North Korea, Manchuria's corner
    [424, 1300, 460, 1390], // Primorye
    [240, 1180, 253, 1220], // Taiwan lies west of the box
    [144, 1008, 204, 1056], // Laos (and Thailand's north-east, which errs)
    [100, 1024, 144, 1056], // Cambodia
    [50, 1170, 60, 1270],   // The Philippines' south
    [277, 800, 300, 820],   // Tibet's edge
];

/// The side traffic keeps to at a place.
pub(crate) fn side_at(point: Point) -> DrivingSide {
    let (lat, lon) = (point.lat_e7() / 1_000_000, point.lon_e7() / 1_000_000);
    let within = |boxes: &[[i32; 4]]| {
        boxes
            .iter()
            .any(|&[south, west, north, east]| (south..north).contains(&lat) && (west..east).contains(&lon))
    };
    if within(LEFT) && !within(RIGHT_AFTER_ALL) { DrivingSide::Left } else { DrivingSide::Right }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn malta_drives_left_and_porto_drives_right() {
        let side = |lat, lon| side_at(Point::new(lat, lon).unwrap());
        assert_eq!(side(35.9, 14.5), DrivingSide::Left); // Valletta
        assert_eq!(side(36.04, 14.24), DrivingSide::Left); // Gozo
        assert_eq!(side(51.5, -0.1), DrivingSide::Left); // London
        assert_eq!(side(54.2, -4.5), DrivingSide::Left); // Isle of Man
        assert_eq!(side(35.7, 139.7), DrivingSide::Left); // Tokyo
        assert_eq!(side(-33.9, 151.2), DrivingSide::Left); // Sydney
        for (lat, lon) in [(41.15, -8.61), (31.23, 121.47), (60.17, 24.94), (43.74, 7.42), (37.57, 126.98)] {
            assert_eq!(side(lat, lon), DrivingSide::Right, "{lat},{lon}");
        }
        assert_eq!(side(50.95, 1.86), DrivingSide::Right); // Calais
        assert_eq!(side(22.54, 113.95), DrivingSide::Left); // Hong Kong's north-west
    }
}
