//! What a turn costs.

use super::base::Profile;
use super::side::DrivingSide;

/// The prices of turning, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct TurnCosts {
    /// The most expensive turn short of turning round.
    pub sharpest: f64,
    /// How much more expensive crossing the oncoming lane is; 1 is the same in both directions.
    pub bias: f64,
    /// What waiting for a gap adds to a turn across the oncoming lane.
    pub across: f64,
    /// Turning round where the road goes on.
    pub u_turn: u32,
    /// Turning round where the road ends.
    pub u_turn_at_end: u32,
    /// Passing a traffic signal.
    pub signal: u32,
    /// Passing a signal that is there for people on foot.
    pub signal_at_crossing: u32,
    /// Passing a stop sign.
    pub stop: u32,
    /// Passing a sign to give way.
    pub give_way: u32,
    /// Passing a crossing where people on foot go first.
    pub crossing: u32,
}

impl TurnCosts {
    /// The prices for a profile.
    pub(crate) const fn of(profile: Profile) -> Self {
        let free = Self {
            sharpest: 0.0,
            bias: 1.0,
            across: 0.0,
            u_turn: 0,
            u_turn_at_end: 0,
            signal: 0,
            signal_at_crossing: 0,
            stop: 0,
            give_way: 0,
            crossing: 0,
        };
        match profile {
            Profile::Van => Self {
                sharpest: 7_500.0,
                bias: 1.075,
                across: 0.0,
                u_turn: 20_000,
                u_turn_at_end: 20_000,
                signal: 2_000,
                signal_at_crossing: 2_000,
                stop: 2_000,
                give_way: 1_000,
                crossing: 500,
            },
            Profile::Truck => Self {
                sharpest: 10_000.0,
                bias: 1.075,
                across: 0.0,
                u_turn: 60_000,
                u_turn_at_end: 40_000,
                signal: 3_000,
                signal_at_crossing: 3_000,
                stop: 3_000,
                give_way: 1_500,
                crossing: 500,
            },
            Profile::Bike => Self {
                sharpest: 3_000.0,
                bias: 1.2,
                across: 0.0,
                u_turn: 5_000,
                u_turn_at_end: 5_000,
                signal: 2_000,
                signal_at_crossing: 2_000,
                stop: 1_000,
                give_way: 500,
                ..free
            },
            Profile::Foot => free,
        }
    }

    /// The price of a turn by `angle` degrees: 0 is straight on, positive is to the right.
    ///
    /// A logistic curve: next to nothing up to a bend of 45 degrees, half the maximum at a right angle. Turning across
    /// the oncoming lane (left where traffic keeps right) rises earlier.
    pub(crate) fn turn(&self, angle: f64, side: DrivingSide) -> u32 {
        let is_across = (side == DrivingSide::Right) == (angle < 0.0);
        let bias = if is_across { 1.0 / self.bias } else { self.bias };
        let steep = 13.0 / bias * angle.abs() / 180.0 - 6.5 * bias;
        let turning = self.sharpest / (1.0 + (-steep).exp());
        // Half of the wait at 45 degrees, next to all of it at a right angle.
        let waiting =
            if is_across { self.across / (1.0 + (3.25 - 13.0 * angle.abs() / 180.0).exp()) } else { 0.0 };
        (turning + waiting).round() as u32
    }

    /// The price of turning round.
    pub(crate) const fn u_turn(&self, is_dead_end: bool) -> u32 {
        if is_dead_end { self.u_turn_at_end } else { self.u_turn }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crossing_the_oncoming_lane_costs_more_on_either_side_of_the_channel() {
        let costs = TurnCosts::of(Profile::Van);
        assert!(costs.turn(-90.0, DrivingSide::Right) > costs.turn(90.0, DrivingSide::Right));
        assert_eq!(costs.turn(-90.0, DrivingSide::Right), costs.turn(90.0, DrivingSide::Left));
        assert_eq!(costs.turn(90.0, DrivingSide::Right), costs.turn(-90.0, DrivingSide::Left));
        assert!(costs.turn(10.0, DrivingSide::Right) < 50);
    }
}
