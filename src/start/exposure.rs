//! Files that hold secrets or personal data must not lie where everyone on the machine can reach them.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// Where containers are given their secrets: readable by all, and there is nobody else.
const CONTAINER_SECRETS: &str = "/run/secrets/";
/// What others may do with a file.
const OTHERS: u32 = 0o007;
/// That others may pass through a folder.
const PASS: u32 = 0o001;

/// What is wrong with a file that others can reach, and the mend; none for a file that is not there.
pub fn exposed(file: &Path) -> Option<String> {
    let path = file.canonicalize().ok()?;
    let mode = mode_of(&path)?;
    let is_reached = path.ancestors().skip(1).all(|folder| {
        let mode = mode_of(folder);
        mode.is_none_or(|mode| mode & PASS != 0)
    });
    let is_loose = mode & OTHERS != 0 && is_reached && !path.starts_with(CONTAINER_SECRETS);
    is_loose.then(|| {
        format!(
            "{} is open to everyone on this machine (mode {mode:03o}); run: chmod 600 {}",
            file.display(),
            file.display()
        )
    })
}

fn mode_of(path: &Path) -> Option<u32> {
    let permissions = std::fs::metadata(path).ok()?.permissions();
    Some(permissions.mode() & 0o777)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_exposed_when_others_reach_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key");
        std::fs::write(&file, "x").unwrap();
        let set = |path: &Path, mode| {
            let permissions = std::fs::Permissions::from_mode(mode);
            std::fs::set_permissions(path, permissions).unwrap();
        };
        set(folder.path(), 0o755);
        for (mode, loose) in [(0o600, false), (0o640, false), (0o644, true), (0o602, true)] {
            set(&file, mode);
            assert_eq!(exposed(&file).is_some(), loose, "{mode:03o}");
        }
        // The folder keeps others out.
        set(folder.path(), 0o700);
        assert_eq!(exposed(&file), None);
        assert_eq!(exposed(&folder.path().join("none")), None);
    }
}
