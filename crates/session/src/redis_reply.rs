//! Whether a reply shows that a server may no longer be the primary.

use redis::{ErrorKind, RedisError, ServerErrorKind, Value};

/// The code of the error of a Redis that has fewer replicas than `min-replicas-to-write`.
const WITHOUT_REPLICAS: &str = "NOREPLICAS";

/// The reply to a command, or the replies to a pipeline.
pub(crate) trait Reply {
    /// Whether Redis refused a command because it is a replica, or a primary that was cut off from its replicas.
    fn is_of_a_former_primary(&self) -> bool;
}

impl Reply for Value {
    fn is_of_a_former_primary(&self) -> bool {
        let Self::ServerError(error) = self else { return false };
        let error = RedisError::from(error.clone());
        let is_a_replica = matches!(
            error.kind(),
            ErrorKind::Server(ServerErrorKind::ReadOnly | ServerErrorKind::MasterDown)
        );
        is_a_replica || error.code() == Some(WITHOUT_REPLICAS)
    }
}

impl Reply for Vec<Value> {
    fn is_of_a_former_primary(&self) -> bool {
        self.iter().any(Reply::is_of_a_former_primary)
    }
}
