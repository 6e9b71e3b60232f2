//! An empty folder for one test.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use uuid::Uuid;

use crate::reaper;

/// A folder that is removed when this value is dropped, or when this process has ended.
pub struct TempFolder(PathBuf);

impl TempFolder {
    /// A new folder. `what` is part of its name.
    pub fn empty(what: &str) -> Self {
        let name = format!("watertight-e2e-{what}-{}", Uuid::new_v4().simple());
        let path = env::temp_dir().join(name);
        reaper::folder(&path);
        fs::create_dir(&path).expect("a folder for a test");
        Self(path)
    }

    /// The path of the folder.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TempFolder {
    fn drop(&mut self) {
        // A program that is shutting down may still write to the folder; the reaper removes it later.
        let _in_use = fs::remove_dir_all(&self.0);
    }
}
