//! Tiles and routes as they are sent.

use crate::http::{Answer, Client};
use crate::phone::enrol;
use crate::town::Town;
use std::io::Read as _;

const GZIP: [(&str, &str); 1] = [("accept-encoding", "gzip")];

fn unpacked(answer: &Answer) -> Vec<u8> {
    if answer.header("content-encoding") != "gzip" {
        return answer.body.clone();
    }
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(&answer.body[..]).read_to_end(&mut bytes).unwrap();
    bytes
}

#[test]
fn tiles_are_small_and_the_sea_is_empty() {
    let town = Town::new();
    let server = town.serve(&[]);
    let mut client = server.client_of(&server.join_dispatcher());
    let tile = |client: &mut Client, path: &str| client.ask("GET", path, None, &GZIP).unwrap();
    // Valletta, the densest; then open sea beside Malta, and the other side of the world.
    let city = tile(&mut client, "/map/14/8852/6439.mvt");
    assert_eq!((city.status, city.header("content-encoding")), (200, "gzip"));
    assert!(city.body.len() <= 60_000 && unpacked(&city).len() > 10_000, "{}", city.body.len());
    for path in ["/map/14/8800/6500.mvt", "/map/14/0/0.mvt"] {
        let sea = tile(&mut client, path);
        assert_eq!((sea.status, sea.body.len()), (200, 0), "{path}");
    }
    let tag = city.header("etag").to_owned();
    let again = client.ask("GET", "/map/14/8852/6439.mvt", None, &[("if-none-match", &tag)]).unwrap();
    assert_eq!((again.status, again.body.len()), (304, 0));
}

#[test]
fn a_couriers_route_is_sent_small_and_not_twice() {
    let town = Town::new();
    let server = town.serve(&[]);
    let phone = enrol(&server, &server.join_dispatcher(), 1).remove(0);
    let mut client = phone.connect(server.address).unwrap();
    let route = client.ask("GET", "/api/v1/courier/route", None, &GZIP).unwrap();
    assert_eq!((route.status, route.header("content-encoding")), (200, "gzip"));
    let view: serde_json::Value = serde_json::from_slice(&unpacked(&route)).unwrap();
    assert_eq!(view["run"], phone.run);
    let trips = view["trips"].as_array().unwrap();
    let stops: usize = trips.iter().map(|trip| trip["stops"].as_array().unwrap().len()).sum();
    println!("{stops} stops: {} bytes, {} compressed", unpacked(&route).len(), route.body.len());
    let tag = route.header("etag").to_owned();
    let again = client.ask("GET", "/api/v1/courier/route", None, &[("if-none-match", &tag)]).unwrap();
    assert_eq!((again.status, again.body.len()), (304, 0));
}
