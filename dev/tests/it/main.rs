//! The reaper as a process: what was started ends with whoever started it.

use std::{
    fs::{self, File},
    os::unix::process::ExitStatusExt,
    path::Path,
    time::Duration,
};

use dev::{
    process::{Running, Signal},
    ready,
    reaper::Reaper,
};
use tokio::process::Command;

fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_dev"))
}

fn sleeper(reaper: &Reaper, script: &str) -> Running {
    let mut command = Command::new("sh");
    Running::start(reaper, "sleeper", command.args(["-c", script]), Signal::Terminate).unwrap()
}

#[tokio::test]
async fn everything_ends_when_the_pipe_ends() {
    let reaper = Reaper::of(program(), None).unwrap();
    let mut sleepers = [sleeper(&reaper, "exec sleep 600"), sleeper(&reaper, "sleep 600 & wait")];
    reaper.finish().await.unwrap();
    for sleeper in &mut sleepers {
        assert_eq!(sleeper.ended().await.unwrap().signal(), Some(15));
    }
}

/// A whole command that is killed: a shell whose child holds the only end of the reaper's pipe.
#[tokio::test]
async fn everything_ends_when_the_starter_is_killed() {
    let mut victim = Command::new("sleep").arg("600").process_group(0).spawn().unwrap();
    let note = format!(
        r#"{{"Started":{{"Process":{{"pid":{},"signal":"Terminate"}}}}}}"#,
        victim.id().unwrap()
    );
    let script = format!("{{ echo '{note}'; exec sleep 600; }} | '{}' reap", program().display());
    let mut starter = Command::new("sh");
    let mut starter = starter.args(["-c", &script]).process_group(0).spawn().unwrap();
    let group = rustix::process::Pid::from_raw(starter.id().unwrap().try_into().unwrap()).unwrap();
    let children = format!("/proc/{0}/task/{0}/children", starter.id().unwrap());
    let writer = || {
        let children = fs::read_to_string(&children).unwrap_or_default();
        children.split_whitespace().find_map(|pid| {
            let line = fs::read_to_string(format!("/proc/{pid}/cmdline")).ok()?;
            line.starts_with("sleep").then(|| pid.parse().ok()).flatten()
        })
    };
    ready::until("no writer", Duration::from_secs(30), async || writer().is_some()).await.unwrap();
    let writer = rustix::process::Pid::from_raw(writer().unwrap()).unwrap();
    rustix::process::kill_process(writer, rustix::process::Signal::KILL).unwrap();
    assert_eq!(victim.wait().await.unwrap().signal(), Some(15));
    assert!(starter.wait().await.unwrap().success());
    assert!(rustix::process::test_kill_process_group(group).is_err());
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

/// The folder stays taken until the last process is gone, and not a moment longer.
#[tokio::test]
async fn the_lock_is_the_reapers() {
    let path = std::env::temp_dir().join(format!("watertight-dev-lock-{}", std::process::id()));
    let lock = File::create(&path).unwrap();
    lock.try_lock().unwrap();
    let reaper = Reaper::of(program(), Some(lock)).unwrap();
    assert!(File::open(&path).unwrap().try_lock().is_err());
    reaper.finish().await.unwrap();
    File::open(&path).unwrap().try_lock().unwrap();
    fs::remove_file(path).unwrap();
}
