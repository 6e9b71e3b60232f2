//! The state of the nodes and of the load balancer, and which operations it allows.

use std::fmt;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use crate::load_balancer::Affinity;

/// The session stores that need no other server than the stack has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub(super) enum Sessions {
    /// In the memory of each node: a user needs the node of the sign-in
    Memory,
    /// In Redis, which both nodes read
    Redis,
    /// In PostgreSQL, which both nodes read
    Postgres,
}

/// What can be switched while the nodes run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    /// Where sessions are kept.
    pub(super) sessions: Sessions,
    /// Whether a client stays at its node.
    pub(super) affinity: Affinity,
}

/// One of the two nodes, as the load balancer names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum NodeName {
    /// The first node.
    A,
    /// The second node.
    B,
}

impl NodeName {
    /// Both names, in the order of the nodes.
    pub(super) const ALL: [Self; 2] = [Self::A, Self::B];

    /// The place of the node in arrays of both.
    pub(super) fn index(self) -> usize {
        match self {
            Self::A => 0,
            Self::B => 1,
        }
    }

    /// The name in `X-Node`.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::A => "a",
            Self::B => "b",
        }
    }
}

/// What one node does at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub(super) enum NodeState {
    /// The process was started and does not accept connections yet.
    Starting,
    /// The node accepts connections.
    Up {
        /// The id of its process.
        pid: u32,
    },
    /// The node was ended from the page. It stays away until it is brought back.
    Ended,
    /// The process ended without the page. It starts again by itself.
    Restarting,
}

/// The state of the cluster, as the page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct ClusterState {
    /// The settings; during a switch those that it leads to.
    pub(super) settings: Settings,
    /// Whether a switch is under way.
    pub(super) switching: bool,
    /// The states of the nodes `a` and `b`.
    pub(super) nodes: [NodeState; 2],
}

/// What a user of the page asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "operation", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Operation {
    /// Kill the process of a node.
    End {
        /// The node to end.
        node: NodeName,
    },
    /// Start a node that has ended.
    BringBack {
        /// The node to start.
        node: NodeName,
    },
    /// Change the settings. This restarts what depends on them.
    Switch {
        /// The settings afterwards.
        settings: Settings,
    },
}

/// Why an operation is not possible in the present state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Only a node that is up can be ended.
    NotUp(NodeName),
    /// Only a node that has ended can be brought back.
    NotEnded(NodeName),
    /// A switch must change a setting.
    SameSettings,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotUp(node) => write!(f, "node {} is not up", node.as_str()),
            Self::NotEnded(node) => write!(f, "node {} has not ended", node.as_str()),
            Self::SameSettings => f.write_str("these settings are in force already"),
        }
    }
}

impl ClusterState {
    /// Whether the operation is possible now.
    pub(super) fn check(&self, operation: Operation) -> Result<(), Refusal> {
        let state = |node: NodeName| self.nodes[node.index()];
        match operation {
            Operation::End { node } if !matches!(state(node), NodeState::Up { .. }) => {
                Err(Refusal::NotUp(node))
            }
            Operation::BringBack { node }
                if !matches!(state(node), NodeState::Ended | NodeState::Restarting) =>
            {
                Err(Refusal::NotEnded(node))
            }
            Operation::Switch { settings } if settings == self.settings => {
                Err(Refusal::SameSettings)
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEMORY: Settings = Settings { sessions: Sessions::Memory, affinity: Affinity::On };

    fn cluster(a: NodeState) -> ClusterState {
        let nodes = [a, NodeState::Up { pid: 2 }];
        ClusterState { settings: MEMORY, switching: false, nodes }
    }

    #[test]
    fn only_a_node_that_is_up_can_be_ended() {
        let end = Operation::End { node: NodeName::A };
        assert_eq!(cluster(NodeState::Up { pid: 1 }).check(end), Ok(()));
        for state in [NodeState::Starting, NodeState::Ended, NodeState::Restarting] {
            assert_eq!(cluster(state).check(end), Err(Refusal::NotUp(NodeName::A)), "{state:?}");
        }
    }

    #[test]
    fn only_a_node_that_has_ended_can_be_brought_back() {
        let bring_back = Operation::BringBack { node: NodeName::A };
        for state in [NodeState::Ended, NodeState::Restarting] {
            assert_eq!(cluster(state).check(bring_back), Ok(()), "{state:?}");
        }
        for state in [NodeState::Starting, NodeState::Up { pid: 1 }] {
            let refused = Err(Refusal::NotEnded(NodeName::A));
            assert_eq!(cluster(state).check(bring_back), refused, "{state:?}");
        }
    }

    #[test]
    fn a_switch_changes_a_setting() {
        let cluster = cluster(NodeState::Ended);
        let to = |settings| cluster.check(Operation::Switch { settings });
        assert_eq!(to(MEMORY), Err(Refusal::SameSettings));
        assert_eq!(to(Settings { affinity: Affinity::Off, ..MEMORY }), Ok(()));
        assert_eq!(to(Settings { sessions: Sessions::Redis, ..MEMORY }), Ok(()));
    }

    #[test]
    fn operations_are_read_from_json() {
        let read = |json| serde_json::from_str::<Operation>(json).ok();
        let end = Operation::End { node: NodeName::B };
        assert_eq!(read(r#"{"operation":"end","node":"b"}"#), Some(end));
        let switch = Operation::Switch { settings: MEMORY };
        let json = r#"{"operation":"switch","settings":{"sessions":"memory","affinity":"on"}}"#;
        assert_eq!(read(json), Some(switch));
        for odd in [
            r#"{"operation":"end","node":"c"}"#,
            r#"{"operation":"end","node":"a","force":true}"#,
            r#"{"operation":"format"}"#,
            "",
        ] {
            assert_eq!(read(odd), None, "{odd}");
        }
    }
}
