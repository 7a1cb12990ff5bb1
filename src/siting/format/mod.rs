//! Reads instances of the literature and tables, writes and reads solutions.

mod coordinates;
mod decimal;
mod dialect;
mod facility;
mod graph;
mod guess;
mod instance;
mod matrix;
mod open_file;
mod tokens;

pub use dialect::Format;
pub use guess::{fitting_formats, read_instance};
pub use instance::{FormatError, Instance, Question, Scale};
pub use open_file::{read_solution, write_solution};
