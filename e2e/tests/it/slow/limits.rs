//! G10: limits and timeouts that cannot work are refused at start.

use e2e::Stack;

/// G10: more connections than the process may open files are refused. The error names the variable, the number, the limit, and what to do.
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

/// G10: timeouts that leave no time for a request are refused at start, and the error names the values.
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
