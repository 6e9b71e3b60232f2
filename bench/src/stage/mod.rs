//! Everything that runs during a run: stores of our own, companies, the product in several states, and its peers.

mod flood;
mod lab;
mod listening;
mod peers;
mod people;
mod product;
mod stores;

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use dev::{reaper::Reaper, say::say, workspace::Workspace};

pub use stores::Stores;

use crate::contestant::Contestant;

/// The product's program.
const PRODUCT: &str = "watertight";

/// Where things are, and what is started from where.
#[derive(Clone, Debug)]
pub struct Programs {
    /// The checkout.
    pub workspace: Workspace,
    /// The folder in which cargo left our own program, and the product beside it.
    pub built: PathBuf,
}

impl Programs {
    /// Finds what was built beside us.
    ///
    /// # Errors
    /// If the product was not.
    pub async fn locate() -> Result<Self> {
        let own = std::env::current_exe().context("the path of this program is unknown")?;
        let built = own.parent().context("this program lies nowhere")?.to_owned();
        let programs = Self { workspace: Workspace::locate().await?, built };
        let product = programs.at(PRODUCT);
        ensure!(
            product.is_file(),
            "`{}` is not there\nhint: `just bench` builds it",
            product.display()
        );
        Ok(programs)
    }

    /// A program of ours.
    pub fn at(&self, name: &str) -> PathBuf {
        self.built.join(name)
    }
}

/// Starts everybody, in the order in which they take turns, and finds their answers right.
///
/// # Errors
/// If someone does not start or answers otherwise than they should.
pub async fn set(reaper: &Reaper, programs: &Programs, stores: &Stores) -> Result<Vec<Contestant>> {
    let places = people::fill(programs, stores).await?;
    let contenders = product::all(reaper, programs, stores, places).await?;
    let list = &contenders.first().context("the product does not take part")?.body;
    say(format_args!(
        "the list is {} bytes of JSON for a hundred people, in all answers that are compared",
        list.len()
    ));
    let mut contestants = peers::all(reaper, programs, stores, list).await?;
    contestants.extend(contenders.into_iter().map(|contender| contender.contestant));
    contestants.sort_by_key(|contestant| contestant.who);
    Ok(contestants)
}
