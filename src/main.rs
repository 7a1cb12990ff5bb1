//! The `coldmile` binary; its commands are in [`coldmile::cli`].

fn main() -> std::process::ExitCode {
    coldmile::cli::main()
}
