//! Progress bars: drawn on stderr if it is a terminal, hidden otherwise.

use super::common::Common;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;

/// A progress bar that counts steps.
pub struct StepBar(ProgressBar);

impl StepBar {
    /// A bar of `steps` steps that starts with `first`.
    pub fn new(steps: u64, first: &'static str) -> Self {
        let bar = ProgressBar::new(steps);
        if let Ok(style) = ProgressStyle::with_template("{msg:>10} [{bar:30}] {pos}/{len} {elapsed}") {
            bar.set_style(style);
        }
        bar.set_message(first);
        Self(bar)
    }

    /// Completes a step and shows the name of the next.
    pub fn step(&self, next: &'static str) {
        self.0.inc(1);
        self.0.set_message(next);
    }

    /// Removes the bar from the screen.
    pub fn finish(&self) {
        self.0.finish_and_clear();
    }
}

/// A bar of 1,000 steps for work that reports the share done; hidden in a pipe and with `--json`.
pub fn progress_bar(common: Common) -> ProgressBar {
    if common.json || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:40} {percent:>3} %  {elapsed}  {msg}");
    ProgressBar::new(1000).with_style(style.expect("the template is correct"))
}
