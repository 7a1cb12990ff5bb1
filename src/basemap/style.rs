//! How the tiles are coloured: a MapLibre style, light for the console, dark for couriers at night.
//!
//! Colours are muted, so that routes drawn above them stand out. There are no `glyphs` and no sprites: MapLibre then draws
//! every letter, Chinese ones too, with the fonts of the device, and nothing is fetched but tiles.

use super::tiles::{MAX_ZOOM, MIN_ZOOM};
use coldmile_geometry::Point;
use serde_json::{Value, json};

/// The attribution that OpenStreetMap's licence asks for, as HTML; show it with every map.
pub const ATTRIBUTION: &str = "<a href=\"https://www.openstreetmap.org/copyright\" target=\"_blank\" \
                               rel=\"noopener\">© OpenStreetMap contributors</a>";

/// The language of names; where the map has none in it, the local name is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    /// English.
    English,
    /// Chinese.
    Chinese,
}

/// Day or night.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// For desks and daylight.
    Light,
    /// For phones at night.
    Dark,
}

/// The style of the base map. `tile_url` is a template with `{z}`, `{x}` and `{y}`; `bounds` are the south-west and
/// north-east corner of the map, outside of which no tile is asked for.
pub fn style(
    lang: Lang,
    theme: Theme,
    tile_url: &str,
    bounds: Option<[Point; 2]>,
    attribution: &str,
) -> Value {
    let mut source = json!({
        "type": "vector",
        "tiles": [tile_url],
        "minzoom": MIN_ZOOM,
        "maxzoom": MAX_ZOOM,
        "attribution": attribution,
    });
    let mut style =
        json!({ "version": 8, "name": "Coldmile", "sources": {}, "layers": layers(lang, theme.colours()) });
    if let Some([south_west, north_east]) = bounds {
        let (south, west) = (south_west.latitude(), south_west.longitude());
        let (north, east) = (north_east.latitude(), north_east.longitude());
        source["bounds"] = json!([west, south, east, north]);
        style["center"] = json!([west.midpoint(east), south.midpoint(north)]);
        style["zoom"] = json!(11);
    }
    style["sources"]["map"] = source;
    style
}

/// The colours of a theme.
struct Colours {
    water: &'static str,
    land: &'static str,
    wood: &'static str,
    park: &'static str,
    grass: &'static str,
    farmland: &'static str,
    beach: &'static str,
    square: &'static str,
    building: &'static str,
    building_outline: &'static str,
    road: &'static str,
    main_road: &'static str,
    casing: &'static str,
    main_casing: &'static str,
    path: &'static str,
    tunnel: &'static str,
    rail: &'static str,
    ferry: &'static str,
    place: &'static str,
    street: &'static str,
    sea: &'static str,
    halo: &'static str,
}

impl Theme {
    fn colours(self) -> &'static Colours {
        match self {
            Self::Light => &Colours {
                water: "#CBDDE4",
                land: "#F3F3EF",
                wood: "#D6E2CC",
                park: "#E0E9D8",
                grass: "#E7EDDF",
                farmland: "#EEF0E6",
                beach: "#F2EDDD",
                square: "#F9F9F6",
                building: "#E4E3DD",
                building_outline: "#D9D7CF",
                road: "#FFFFFF",
                main_road: "#FDF6E3",
                casing: "#DAD9D2",
                main_casing: "#E0D5B4",
                path: "#D3D0C6",
                tunnel: "#ECEBE6",
                rail: "#BFC4C4",
                ferry: "#A9C3CE",
                place: "#3C4B55",
                street: "#5B6A74",
                sea: "#54748A",
                halo: "#F8F8F5",
            },
            Self::Dark => &Colours {
                water: "#0A1318",
                land: "#16232A",
                wood: "#182B2A",
                park: "#1A2D2C",
                grass: "#182829",
                farmland: "#17262B",
                beach: "#22292B",
                square: "#1D2C34",
                building: "#1E2E36",
                building_outline: "#263841",
                road: "#33464F",
                main_road: "#4A5A5E",
                casing: "#0E171C",
                main_casing: "#10181B",
                path: "#2C3D45",
                tunnel: "#1D2B32",
                rail: "#3A4A52",
                ferry: "#22404D",
                place: "#EEF4F6",
                street: "#B9C8CF",
                sea: "#7FA3B3",
                halo: "#0E171C",
            },
        }
    }
}

