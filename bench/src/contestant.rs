//! Who is measured: a process that listens, and what it is asked.

use std::{fmt, net::SocketAddr, sync::Arc, time::Duration};

use bytes::Bytes;

/// Who is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Who {
    /// The lesson's code with its two bugs fixed, in Node.
    A,
    /// The same without its cache.
    AMiss,
    /// The best Node by hand.
    BestNode,
    /// actix without anything of ours: session and stored bytes in one round trip.
    Bare,
    /// actix with the same bytes in memory and no session: the ceiling.
    Static,
    /// The product as it runs: session and epochs in Redis, the body in the process.
    Product,
    /// The product that keeps no body in the process.
    ProductL2,
    /// The product with its cache switched off.
    ProductMiss,
    /// The laboratory's build with every lock on.
    LabOn,
    /// The laboratory's build with every lock off.
    LabOff,
    /// The first page of 100 people, of three companies.
    FewSmall,
    /// The first page of 100 people, of many companies.
    ManySmall,
    /// The first page of 10,000 people.
    ManyLarge,
    /// The cached list of a company, asked by few connections.
    QuietList,
    /// The same while another company is flooded.
    ListBesideFlood,
    /// Signing in at a company, on few connections.
    QuietSignIn,
    /// The same while another company is flooded.
    SignInBesideFlood,
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::A => "A: the lesson's code fixed (Node, Express)",
            Self::AMiss => "A without its cache",
            Self::BestNode => "A*: the best Node by hand",
            Self::Bare => "bare actix, session and bytes in Redis",
            Self::Static => "bare actix, the same bytes in memory",
            Self::Product => "product",
            Self::ProductL2 => "product, body from Redis",
            Self::ProductMiss => "product, cache switched off",
            Self::LabOn => "laboratory, all locks on",
            Self::LabOff => "laboratory, all locks off",
            Self::FewSmall => "product, off, 100 people, 3 companies",
            Self::ManySmall => "product, off, 100 people, 201 companies",
            Self::ManyLarge => "product, off, 10,000 people, 201 companies",
            Self::QuietList => "cached list, few connections",
            Self::ListBesideFlood => "cached list, a neighbour's flood",
            Self::QuietSignIn => "sign-in, few connections",
            Self::SignInBesideFlood => "sign-in, a neighbour's flood",
        })
    }
}

/// The answer that a request must get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// 200, and a body of this length.
    Body(usize),
    /// This status.
    Status(u16),
    /// Any: the flood, of which much is refused.
    Anything,
}

/// Where to ask, and what.
#[derive(Clone, Debug)]
pub struct Target {
    /// Where the contestant listens.
    pub address: SocketAddr,
    /// The requests, each with its answer; connections take them in turn.
    pub requests: Arc<[(Bytes, Expected)]>,
    /// How long a connection rests after each answer.
    pub rest: Duration,
}

/// What is asked of the same process while a contestant is measured.
#[derive(Clone, Debug)]
pub struct Flood {
    /// The requests of the flood.
    pub target: Target,
    /// How many connections ask.
    pub connections: usize,
}

/// A contestant that runs and whose answers were found right.
#[derive(Clone, Debug)]
pub struct Contestant {
    /// Who it is.
    pub who: Who,
    /// Its process, whose time is counted.
    pub pid: u32,
    /// What it is asked.
    pub target: Target,
    /// How many connections ask, if not as many as of all others.
    pub connections: Option<usize>,
    /// What else it is asked meanwhile.
    pub flood: Option<Flood>,
}
