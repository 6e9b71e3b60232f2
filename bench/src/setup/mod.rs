//! Everything that a run starts: its own stores, companies, the product in several states, and its peers.

mod flood;
mod lab;
mod listening;
mod peers;
mod people;
mod product;
mod stores;

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use dev::{print::print, reaper::Reaper, workspace::Workspace};

pub use stores::Stores;

use crate::contestant::Contestant;

/// The name of the product's program.
const PRODUCT: &str = "watertight";

/// The paths of the checkout and of the built programs.
#[derive(Clone, Debug)]
pub struct Programs {
    /// The checkout of the repository.
    pub workspace: Workspace,
    /// The folder with the built programs: this one and the product.
    pub built: PathBuf,
}

impl Programs {
    /// Finds the programs that were built together with this one.
    ///
    /// # Errors
    /// If the product was not built.
    pub async fn locate() -> Result<Self> {
        let own = std::env::current_exe().context("the path of this program is unknown")?;
        let built = own.parent().context("the path of this program has no folder")?.to_owned();
        let programs = Self { workspace: Workspace::locate().await?, built };
        let product = programs.at(PRODUCT);
        ensure!(
            product.is_file(),
            "`{}` does not exist\nhint: `just bench` builds it",
            product.display()
        );
        Ok(programs)
    }

    /// The path of a built program.
    pub fn at(&self, name: &str) -> PathBuf {
        self.built.join(name)
    }
}

/// Starts all contestants and checks their responses. They are sorted in the order in which they are measured.
///
/// # Errors
/// If a contestant does not start or gives another response than expected.
pub async fn start_all(
    reaper: &Reaper,
    programs: &Programs,
    stores: &Stores,
) -> Result<Vec<Contestant>> {
    let databases = people::fill(programs, stores).await?;
    let product_contestants = product::all(reaper, programs, stores, databases).await?;
    let list = &product_contestants.first().context("the product does not take part")?.body;
    print(format_args!(
        "all compared responses have the same list: {} bytes of JSON for a hundred people",
        list.len()
    ));
    let mut contestants = peers::all(reaper, programs, stores, list).await?;
    contestants.extend(
        product_contestants.into_iter().map(|product_contestant| product_contestant.contestant),
    );
    contestants.sort_by_key(|contestant| contestant.id);
    Ok(contestants)
}