/// Road classes from narrow to wide, with their width in pixels at zoom 8, 12, 14, 16 and 19.
const ROADS: [(&str, [f64; 5]); 8] = [
    ("service", [0.0, 0.0, 0.6, 3.5, 15.0]),
    ("pedestrian", [0.0, 0.4, 1.4, 5.0, 18.0]),
    ("minor", [0.0, 0.7, 2.0, 7.0, 30.0]),
    ("tertiary", [0.3, 1.3, 3.4, 9.5, 36.0]),
    ("secondary", [0.6, 1.8, 4.4, 11.0, 40.0]),
    ("primary", [0.9, 2.4, 5.2, 12.5, 44.0]),
    ("trunk", [1.3, 2.8, 5.8, 13.5, 48.0]),
    ("motorway", [1.6, 3.2, 6.4, 14.5, 52.0]),
];
const ROAD_ZOOMS: [f64; 5] = [8.0, 12.0, 14.0, 16.0, 19.0];

/// How wide roads are drawn, in pixels; `casing` is added on both sides.
fn road_width(casing: f64) -> Value {
    let mut width = vec![json!("interpolate"), json!(["exponential", 1.6]), json!(["zoom"])];
    for (position, zoom) in ROAD_ZOOMS.into_iter().enumerate() {
        let mut of_class = vec![json!("match"), json!(["get", "class"])];
        for (class, widths) in ROADS {
            let pixels = widths[position];
            of_class.extend([json!(class), json!(if pixels > 0.0 { pixels + 2.0 * casing } else { 0.0 })]);
        }
        of_class.push(json!(0.0));
        // Slip roads are narrower than what they lead to.
        let link = json!(["case", ["has", "link"], 0.65, 1.0]);
        width.extend([json!(zoom), json!(["*", of_class, link])]);
    }
    Value::Array(width)
}

/// Wide roads above narrow ones.
fn road_order() -> Value {
    let mut order = vec![json!("match"), json!(["get", "class"])];
    for (position, (class, _)) in ROADS.into_iter().enumerate() {
        order.extend([json!(class), json!(position)]);
    }
    order.push(json!(0));
    Value::Array(order)
}

fn layers(lang: Lang, colours: &Colours) -> Vec<Value> {
    let mut layers = ground(colours);
    layers.extend(roads(colours));
    layers.extend(labels(lang, colours));
    layers
}

