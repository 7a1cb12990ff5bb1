//! The inner loops of tables and customization, compiled once for each level of SIMD instructions.
//!
//! All variants are the same source, integers only, so they give the same bytes. This is the only module with unsafe
//! code: calling a function that was compiled for instructions which the processor was found to have.

use super::weight::{INFINITE, Weight};

/// The SIMD instructions of this processor. Values come from [`detect`] and [`scalar`] only: one that names instructions
/// is a proof that the processor has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SimdLevel(Level);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    Scalar,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl SimdLevel {
    /// Whether sixteen sources at once are faster than eight.
    pub(super) fn prefers_16_lanes(self) -> bool {
        #[cfg(target_arch = "x86_64")]
        return self.0 == Level::Avx512;
        #[cfg(not(target_arch = "x86_64"))]
        false
    }
}

/// What any processor has, for tests.
#[cfg(test)]
pub(super) const fn scalar() -> SimdLevel {
    SimdLevel(Level::Scalar)
}

/// The widest instructions of this processor.
pub(super) fn detect() -> SimdLevel {
    #[cfg(target_arch = "x86_64")]
    {
        let has_512 = is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vl");
        if has_512 && is_x86_feature_detected!("avx512dq") {
            return SimdLevel(Level::Avx512);
        }
        if is_x86_feature_detected!("avx2") {
            return SimdLevel(Level::Avx2);
        }
    }
    SimdLevel(Level::Scalar)
}

/// A loop that is faster with SIMD. `run` must be inlined into its caller, so that it is compiled for its instructions.
pub(super) trait Kernel {
    fn run(self);
}

/// Runs a kernel that was compiled for the instructions of a level.
pub(super) fn run(level: SimdLevel, kernel: impl Kernel) {
    match level.0 {
        Level::Scalar => kernel.run(),
        #[cfg(target_arch = "x86_64")]
        Level::Avx2 => {
            #[expect(unsafe_code, reason = "a level of this kind exists only where the processor has AVX2")]
            // SAFETY: `detect` looked for AVX2 before it made this level.
            unsafe {
                run_avx2(kernel);
            }
        }
        #[cfg(target_arch = "x86_64")]
        Level::Avx512 => {
            #[expect(
                unsafe_code,
                reason = "a level of this kind exists only where the processor has AVX-512"
            )]
            // SAFETY: `detect` looked for all three features before it made this level.
            unsafe {
                run_avx512(kernel);
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn run_avx2(kernel: impl Kernel) {
    kernel.run();
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512vl,avx512dq")]
fn run_avx512(kernel: impl Kernel) {
    kernel.run();
}

/// The part of a hierarchy that is swept, from the top down.
pub(super) struct Downward<'a> {
    /// Where a place's arcs start.
    pub first: &'a [u32],
    /// The upper end of an arc, as a place that comes earlier, and its weight.
    pub arcs: &'a [(u32, Weight)],
    /// Where a target's labels start.
    pub first_label: &'a [u32],
    /// A place, and what to take off.
    pub labels: &'a [(u32, Weight)],
}

/// Takes the distances of several sources from the top of a hierarchy down to all of it, then to the targets: one row
/// of `cells` a source. `swept` holds what the searches upwards found.
pub(super) fn sweep<const LANES: usize>(
    level: SimdLevel,
    part: &Downward<'_>,
    swept: &mut [[Weight; LANES]],
    cells: &mut [Weight],
) {
    run(level, Sweep { part, swept, cells });
}

struct Sweep<'a, const LANES: usize> {
    part: &'a Downward<'a>,
    swept: &'a mut [[Weight; LANES]],
    cells: &'a mut [Weight],
}

impl<const LANES: usize> Kernel for Sweep<'_, LANES> {
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "see `Kernel`")]
    fn run(self) {
        sweep_all(self.part, self.swept, self.cells);
    }
}

#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "it is compiled for the instructions of its caller only when it is inlined"
)]
fn sweep_all<const LANES: usize>(part: &Downward<'_>, swept: &mut [[Weight; LANES]], cells: &mut [Weight]) {
    for place in 0..part.first.len() - 1 {
        let (above, rest) = swept.split_at_mut(place);
        let mut own = rest[0];
        for &(upper, weight) in &part.arcs[part.first[place] as usize..part.first[place + 1] as usize] {
            let upper = &above[upper as usize];
            for lane in 0..LANES {
                // Compared as signed numbers, for which AVX2 has an instruction; sums stay below 1 << 63.
                own[lane] = (own[lane] as i64).min((upper[lane] + weight) as i64) as Weight;
            }
        }
        rest[0] = own;
    }
    let target_count = part.first_label.len() - 1;
    let row_count = cells.len().checked_div(target_count).unwrap_or(0).min(LANES);
    for target in 0..target_count {
        let mut best = [INFINITE; LANES];
        let labels = part.first_label[target] as usize..part.first_label[target + 1] as usize;
        for &(place, over) in &part.labels[labels] {
            let swept = &swept[place as usize];
            for lane in 0..LANES {
                // Only a source on the same arc, which is recomputed later, has less than is taken off.
                let less = if swept[lane] >= over { swept[lane] - over } else { INFINITE };
                let less = if swept[lane] >= INFINITE { INFINITE } else { less };
                best[lane] = (best[lane] as i64).min(less as i64) as Weight;
            }
        }
        for lane in 0..row_count {
            cells[lane * target_count + target] = best[lane];
        }
    }
}
