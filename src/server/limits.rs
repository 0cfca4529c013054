//! Open files: each connection is one.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Files the service would have open at most.
const WANTED: u64 = 65_536;
/// Files that are no connections: database, journal, listeners.
const OTHERS: u64 = 256;
/// Most connections.
const MOST: u64 = 20_000;

/// Raises the limit of open files as far as the system lets an ordinary process, and answers it.
pub fn raise_file_limit() -> u64 {
    let limit = getrlimit(Resource::Nofile);
    let most = limit.maximum.unwrap_or(WANTED).min(WANTED);
    let now = limit.current.unwrap_or(WANTED);
    if now >= most {
        return now;
    }
    let raised = Rlimit {
        current: Some(most),
        ..limit
    };
    match setrlimit(Resource::Nofile, raised) {
        Ok(()) => most,
        Err(_) => now,
    }
}

/// How many connections may be open with so many files.
pub fn connections_allowed(files: u64) -> usize {
    let allowed = files.saturating_sub(OTHERS).clamp(64, MOST);
    if allowed < 1_000 {
        tracing::warn!(
            files,
            connections = allowed,
            "few files may be open; raise the limit, for example with ulimit -n 65536 or LimitNOFILE=65536"
        );
    }
    usize::try_from(allowed).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_files_for_the_rest() {
        assert_eq!(connections_allowed(1_024), 768);
        assert_eq!(connections_allowed(65_536), 20_000);
        assert_eq!(connections_allowed(100), 64);
        assert!(raise_file_limit() >= 256);
    }
}
