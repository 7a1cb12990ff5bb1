//! What cooling takes: the parameters by which heat that gets into a compartment becomes diesel or electricity, and greenhouse
//! gas.
//!
//! `dispatch::energy` and the audit's `rules/energy` share these figures, not their formulas. The picture both have in mind:
//!
//! A compartment of a trip is cooled from departure until service starts at the last stop that hands over goods of it. Goods are
//! as cold as its air when they are loaded. Heat comes in through the walls, `K S (outdoors - hold)`, with the surface `S` of
//! a cube of the compartment's volume, and by each opening before that stop. A machine has an opening's air exchange,
//! `q D t (1 - E)`, at most [`AIR_CHANGES`] of the free air; `q` is the flow through an open door by Gosney and Olama (1975;
//! ASHRAE Handbook of Refrigeration, chapter 24):
//! `0.221 A (h_i - h_r) ρ_r √(1 - ρ_i / ρ_r) √(g H) F`, `F = (2 / (1 + (ρ_r / ρ_i)^⅓))^1.5`, with enthalpies `h` and densities `ρ`
//! of the air outdoors (`i`) and inside (`r`). A box with ice loses `opening_loss` × the opening's length of its hold-over,
//! and takes up no more heat on a trip than its ice can.
//!
//! A machine burns diesel, whatever drives the vehicle. Ice is frozen with electricity.

use super::load::Compartment;

/// Heat through the walls of a machine-cooled body, in W/(m² K): the limit of the ATP agreement for reinforced insulation.
pub const BODY_W_PER_M2_K: f64 = 0.40;
/// The same of a box with ice: 1.2 k / d of 30 mm of expanded polypropylene for chilled goods, of 50 mm of polyurethane for
/// frozen goods.
pub const BOX_W_PER_M2_K: (f64, f64) = (1.48, 0.55);
/// Width and height of the door of a truck or van, in metres; the door of a smaller compartment is as large as its side.
pub const DOOR_M: (f64, f64) = (1.2, 1.7);
/// Share of the flow through a door that builds up while it stands open for a short time (`D`).
pub const DOORWAY_FLOW: f64 = 0.8;
/// Share of the flow that a strip curtain keeps out (`E`).
pub const CURTAIN: f64 = 0.85;
/// Most changes of the free air by one opening.
pub const AIR_CHANGES: f64 = 1.5;
/// Share of a compartment's volume that is air.
pub const FREE_AIR: f64 = 0.8;
/// Relative humidity outdoors and inside.
pub const HUMIDITY: (f64, f64) = (0.6, 0.9);
/// Heat in joules that a machine takes out of chilled and of frozen goods with a millilitre of diesel: 4.0 and 3.0 kWh a litre
/// (Brightec 2020).
pub const JOULES_PER_ML_DIESEL: (i64, i64) = (14_400, 10_800);
/// Heat in joules that a watt-hour of electricity takes out of ice for chilled and for frozen goods: a coefficient of performance of
/// 2.0 and 1.3.
pub const JOULES_PER_WH: (i64, i64) = (7_200, 4_680);
/// Greenhouse gas of a millilitre of diesel from the well to the exhaust, in milligrams of CO2-equivalent (EN 16258).
pub const MG_PER_ML_DIESEL: i64 = 3_240;
/// Greenhouse gas of a watt-hour of electricity, in milligrams of CO2-equivalent. Own choice: between the European mean and that of
/// the world.
pub const MG_PER_WH: i64 = 400;

/// The entry for a compartment of a pair for chilled and frozen goods; nothing for ambient goods.
pub const fn of_cold<T: Copy>(part: Compartment, (chilled, frozen): (T, T)) -> Option<T> {
    match part {
        Compartment::Ambient => None,
        Compartment::Chilled => Some(chilled),
        Compartment::Frozen => Some(frozen),
    }
}