fn ground(colours: &Colours) -> Vec<Value> {
    let filled = |id: &str, layer: &str, filter: Value, colour: Value| {
        json!({
            "id": id, "type": "fill", "source": "map", "source-layer": layer, "filter": filter,
            "paint": { "fill-color": colour },
        })
    };
    let class = |name: &str| json!(["==", ["get", "class"], name]);
    let area = json!(["==", ["geometry-type"], "Polygon"]);
    let green = json!([
        "match",
        ["get", "class"],
        "wood",
        colours.wood,
        "park",
        colours.park,
        "farmland",
        colours.farmland,
        "beach",
        colours.beach,
        colours.grass
    ]);
    vec![
        json!({ "id": "background", "type": "background", "paint": { "background-color": colours.water } }),
        filled("land", "land", class("land"), json!(colours.land)),
        filled("pier", "land", json!(["all", class("pier"), area]), json!(colours.land)),
        json!({
            "id": "pier-line", "type": "line", "source": "map", "source-layer": "land",
            "filter": ["all", class("pier"), ["==", ["geometry-type"], "LineString"]],
            "paint": {
                "line-color": colours.land,
                "line-width": ["interpolate", ["exponential", 1.6], ["zoom"], 12, 0.6, 19, 16],
            },
        }),
        filled("green", "green", area.clone(), green),
        filled("water", "water", area.clone(), json!(colours.water)),
        json!({
            "id": "waterway", "type": "line", "source": "map", "source-layer": "water",
            "filter": ["all", ["==", ["geometry-type"], "LineString"], ["!", ["has", "tunnel"]]],
            "paint": {
                "line-color": colours.water,
                "line-width": [
                    "interpolate", ["exponential", 1.4], ["zoom"],
                    9, ["match", ["get", "class"], "river", 0.8, 0.2],
                    18, ["match", ["get", "class"], "river", 9, 3],
                ],
            },
        }),
        filled("square", "land", json!(["all", class("square"), area]), json!(colours.square)),
        json!({
            "id": "building", "type": "fill", "source": "map", "source-layer": "buildings", "minzoom": 13,
            "paint": {
                "fill-color": colours.building,
                "fill-outline-color": colours.building_outline,
                "fill-opacity": ["interpolate", ["linear"], ["zoom"], 13, 0.5, 15, 1],
            },
        }),
    ]
}

fn roads(colours: &Colours) -> Vec<Value> {
    let main = json!(["match", ["get", "class"], ["motorway", "trunk", "primary"], true, false]);
    let drawn: Vec<&str> = ROADS.iter().map(|(class, _)| *class).collect();
    let is_road = json!(["match", ["get", "class"], drawn, true, false]);
    let tunnel = json!(["has", "tunnel"]);
    let bridge = json!(["has", "bridge"]);
    let line = |id: &str, filter: Value, colour: Value, width: Value, cap: &str| {
        json!({
            "id": id, "type": "line", "source": "map", "source-layer": "roads", "filter": filter,
            "layout": { "line-cap": cap, "line-join": "round", "line-sort-key": road_order() },
            "paint": { "line-color": colour, "line-width": width },
        })
    };
    let fill = json!(["case", main, colours.main_road, colours.road]);
    let casing = json!(["case", main, colours.main_casing, colours.casing]);
    let level = json!(["all", is_road, ["!", tunnel], ["!", bridge]]);
    let under = json!(["all", is_road, tunnel]);
    let over = json!(["all", is_road, bridge]);
    let path = json!(["match", ["get", "class"], ["path", "track"], true, false]);
    let mut tunnel_casing =
        line("tunnel-casing", under.clone(), json!(colours.casing), road_width(0.7), "butt");
    tunnel_casing["paint"]["line-dasharray"] = json!([2, 2]);
    vec![
        json!({
            "id": "runway", "type": "line", "source": "map", "source-layer": "roads",
            "filter": ["==", ["get", "class"], "runway"],
            "paint": {
                "line-color": colours.casing,
                "line-width": [
                    "interpolate", ["exponential", 1.8], ["zoom"],
                    10, ["case", ["has", "link"], 0.4, 1.2],
                    18, ["case", ["has", "link"], 24, 80],
                ],
            },
        }),
        tunnel_casing,
        line("tunnel", under, json!(colours.tunnel), road_width(0.0), "butt"),
        json!({
            "id": "path", "type": "line", "source": "map", "source-layer": "roads", "minzoom": 14.5,
            "filter": path,
            "layout": { "line-join": "round" },
            "paint": {
                "line-color": colours.path,
                "line-width": ["interpolate", ["linear"], ["zoom"], 14, 0.6, 19, 2.4],
                "line-dasharray": [3, 1.6],
            },
        }),
        line("road-casing", level.clone(), casing.clone(), road_width(0.7), "butt"),
        line("road", level, fill.clone(), road_width(0.0), "round"),
        line("bridge-casing", over.clone(), casing, road_width(1.0), "butt"),
        line("bridge", over, fill, road_width(0.0), "round"),
        json!({
            "id": "rail", "type": "line", "source": "map", "source-layer": "rail",
            "filter": ["all", ["!=", ["get", "class"], "ferry"], ["!", ["has", "tunnel"]]],
            "paint": {
                "line-color": colours.rail,
                "line-width": ["interpolate", ["exponential", 1.5], ["zoom"], 9, 0.5, 18, 3],
            },
        }),
        json!({
            "id": "ferry", "type": "line", "source": "map", "source-layer": "rail",
            "filter": ["==", ["get", "class"], "ferry"],
            "paint": {
                "line-color": colours.ferry,
                "line-width": ["interpolate", ["linear"], ["zoom"], 8, 0.7, 16, 1.6],
                "line-dasharray": [5, 4],
            },
        }),
    ]
}

