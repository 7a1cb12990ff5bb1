//! What is carried, by load dimension.

use smallvec::SmallVec;

/// An amount in each load dimension, in the caller's units (grams, millilitres, pieces). Missing dimensions are zero.
pub type Load = SmallVec<[i64; 4]>;
