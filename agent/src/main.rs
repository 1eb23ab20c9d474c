//! The program `sightstep`.

fn main() {}
