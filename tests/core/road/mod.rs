//! The road engine: rules on drawn towns, and the hierarchy against plain Dijkstra.

mod access;
mod candidates;
mod fast_roads;
mod hostile;
mod isochrones;
mod oracle;
mod passages;
mod profiles;
mod relations;
mod reports;
mod rules;
mod same_segment;
mod sequences;
mod sizes;
mod stops;
mod support;
mod times;
mod traffic;
mod turning;
