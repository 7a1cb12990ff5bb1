//! What several parts of the room have to do with others.

mod cold;
mod relax;
