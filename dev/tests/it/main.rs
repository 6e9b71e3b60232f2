//! The reaper as a process: everything that a program started ends with that program.

use std::{
    fs::{self, File},
    io::Write,
    os::unix::process::ExitStatusExt,
    path::Path,
};

use dev::{
    process::{Running, Signal},
    reaper::Reaper,
};
use tokio::process::Command;

fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_dev"))
}

fn sleeper(reaper: &Reaper, script: &str) -> anyhow::Result<Running> {
    let mut command = Command::new("sh");
    Running::start(reaper, "sleeper", command.args(["-c", script]), Signal::Terminate)
}

#[tokio::test]
async fn everything_ends_when_the_pipe_ends() {
    let reaper = Reaper::of(program(), None).unwrap();
    let mut sleepers =
        ["exec sleep 600", "sleep 600 & wait"].map(|script| sleeper(&reaper, script).unwrap());
    reaper.finish().await.unwrap();
    for sleeper in &mut sleepers {
        assert_eq!(sleeper.ended().await.unwrap().signal(), Some(15));
    }
}

/// The starter is a separate process here, so that it can be killed with SIGKILL.
#[tokio::test]
async fn everything_ends_when_the_starter_is_killed() {
    let mut sleeper = Command::new("sleep").arg("600").process_group(0).spawn().unwrap();
    let pid = sleeper.id().unwrap();
    let note = format!(r#"{{"Started":{{"Process":{{"pid":{pid},"signal":"Terminate"}}}}}}"#);
    let (pipe, mut other_end) = std::io::pipe().unwrap();
    writeln!(other_end, "{note}").unwrap();
    let mut starter = Command::new("sleep").arg("600").stdout(other_end).spawn().unwrap();
    let mut reaper = Command::new(program()).arg("reap").stdin(pipe).spawn().unwrap();
    starter.kill().await.unwrap();
    assert!(reaper.wait().await.unwrap().success());
    assert_eq!(sleeper.wait().await.unwrap().signal(), Some(15));
}

#[tokio::test]
async fn a_process_that_has_ended_is_not_stopped_again() {
    let reaper = Reaper::of(program(), None).unwrap();
    let mut command = Command::new("true");
    dev::process::run(&reaper, "true", &mut command).await.unwrap();
    let failed = dev::process::run(&reaper, "false", &mut Command::new("false")).await;
    assert!(failed.unwrap_err().to_string().starts_with("`false` failed"));
    reaper.finish().await.unwrap();
}

/// The folder stays locked until the last process is gone, and not longer.
#[tokio::test]
async fn the_reaper_holds_the_lock_of_the_folder() {
    let path = std::env::temp_dir().join(format!("watertight-dev-lock-{}", std::process::id()));
    let lock = File::create(&path).unwrap();
    lock.try_lock().unwrap();
    let reaper = Reaper::of(program(), Some(lock)).unwrap();
    assert!(File::open(&path).unwrap().try_lock().is_err());
    reaper.finish().await.unwrap();
    File::open(&path).unwrap().try_lock().unwrap();
    fs::remove_file(path).unwrap();
}
