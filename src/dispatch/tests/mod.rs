//! What several parts of the room have to do with others.

mod cold;
mod day_rules;
mod decisions;
mod direct;
mod marginal;
mod relax;
mod tiny_days;
