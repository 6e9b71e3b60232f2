//! The CPU time and memory of a process, as reported by Linux.

use std::{fs, time::Duration};

use anyhow::{Context, Result};

/// Linux reports a process's time in hundredths of a second, whatever the kernel's own tick (`getconf CLK_TCK`).
const TICK: Duration = Duration::from_millis(10);

/// User and system time of all threads of a process since its start.
///
/// # Errors
/// If there is no such process.
pub fn cpu(pid: u32) -> Result<Duration> {
    let text = read(pid, "stat")?;
    ticks(&text)
        .map(|ticks| TICK * ticks)
        .with_context(|| format!("`/proc/{pid}/stat` is unreadable"))
}

/// The resident memory of a process in bytes.
///
/// # Errors
/// If there is no such process.
pub fn resident(pid: u32) -> Result<u64> {
    let text = read(pid, "status")?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kib.map(|kib| kib * 1024).with_context(|| format!("`/proc/{pid}/status` is unreadable"))
}

fn read(pid: u32, file: &str) -> Result<String> {
    let path = format!("/proc/{pid}/{file}");
    fs::read_to_string(&path).with_context(|| format!("`{path}` cannot be read"))
}

/// Reads the fields `utime` and `stime` of `/proc/<pid>/stat`. The second field, the name, may contain spaces and brackets (proc(5)).
fn ticks(stat: &str) -> Option<u32> {
    let (_, after_name) = stat.rsplit_once(") ")?;
    let mut fields = after_name.split(' ').skip(11);
    let (user, system) = (fields.next()?, fields.next()?);
    Some(user.parse::<u32>().ok()? + system.parse::<u32>().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_found_behind_a_name_with_brackets() {
        let stat = "7 (a) b) S 1 7 7 0 -1 4194560 100 0 0 0 250 50 9 9 20 0 3 0 100 0 0";
        assert_eq!(ticks(stat), Some(300));
        assert_eq!(ticks("7 (a"), None);
    }

    #[test]
    fn our_own_process_uses_memory() {
        assert!(resident(std::process::id()).unwrap() > 1 << 20);
        assert!(cpu(std::process::id()).is_ok());
        assert!(cpu(u32::MAX).is_err());
    }
}
