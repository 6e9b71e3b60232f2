//! The user that runs native instances. PostgreSQL refuses to run as root.

use std::{
    fs, io,
    os::unix::fs::{MetadataExt, chown},
    path::Path,
};

use anyhow::{Context, Result};
use tokio::process::Command;

/// A user that is not root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner {
    uid: u32,
    gid: u32,
}

impl Owner {
    /// `None` if this program does not run as root; otherwise the system's user `postgres`, or `nobody`.
    ///
    /// # Errors
    /// If this program runs as root and there is no such user.
    pub fn needed() -> Result<Option<Self>> {
        if !rustix::process::geteuid().is_root() {
            return Ok(None);
        }
        let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
        let found = ["postgres", "nobody"].iter().find_map(|name| Self::in_file(&users, name));
        found.map(Some).context("PostgreSQL does not run as root, and there is no user `postgres`\nhint: run this command as another user")
    }

    /// Finds a user in the text of `/etc/passwd`: `name:password:uid:gid:…`.
    fn in_file(users: &str, name: &str) -> Option<Self> {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        Some(Self { uid: fields.next()?.parse().ok()?, gid: fields.next()?.parse().ok()? })
    }

    /// Makes the command run as this user.
    pub fn run(self, command: &mut Command) -> &mut Command {
        command.uid(self.uid).gid(self.gid)
    }

    /// Makes this user the owner of a file or folder.
    ///
    /// # Errors
    /// The error of the operating system.
    pub fn give(self, path: &Path) -> io::Result<()> {
        chown(path, Some(self.uid), Some(self.gid))
    }

    /// Whether the user can reach the folder. Other users cannot reach a checkout under `/root`.
    pub fn reaches(self, folder: &Path) -> bool {
        folder.ancestors().all(|folder| {
            fs::metadata(folder).is_ok_and(|of| {
                of.mode() & 0o001 != 0 || (of.uid() == self.uid && of.mode() & 0o100 != 0)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_found_by_the_whole_name() {
        let users = "root:x:0:0:root:/root:/bin/bash\npostgresql:x:1:2::/:\npostgres:x:107:114::/var/lib/postgresql:/bin/bash\n";
        assert_eq!(Owner::in_file(users, "postgres"), Some(Owner { uid: 107, gid: 114 }));
        assert_eq!(Owner::in_file(users, "nobody"), None);
    }
}
