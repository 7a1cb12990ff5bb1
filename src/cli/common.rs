//! Arguments that every command takes.

use clap::Args;

/// Arguments of every command.
#[derive(Args, Clone, Copy, Debug)]
pub struct Common {
    /// Number of threads [default: all cores].
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// Print one JSON object on a single line instead of text.
    #[arg(long, global = true)]
    pub json: bool,
}
