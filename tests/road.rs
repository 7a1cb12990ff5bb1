//! The road engine: rules on drawn towns, and the hierarchy against its slow twin.

#![allow(clippy::unwrap_used, clippy::panic)]

mod road {
    mod candidates;
    mod hostile;
    mod isochrones;
    mod oracle;
    mod passages;
    mod profiles;
    mod rules;
    mod same_segment;
    mod sequences;
    mod sizes;
    mod stops;
    mod support;
    mod traffic;
}
