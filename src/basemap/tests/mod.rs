//! What needs other rooms to be tested.

mod measure;
