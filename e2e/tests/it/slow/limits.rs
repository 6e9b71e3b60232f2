//! G10: more connections than the process may open files are refused at the start.

use e2e::Stack;

/// G10: the error names the variable, how many were asked for, the limit, and what to do.
#[tokio::test]
async fn more_connections_than_open_files_are_refused_at_start() {
    let stack = Stack::get().await;
    let config = stack.server_config().with("WATERTIGHT_MAX_CONNECTIONS", "9000000000");
    let refused = config.run(&["serve"]).await;
    assert_eq!(refused.code, Some(1), "{}", refused.stderr);
    for part in ["`WATERTIGHT_MAX_CONNECTIONS`", "9000000000 connections", "ulimit -n", "hint:"] {
        assert!(refused.stderr.contains(part), "{part}: {}", refused.stderr);
    }
}

/// G10: timeouts that leave a request no time are refused at the start, with the numbers.
#[tokio::test]
async fn timeouts_that_leave_no_time_for_a_request_are_refused_at_start() {
    let stack = Stack::get().await;
    let config = stack.server_config().with("WATERTIGHT_REQUEST_TIMEOUT_MS", "1000");
    let refused = config.run(&["serve"]).await;
    assert_eq!(refused.code, Some(1), "{}", refused.stderr);
    for part in ["`WATERTIGHT_REQUEST_TIMEOUT_MS`", "1000 ms", "20000 ms", "hint:"] {
        assert!(refused.stderr.contains(part), "{part}: {}", refused.stderr);
    }
}