/// MapLibre reads the weight of letters from the first family's name, and goes on to the next where there is none.
fn font(weight: &str) -> Value {
    let inter = format!("Inter {weight}");
    json!([inter, "Inter", "Noto Sans", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "system-ui"])
}

/// What all labels of a style share.
struct Labels<'c> {
    /// The expression that gives a feature's name in the style's language.
    name: Value,
    letter_spacing: f64,
    colours: &'c Colours,
}

/// Labels of named points of some classes.
struct PlaceLabels<'l> {
    id: &'l str,
    classes: &'l [&'l str],
    /// First zoom, and the zoom from which they are no longer shown.
    zooms: [f64; 2],
    /// Text sizes in pixels at zoom 8, 12 and 15.
    sizes: [f64; 3],
    weight: &'l str,
    colour: &'l str,
}

fn class_in(classes: &[&str]) -> Value {
    json!(["match", ["get", "class"], classes, true, false])
}

impl Labels<'_> {
    /// Names along lines of some classes, from zoom `from` on.
    fn along_lines(&self, id: &str, layer: &str, from: f64, classes: &[&str], colour: &str) -> Value {
        json!({
            "id": id, "type": "symbol", "source": "map", "source-layer": layer, "minzoom": from,
            "filter": ["all", ["has", "name"], class_in(classes)],
            "layout": {
                "symbol-placement": "line", "symbol-spacing": 320, "text-field": self.name,
                "text-font": font("Medium"),
                "text-size": ["interpolate", ["linear"], ["zoom"], 13, 10.5, 16, 12, 19, 15],
                "text-letter-spacing": self.letter_spacing, "text-max-angle": 32, "text-padding": 6,
            },
            "paint": { "text-color": colour, "text-halo-color": self.colours.halo, "text-halo-width": 1.6 },
        })
    }

    fn at_places(&self, labels: &PlaceLabels<'_>) -> Value {
        let PlaceLabels { id, classes, zooms: [from, until], sizes, weight, colour } = *labels;
        json!({
            "id": id, "type": "symbol", "source": "map", "source-layer": "places",
            "minzoom": from, "maxzoom": until, "filter": class_in(classes),
            "layout": {
                "text-field": self.name, "text-font": font(weight), "symbol-sort-key": ["get", "rank"],
                "text-size": ["interpolate", ["linear"], ["zoom"], 8, sizes[0], 12, sizes[1], 15, sizes[2]],
                "text-letter-spacing": self.letter_spacing, "text-max-width": 8, "text-padding": 5,
            },
            "paint": { "text-color": colour, "text-halo-color": self.colours.halo, "text-halo-width": 1.7 },
        })
    }
}

fn oneway_arrows(colours: &Colours) -> Value {
    json!({
        "id": "oneway", "type": "symbol", "source": "map", "source-layer": "roads", "minzoom": 16,
        "filter": ["has", "oneway"],
        "layout": {
            "symbol-placement": "line", "symbol-spacing": 130, "text-field": "→", "text-font": font("Medium"),
            "text-size": 12, "text-keep-upright": false, "text-padding": 2, "text-offset": [0, -0.08],
        },
        "paint": { "text-color": colours.street, "text-opacity": 0.6 },
    })
}

