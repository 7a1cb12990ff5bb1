//! The road engine: rules on drawn towns, and the hierarchy against its slow twin.

#![allow(clippy::unwrap_used, clippy::panic)]

mod road {
    mod oracle;
    mod rules;
    mod same_segment;
}
