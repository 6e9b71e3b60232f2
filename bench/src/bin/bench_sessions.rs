//! `just bench-sessions`: measures every session store, and prints one table.

use std::{fs, process::ExitCode};

use anyhow::{Context, Result, bail};
use bench::{machine, sessions, setup::Stores};
use clap::{Parser, Subcommand};
use dev::{
    command::{Checkout, guarded},
    print::{print, print_error},
    reaper::{self, Reaper},
};

/// Measures how long each session store takes to save and to load a session.
#[derive(Debug, Parser)]
#[command(name = "bench-sessions")]
struct Line {
    #[command(subcommand)]
    command: Option<Command>,
    /// Number of sessions that are started and looked up in each store
    #[arg(long, default_value_t = 2_000)]
    sessions: usize,
    /// Run PostgreSQL and Redis in Docker, behind its proxy
    #[arg(long)]
    docker: bool,
    /// Also write the table into `docs/sessions.md` and the drawing next to it
    #[arg(long)]
    write: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Internal: the helper process that stops what this program started
    #[command(hide = true)]
    Reap,
}

/// The lines in `docs/sessions.md` between which the result is written.
const BEGIN: &str = "<!-- written by `just bench-sessions --write` -->\n";
const END: &str = "<!-- end -->\n";

fn main() -> ExitCode {
    let line = Line::parse();
    if line.command.is_some() {
        reaper::reap();
        return ExitCode::SUCCESS;
    }
    match run(&line) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            print_error(&error);
            ExitCode::FAILURE
        }
    }
}

#[tokio::main]
async fn run(line: &Line) -> Result<()> {
    let checkout = Checkout::here().await?;
    let (documents, folder) = (checkout.workspace.at("docs"), checkout.folder.inside("bench")?);
    let Some(lock) = folder.take_if_free()? else {
        bail!("another benchmark is running in this folder: wait for it or stop it");
    };
    guarded(Reaper::start(Some(lock))?, async |reaper| {
        let stores = Stores::start(reaper, folder, line.docker).await?;
        let measured = sessions::measure(&stores, line.sessions.max(1)).await?;
        let table = sessions::table(&measured);
        let (docker, stores) = if line.docker {
            (" --docker", "PostgreSQL and Redis in Docker")
        } else {
            ("", "PostgreSQL and Redis as programs")
        };
        let method = format!(
            "`just bench-sessions --sessions {}{docker}`, {stores}, on {}.",
            line.sessions,
            machine::describe().await
        );
        print(format_args!("\n{table}\n{method}"));
        if line.write {
            let page = documents.join("sessions.md");
            let text = fs::read_to_string(&page).context("cannot read `docs/sessions.md`")?;
            // One part to a line, because a line of a document has at most 160 characters.
            let method = method.replace("; ", ";\n");
            fs::write(&page, with_result(&text, &format!("{table}\n{method}\n"))?)?;
            fs::write(documents.join("images/session-stores.svg"), sessions::drawing(&measured))?;
        }
        Ok(())
    })
    .await
}

/// The page with the result between its two lines.
fn with_result(page: &str, result: &str) -> Result<String> {
    let parts = page.split_once(BEGIN).and_then(|(before, rest)| {
        let (_, after) = rest.split_once(END)?;
        Some((before, after))
    });
    let (before, after) = parts.context("`docs/sessions.md` has no place for the result")?;
    Ok([before, BEGIN, result, END, after].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_replaces_the_one_before() {
        let page = format!("a\n{BEGIN}old\n{END}b\n");
        assert_eq!(with_result(&page, "new\n").unwrap(), format!("a\n{BEGIN}new\n{END}b\n"));
        assert!(with_result("a\n", "new\n").is_err());
    }
}
