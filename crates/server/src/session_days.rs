//! Prepares and drops the partitions of the session records, if sessions are kept in PostgreSQL.

use std::time::Duration;

use store::SessionRecords;

/// The pause between two runs. Partitions exist a week in advance, so some failed runs do no harm.
const PAUSE: Duration = Duration::from_hours(1);

/// Prepares the partitions of the next days and drops those of past days every hour, until the process ends.
pub(crate) async fn on_schedule(records: SessionRecords) {
    loop {
        tokio::time::sleep(PAUSE).await;
        if let Err(error) = records.prepare_days().await {
            tracing::warn!(%error, "session.partition.not_prepared");
        }
        if let Err(error) = records.drop_past_days().await {
            tracing::warn!(%error, "session.partition.not_dropped");
        }
    }
}
