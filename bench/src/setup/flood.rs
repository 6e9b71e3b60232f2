//! The latency of one company while another company floods the server: lists and sign-ins, with and without the flood (row O7).

use std::{sync::Arc, time::Duration};

use anyhow::Result;
use bytes::Bytes;

use super::{
    people::{self, HUNDRED, PASSWORD, THOUSAND},
    product::{Node, ProductContestant, list, sign_in},
};
use crate::contestant::{ContestantId, Expected, Flood, Target};

/// The load of the measured company: few connections that pause, so that the machine has CPU time to spare. The goals compare waiting times; on a machine
/// without any free CPU time, the scheduler of the operating system would decide them.
const LISTS: Load = Load { connections: 4, pause: Duration::from_millis(5) };
/// One user at a time signs in. More would wait for each other at the hashing threads, with or without a flood.
const SIGN_INS: Load = Load { connections: 1, pause: Duration::from_millis(20) };
/// The flood: more connections than one company has places at the hashing threads. They send at most 640 requests a second.
const FLOOD: Load = Load { connections: 64, pause: Duration::from_millis(100) };
/// Every eighth request of the flood is a search. The others are sign-ins, many more than the threads can hash.
const SEARCH_INTERVAL: usize = 8;

/// A number of connections, and the pause of each between two requests.
#[derive(Clone, Copy)]
struct Load {
    connections: usize,
    pause: Duration,
}

/// Returns lists and sign-ins, each with and without the flood.
pub(super) async fn all(node: Node) -> Result<Vec<ProductContestant>> {
    let session = node.sign_in(HUNDRED).await?;
    let (request, body) = node.page(ContestantId::QuietList, HUNDRED, &session, "").await?;
    let lists = LISTS.on(node, [(request, Expected::Body(body.len()))].into());
    let valid_sign_in = sign_in(HUNDRED, &people::sign_in_email(HUNDRED), PASSWORD)?;
    let sign_ins = SIGN_INS.on(node, [(valid_sign_in, Expected::Status(201))].into());
    let flood = flood(node).await?;
    let contestants = [
        (ContestantId::QuietList, LISTS, &lists, false),
        (ContestantId::ListBesideFlood, LISTS, &lists, true),
        (ContestantId::QuietSignIn, SIGN_INS, &sign_ins, false),
        (ContestantId::SignInBesideFlood, SIGN_INS, &sign_ins, true),
    ];
    let product_contestants = contestants.map(|(id, load, target, flooded)| {
        let mut contestant = node.contestant(id, target.clone());
        contestant.connections = Some(load.connections);
        contestant.flood = flooded.then(|| flood.clone());
        ProductContestant { contestant, body: body.clone() }
    });
    Ok(product_contestants.into())
}

/// The flood of another company: sign-ins with wrong passwords, and searches that are not cached.
async fn flood(node: Node) -> Result<Flood> {
    let session = node.sign_in(THOUSAND).await?;
    let request = |number: usize| -> Result<Bytes> {
        if number.is_multiple_of(SEARCH_INTERVAL) {
            return Ok(list(THOUSAND, &session, &format!("&q=a{number}")));
        }
        sign_in(THOUSAND, &format!("p{number}@{THOUSAND}.example"), "wrong")
    };
    let requests = (0..FLOOD.connections).map(|number| Ok((request(number)?, Expected::Anything)));
    let requests = requests.collect::<Result<_>>()?;
    Ok(Flood { target: FLOOD.on(node, requests), connections: FLOOD.connections })
}

impl Load {
    /// A target with these requests and this load's pause.
    fn on(self, node: Node, requests: Arc<[(Bytes, Expected)]>) -> Target {
        Target { pause: self.pause, ..node.target(requests) }
    }
}
