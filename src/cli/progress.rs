//! A progress bar on a terminal, silence in a pipe.

use super::Common;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;

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

/// A bar of a thousand steps for work that knows its share done; hidden in a pipe or beside JSON.
pub fn progress_bar(common: Common) -> ProgressBar {
    if common.json || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:40} {percent:>3} %  {elapsed}  {msg}");
    ProgressBar::new(1000).with_style(style.expect("the template is correct"))
}
