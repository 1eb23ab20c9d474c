//! The program itself, built with the tests: cargo names a binary's path only to tests of its own package.

fn main() -> std::process::ExitCode {
    sightstep::cli::main()
}
