//! The `coldmile` command.

fn main() -> std::process::ExitCode {
    coldmile::cli::main()
}
