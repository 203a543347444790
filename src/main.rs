//! The `carnet` program: everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    carnet::cli::main(std::env::args_os(), std::env::vars_os())
}
