//! A company whose neighbour is flooded: lists and sign-ins, with and without the flood (row O7).

use std::{sync::Arc, time::Duration};

use anyhow::Result;
use bytes::Bytes;

use super::{
    people::{self, HUNDRED, PASSWORD, THOUSAND},
    product::{Node, ProductContestant, list, sign_in},
};
use crate::contestant::{ContestantId, Expected, Flood, Target};

/// Few connections, so that the measured company has CPU time to spare: the test compares waiting times, not a saturated machine.
const CONNECTIONS: usize = 4;
/// More connections than one company has places at the hashing threads.
const FLOOD: usize = 64;
/// The pause of each connection. 64 connections send at most 640 requests a second. Half are sign-ins, about ten times as many as a thread can hash.
const REST: Duration = Duration::from_millis(100);

/// Returns lists and sign-ins, each with and without the flood.
pub(super) async fn all(node: Node) -> Result<Vec<ProductContestant>> {
    let session = node.sign_in(HUNDRED).await?;
    let (request, body) = node.page(ContestantId::QuietList, HUNDRED, &session, "").await?;
    let lists = node.target([(request, Expected::Body(body.len()))].into());
    let right = sign_in(HUNDRED, &people::sign_in_email(HUNDRED), PASSWORD)?;
    let sign_ins = node.target([(right, Expected::Status(201))].into());
    let flood = flood(node).await?;
    let contestants = [
        (ContestantId::QuietList, &lists, false),
        (ContestantId::ListBesideFlood, &lists, true),
        (ContestantId::QuietSignIn, &sign_ins, false),
        (ContestantId::SignInBesideFlood, &sign_ins, true),
    ];
    let product_contestants = contestants.map(|(id, target, flooded)| {
        let mut contestant = node.contestant(id, target.clone());
        contestant.connections = Some(CONNECTIONS);
        contestant.flood = flooded.then(|| flood.clone());
        ProductContestant { contestant, body: body.clone() }
    });
    Ok(product_contestants.into())
}

/// The flood of another company: sign-ins with wrong passwords alternate with searches that are not cached.
async fn flood(node: Node) -> Result<Flood> {
    let session = node.sign_in(THOUSAND).await?;
    let request = |number: usize| -> Result<Bytes> {
        if number.is_multiple_of(2) {
            return sign_in(THOUSAND, &format!("p{number}@{THOUSAND}.example"), "wrong");
        }
        Ok(list(THOUSAND, &session, &format!("&q=a{number}")))
    };
    let requests = (0..FLOOD).map(|number| Ok((request(number)?, Expected::Anything)));
    let requests: Arc<[_]> = requests.collect::<Result<_>>()?;
    Ok(Flood { target: Target { pause: REST, ..node.target(requests) }, connections: FLOOD })
}
