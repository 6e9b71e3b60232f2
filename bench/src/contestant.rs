//! Contestants: the measured server processes and the requests that they get.

use std::{fmt, net::SocketAddr, sync::Arc, time::Duration};

use bytes::Bytes;

/// Identifies a contestant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContestantId {
    /// The lesson's code with its two bugs fixed, in Node with Express.
    A,
    /// Contestant [`A`](Self::A) without its cache.
    AWithoutCache,
    /// A hand-optimized Node server.
    BestNode,
    /// Plain actix without the product's code: reads session and stored bytes in one pipeline.
    BareActix,
    /// Plain actix that answers the same bytes from memory, without a session: the upper limit.
    StaticBytes,
    /// The product in its default state: session and epochs in Redis, the body in the process.
    Product,
    /// The product without its in-process cache.
    ProductL2,
    /// The product with its cache switched off.
    ProductMiss,
    /// The lab build with every lock on.
    LabOn,
    /// The lab build with every lock off.
    LabOff,
    /// The first page of a company of 100 people, cache off, where there are three companies.
    FewCompanies,
    /// The first page of companies of 100 people, cache off, where there are many companies.
    ManyCompanies,
    /// The first page of a company of 10,000 people, cache off.
    LargeCompany,
    /// The cached list of a company, on few connections.
    QuietList,
    /// The same list while another company floods the server.
    ListBesideFlood,
    /// Sign-ins at a company, on few connections.
    QuietSignIn,
    /// The same sign-ins while another company floods the server.
    SignInBesideFlood,
}

impl fmt::Display for ContestantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::A => "A: the lesson's code fixed (Node, Express)",
            Self::AWithoutCache => "A without its cache",
            Self::BestNode => "A*: the best Node by hand",
            Self::BareActix => "bare actix, session and bytes in Redis",
            Self::StaticBytes => "bare actix, the same bytes in memory",
            Self::Product => "product",
            Self::ProductL2 => "product, body from Redis",
            Self::ProductMiss => "product, cache switched off",
            Self::LabOn => "lab build, all locks on",
            Self::LabOff => "lab build, all locks off",
            Self::FewCompanies => "product, off, 100 people, 3 companies",
            Self::ManyCompanies => "product, off, 100 people, 201 companies",
            Self::LargeCompany => "product, off, 10,000 people, 201 companies",
            Self::QuietList => "cached list, few connections",
            Self::ListBesideFlood => "cached list, a neighbour's flood",
            Self::QuietSignIn => "sign-in, few connections",
            Self::SignInBesideFlood => "sign-in, a neighbour's flood",
        })
    }
}

/// The response that a request must get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Status 200 and a body of this many bytes.
    Body(usize),
    /// This status, with any body.
    Status(u16),
    /// Any response: for the flood, much of which is refused.
    Anything,
}

/// The requests of a load and their address.
#[derive(Clone, Debug)]
pub struct Target {
    /// The address at which the contestant listens.
    pub address: SocketAddr,
    /// The requests with their expected responses. Each connection sends one of them repeatedly.
    pub requests: Arc<[(Bytes, Expected)]>,
    /// The pause of a connection after each response.
    pub pause: Duration,
}

/// The load on the same process while a contestant is measured.
#[derive(Clone, Debug)]
pub struct Flood {
    /// The requests of the flood.
    pub target: Target,
    /// The number of connections that send it.
    pub connections: usize,
}

/// A running contestant whose responses were checked.
#[derive(Clone, Debug)]
pub struct Contestant {
    /// The contestant's identity.
    pub id: ContestantId,
    /// The id of its process, whose CPU time and memory are measured.
    pub pid: u32,
    /// The requests that are measured.
    pub target: Target,
    /// The number of connections, if it differs from the plan's.
    pub connections: Option<usize>,
    /// Additional load during the measurement, which is not measured.
    pub flood: Option<Flood>,
}
