//! The command line.

mod cli;

use std::process::ExitCode;

/// Faster than the system's allocator where many threads make small replies.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::run()
}
