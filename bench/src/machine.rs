//! Describes the machine of the run, because numbers of different machines cannot be compared.

use std::{fs, thread};

use dev::process::ask;
use tokio::process::Command;

/// Returns cores, memory, kernel and program versions in one line. A program that reports no version is left out.
pub async fn describe() -> String {
    let cores = thread::available_parallelism().map_or(0, Into::into);
    let mut parts = vec![format!("{cores} cores, {}", processor()), format!("{} memory", memory())];
    for (program, arguments) in [
        ("uname", ["-sr"]),
        ("node", ["--version"]),
        ("redis-server", ["--version"]),
        ("psql", ["--version"]),
        ("rustc", ["--version"]),
    ] {
        if let Ok(said) = ask(program, Command::new(program).args(arguments)).await {
            parts.push(shorten(program, &said));
        }
    }
    parts.join("; ")
}

/// Reduces output such as `Redis server v=7.0.15 sha=…` to name and version.
fn shorten(program: &str, said: &str) -> String {
    let version = said.split_whitespace().find(|word| {
        word.trim_start_matches("v=")
            .trim_start_matches('v')
            .starts_with(|c: char| c.is_ascii_digit())
    });
    let version = version.unwrap_or(said).trim_start_matches("v=").trim_start_matches('v');
    let name = match program {
        "uname" => "Linux",
        "redis-server" => "Redis",
        "psql" => "PostgreSQL",
        "node" => "Node",
        other => other,
    };
    format!("{name} {version}")
}

fn processor() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = text.lines().find_map(|line| line.strip_prefix("model name"));
    name.map_or_else(
        || "unnamed".to_owned(),
        |name| name.trim_start_matches(['\t', ' ', ':']).to_owned(),
    )
}

fn memory() -> String {
    let text = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kib = text.lines().find_map(|line| {
        line.strip_prefix("MemTotal:")?.split_whitespace().next()?.parse::<u64>().ok()
    });
    kib.map_or_else(|| "unknown".to_owned(), |kib| format!("{} GiB", kib >> 20))
}

/// The load average of the last minute. Load generator, server and stores need a few cores; a much higher value means that something else was running.
pub fn load_average() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().next().unwrap_or("unknown").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_found_in_the_output_of_a_program() {
        assert_eq!(
            shorten("redis-server", "Redis server v=7.0.15 sha=0 malloc=jemalloc"),
            "Redis 7.0.15"
        );
        assert_eq!(shorten("node", "v20.20.2"), "Node 20.20.2");
        assert_eq!(shorten("psql", "psql (PostgreSQL) 15.20 (Debian 15.20-1)"), "PostgreSQL 15.20");
        assert_eq!(shorten("uname", "Linux 6.18.44"), "Linux 6.18.44");
    }
}
