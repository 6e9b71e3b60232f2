//! Two nodes behind a load balancer: nodes end and come back, and the settings are switched while clients send requests.

use anyhow::{Result, bail};
use tokio::sync::{mpsc, oneshot, watch};

use super::{
    balancer::LoadBalancer,
    node::{Change, Launcher, Node, RESTART_AFTER},
    state::{ClusterState, NodeName, NodeState, Operation, Refusal, Settings},
};
use crate::{
    clients::{Journal, Term},
    folder::Folder,
    print::print,
    process::Running,
};

/// An operation, and where to report its end.
pub(super) type Request = (Operation, oneshot::Sender<Result<(), Refusal>>);

/// Both nodes and the load balancer. One task owns them, so operations happen one after the other.
pub(super) struct Cluster<'a> {
    nodes: [Node<'a>; 2],
    load_balancer: LoadBalancer<'a>,
    haproxy: Running,
    settings: Settings,
    state: watch::Sender<ClusterState>,
    term: watch::Sender<Term>,
}

/// What happened to the cluster.
enum Event {
    Requested(Request),
    NodeChanged(NodeName, Change),
}

impl<'a> Cluster<'a> {
    /// Starts both nodes, and then the load balancer.
    pub(super) async fn start(
        launcher: Launcher<'a>,
        folder: &'a Folder,
        settings: Settings,
    ) -> Result<Self> {
        let [a, b] = NodeName::ALL.map(|name| Node::new(launcher, name));
        let mut nodes = [a.await?, b.await?];
        for node in &mut nodes {
            node.start(settings.sessions).await?;
        }
        let ports = nodes.each_ref().map(|node| node.port);
        let load_balancer = LoadBalancer { launcher, folder, ports };
        let haproxy = load_balancer.start(settings.affinity).await?;
        let states = nodes.each_ref().map(Node::state);
        let state = ClusterState { settings, switching: false, nodes: states };
        let (state, term) = (watch::Sender::new(state), watch::Sender::new(Term::default()));
        Ok(Self { nodes, load_balancer, haproxy, settings, state, term })
    }

    /// The nodes `a` and `b`.
    pub(super) fn nodes(&self) -> &[Node<'a>; 2] {
        &self.nodes
    }

    /// The state now and after each change.
    pub(super) fn state(&self) -> watch::Receiver<ClusterState> {
        self.state.subscribe()
    }

    /// The term now and after each switch.
    pub(super) fn term(&self) -> watch::Receiver<Term> {
        self.term.subscribe()
    }

    /// Carries out operations, and starts nodes again that ended without one. Counts in `journal` begin again with each switch.
    ///
    /// # Errors
    /// If the load balancer exits, or if a node does not start.
    pub(super) async fn run(
        mut self,
        mut requests: mpsc::Receiver<Request>,
        journal: &Journal,
    ) -> Result<()> {
        loop {
            match self.next_event(&mut requests).await? {
                Event::Requested((operation, done)) => {
                    let checked = self.state.borrow().check(operation);
                    if checked.is_ok() {
                        self.carry_out(operation, journal).await?;
                    }
                    let _page_closed = done.send(checked);
                }
                Event::NodeChanged(name, Change::Exited(status)) => {
                    let label = self.nodes[name.index()].label();
                    let seconds = RESTART_AFTER.as_secs();
                    print(format_args!(
                        "{label} has ended ({status}). It starts again in {seconds} s."
                    ));
                    self.publish();
                }
                Event::NodeChanged(name, Change::IsDue) => self.bring_back(name).await?,
            }
        }
    }

    async fn next_event(&mut self, requests: &mut mpsc::Receiver<Request>) -> Result<Event> {
        let [a, b] = &mut self.nodes;
        tokio::select! {
            Some(request) = requests.recv() => Ok(Event::Requested(request)),
            change = a.changed() => Ok(Event::NodeChanged(NodeName::A, change?)),
            change = b.changed() => Ok(Event::NodeChanged(NodeName::B, change?)),
            ended = self.haproxy.ended() => bail!("`haproxy` exited unexpectedly ({})", ended?),
        }
    }

    async fn carry_out(&mut self, operation: Operation, journal: &Journal) -> Result<()> {
        match operation {
            Operation::End { node } => {
                self.nodes[node.index()].kill().await?;
                self.publish();
                print(format_args!(
                    "{} was ended from the page.",
                    self.nodes[node.index()].label()
                ));
                Ok(())
            }
            Operation::BringBack { node } => self.bring_back(node).await,
            Operation::Switch { settings } => self.switch(settings, journal).await,
        }
    }

    async fn bring_back(&mut self, name: NodeName) -> Result<()> {
        self.nodes[name.index()].set_starting();
        self.publish();
        let node = &mut self.nodes[name.index()];
        node.start(self.settings.sessions).await?;
        if let Some(pid) = node.pid() {
            print(format_args!("{} is back. `kill -9 {pid}` ends it.", node.label()));
        }
        self.publish();
        Ok(())
    }

    /// Restarts what depends on the changed settings: both nodes for the session store, the load balancer for the affinity.
    async fn switch(&mut self, settings: Settings, journal: &Journal) -> Result<()> {
        let before = std::mem::replace(&mut self.settings, settings);
        let store_changes = before.sessions != settings.sessions;
        self.term.send_modify(|term| *term = term.begin_switch(store_changes));
        journal.reset();
        self.publish();
        if store_changes {
            self.replace_nodes().await?;
        }
        if before.affinity != settings.affinity {
            self.load_balancer.launcher.stop(&mut self.haproxy).await?;
            self.haproxy = self.load_balancer.start(settings.affinity).await?;
        }
        self.load_balancer.wait_for(&self.nodes_up()).await;
        self.term.send_modify(|term| *term = term.end_switch(store_changes));
        self.publish();
        Ok(())
    }

    /// Stops both nodes, then starts both with the present session store. A node that was away comes back too.
    async fn replace_nodes(&mut self) -> Result<()> {
        let [a, b] = &mut self.nodes;
        tokio::try_join!(a.stop(), b.stop())?;
        self.publish();
        let sessions = self.settings.sessions;
        let [a, b] = &mut self.nodes;
        tokio::try_join!(a.start(sessions), b.start(sessions))?;
        Ok(())
    }

    fn nodes_up(&self) -> Vec<NodeName> {
        let is_up =
            |name: &NodeName| matches!(self.nodes[name.index()].state(), NodeState::Up { .. });
        NodeName::ALL.into_iter().filter(is_up).collect()
    }

    fn publish(&self) {
        self.state.send_replace(ClusterState {
            settings: self.settings,
            switching: self.term.borrow().switching,
            nodes: self.nodes.each_ref().map(Node::state),
        });
    }
}
