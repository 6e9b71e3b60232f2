//! The two applications whose pages are built: the product and the demonstration.

use std::path::{Path, PathBuf};

/// An application: a program for the browser, and the document that loads it.
pub(super) struct Application {
    /// The name of its binary, and of its stylesheet.
    pub(super) name: &'static str,
    /// Whether it has pages in files of their own. The crate `ui` then needs its feature `split`.
    pub(super) is_split: bool,
    /// The path of its files in the folder of the built pages, and under the server's root.
    folder: &'static str,
}

/// The product, then the demonstration, whose folder is inside that of the product.
pub(super) const APPLICATIONS: [Application; 2] = [
    Application { name: "ui", is_split: true, folder: "" },
    Application { name: "demonstration", is_split: false, folder: "demonstration/" },
];

impl Application {
    /// Its folder inside the folder of all built pages.
    pub(super) fn folder_in(&self, pages: &Path) -> PathBuf {
        pages.join(self.folder)
    }

    /// The URL of one of its files, without scheme and host.
    pub(super) fn url_of(&self, file: &str) -> String {
        format!("/{}{file}", self.folder)
    }
}
