//! Invented towns, repeatable from a picture or a seed.

pub mod town;
