//! The knapsack of one site: which clients pay for its capacity best.

/// A client that pays more than it costs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Offer {
    pub client: u32,
    pub profit: f64,
    pub demand: f64,
}

/// Cells of the dynamic program above which the fractional knapsack has to do: its bound is valid, if weaker.
const MAX_CELLS: usize = 4_000_000;

/// Working memory.
#[derive(Default)]
pub(super) struct Knapsack {
    best: Vec<f64>,
    takes: Vec<u64>,
    /// What the last call took: client and share.
    pub taken: Vec<(u32, f64)>,
}

impl Knapsack {
    /// The largest profit where clients may be taken in part. Sorts the offers by profit for demand.
    pub fn fractional(&mut self, offers: &mut [Offer], capacity: f64) -> f64 {
        self.taken.clear();
        let demand: f64 = offers.iter().map(|offer| offer.demand).sum();
        if demand <= capacity {
            self.taken.extend(offers.iter().map(|offer| (offer.client, 1.0)));
            return offers.iter().map(|offer| offer.profit).sum();
        }
        offers.sort_unstable_by(|a, b| {
            (b.profit * a.demand).total_cmp(&(a.profit * b.demand)).then(a.client.cmp(&b.client))
        });
        let mut left = capacity;
        let mut profit = 0.0;
        for offer in offers.iter() {
            if offer.demand <= left {
                left -= offer.demand;
                profit += offer.profit;
                self.taken.push((offer.client, 1.0));
            } else {
                let share = left / offer.demand;
                profit += share * offer.profit;
                if share > 0.0 {
                    self.taken.push((offer.client, share));
                }
                break;
            }
        }
        profit
    }

    /// The largest profit where each client is taken or not; the fractional one where demands are no integers or the table
    /// would be too large. `offers` as [`fractional`](Self::fractional) left them.
    pub fn whole(&mut self, offers: &[Offer], capacity: f64, fractional: f64) -> f64 {
        if self.taken.iter().all(|(_, share)| *share == 1.0) {
            return fractional;
        }
        let size = capacity.floor() as usize + 1;
        let is_integral = offers.iter().all(|offer| offer.demand.fract() == 0.0);
        if !is_integral || size.saturating_mul(offers.len()) > MAX_CELLS {
            return fractional;
        }
        let words = size.div_ceil(64);
        self.best.clear();
        self.best.resize(size, 0.0);
        self.takes.clear();
        self.takes.resize(words * offers.len(), 0);
        for (row, offer) in offers.iter().enumerate() {
            let demand = offer.demand as usize;
            let takes = &mut self.takes[row * words..(row + 1) * words];
            for load in (demand..size).rev() {
                let with = self.best[load - demand] + offer.profit;
                if with > self.best[load] {
                    self.best[load] = with;
                    takes[load / 64] |= 1 << (load % 64);
                }
            }
        }
        self.taken.clear();
        let mut load = size - 1;
        for (row, offer) in offers.iter().enumerate().rev() {
            if self.takes[row * words + load / 64] >> (load % 64) & 1 == 1 {
                self.taken.push((offer.client, 1.0));
                load -= offer.demand as usize;
            }
        }
        self.best[size - 1]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knapsacks_agree_with_enumeration() {
        let mut rng = fastrand::Rng::with_seed(1);
        for _ in 0..300 {
            let capacity = rng.u32(0..30) as f64;
            let offers: Vec<Offer> = (0..rng.u32(0..9))
                .map(|client| Offer { client, profit: rng.u32(1..20) as f64, demand: rng.u32(0..12) as f64 })
                .collect();
            let mut best = 0.0_f64;
            for set in 0_u32..1 << offers.len() {
                let chosen =
                    || offers.iter().enumerate().filter(|(at, _)| set >> at & 1 == 1).map(|(_, offer)| offer);
                if chosen().map(|offer| offer.demand).sum::<f64>() <= capacity {
                    best = best.max(chosen().map(|offer| offer.profit).sum());
                }
            }
            let mut knapsack = Knapsack::default();
            let mut sorted = offers.clone();
            let fractional = knapsack.fractional(&mut sorted, capacity);
            assert!(fractional >= best - 1e-9);
            assert_eq!(knapsack.whole(&sorted, capacity, fractional), best);
            let profit = |client: u32| offers[client as usize].profit;
            assert_eq!(
                knapsack.taken.iter().map(|(client, share)| share * profit(*client)).sum::<f64>(),
                best
            );
        }
    }
}
