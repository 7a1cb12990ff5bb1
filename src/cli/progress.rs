//! A progress bar on a terminal, silence in a pipe.

use indicatif::{ProgressBar, ProgressStyle};

/// Steps of long work.
pub struct Bar(ProgressBar);

impl Bar {
    /// A bar of so many steps. It draws on stderr, and only on a terminal.
    pub fn new(steps: u64, first: &'static str) -> Self {
        let bar = ProgressBar::new(steps);
        if let Ok(style) = ProgressStyle::with_template("{msg:>10} [{bar:30}] {pos}/{len} {elapsed}") {
            bar.set_style(style);
        }
        bar.set_message(first);
        Self(bar)
    }

    /// One step is done, and this comes next.
    pub fn step(&self, next: &'static str) {
        self.0.inc(1);
        self.0.set_message(next);
    }

    /// All is done; the bar goes away.
    pub fn finish(&self) {
        self.0.finish_and_clear();
    }
}