fn labels(lang: Lang, colours: &Colours) -> Vec<Value> {
    let (key, letter_spacing) = match lang {
        Lang::English => ("name_en", 0.01),
        Lang::Chinese => ("name_zh", 0.0),
    };
    let name = json!(["coalesce", ["get", key], ["get", "name"]]);
    let labels = Labels { name, letter_spacing, colours };
    let Colours { place, street, sea, .. } = *colours;
    let (minor, main) = (
        ["minor", "pedestrian", "service", "path"],
        ["motorway", "trunk", "primary", "secondary", "tertiary"],
    );
    let mut layers = vec![
        oneway_arrows(colours),
        labels.along_lines("ferry-name", "rail", 14.0, &["ferry"], sea),
        labels.along_lines("minor-name", "roads", 14.6, &minor, street),
        labels.along_lines("main-name", "roads", 12.5, &main, street),
    ];
    let quarters = ["suburb", "hamlet", "neighbourhood"];
    let (medium, bold) = ("Medium", "SemiBold");
    // Later layers take precedence where names crowd: id, classes, zooms, sizes, weight, colour.
    let named = [
        ("islet-name", &["islet"][..], [13.0, 24.0], [9.0, 10.0, 12.0], medium, street),
        ("quarter-name", &quarters, [13.0, 17.0], [9.0, 10.5, 12.5], medium, street),
        ("village-name", &["village"], [10.0, 16.5], [10.0, 11.5, 14.0], medium, place),
        ("town-name", &["town"], [8.5, 16.5], [10.5, 12.5, 15.0], bold, place),
        ("island-name", &["island"], [8.0, 12.0], [11.0, 13.0, 15.0], medium, sea),
        ("city-name", &["city"], [5.0, 16.0], [13.0, 15.0, 18.0], bold, place),
    ];
    layers.extend(named.map(|(id, classes, zooms, sizes, weight, colour)| {
        labels.at_places(&PlaceLabels { id, classes, zooms, sizes, weight, colour })
    }));
    layers
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn all() -> Vec<Value> {
        let bounds =
            Some([Point::from_e7(357_000_000, 141_000_000), Point::from_e7(361_000_000, 146_000_000)]);
        [(Lang::English, Theme::Light), (Lang::Chinese, Theme::Light), (Lang::English, Theme::Dark)]
            .map(|(lang, theme)| style(lang, theme, "/api/v1/map/{z}/{x}/{y}.mvt", bounds, ATTRIBUTION))
            .to_vec()
    }

    #[test]
    fn a_style_needs_nothing_but_its_tiles() {
        for style in all() {
            assert_eq!(style["version"], 8);
            assert!(style.get("glyphs").is_none() && style.get("sprite").is_none());
            assert_eq!(style["sources"]["map"]["bounds"], json!([14.1, 35.7, 14.6, 36.1]));
            assert!(
                style["sources"]["map"]["attribution"]
                    .as_str()
                    .unwrap()
                    .contains("© OpenStreetMap contributors")
            );
        }
    }

    #[test]
    fn every_layer_has_a_name_of_its_own_and_draws_a_layer_that_tiles_have() {
        for style in all() {
            let layers = style["layers"].as_array().unwrap();
            let ids: BTreeSet<&str> = layers.iter().map(|layer| layer["id"].as_str().unwrap()).collect();
            assert_eq!(ids.len(), layers.len());
            for layer in &layers[1..] {
                let drawn = layer["source-layer"].as_str().unwrap();
                assert!(
                    ["land", "water", "green", "buildings", "roads", "rail", "places"].contains(&drawn),
                    "{drawn}"
                );
            }
        }
    }

    #[test]
    fn names_follow_the_language() {
        let [en, zh, _] = all().try_into().unwrap();
        assert!(en.to_string().contains("name_en") && !en.to_string().contains("name_zh"));
        assert!(zh.to_string().contains("name_zh") && !zh.to_string().contains("name_en"));
    }
}
