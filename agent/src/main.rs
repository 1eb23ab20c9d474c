//! The program `sightstep`.

fn main() -> std::process::ExitCode {
    sightstep::cli::main()
}
