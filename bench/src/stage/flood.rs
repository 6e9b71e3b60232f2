//! A company beside one that is flooded: lists and sign-ins, with and without the flood (row O7).

use std::{sync::Arc, time::Duration};

use anyhow::Result;
use bytes::Bytes;

use super::{
    people::{self, HUNDRED, PASSWORD, THOUSAND},
    product::{Contender, Node, list, sign_in},
};
use crate::contestant::{Expected, Flood, Target, Who};

/// Few, so that the quiet company has processor time to spare: what is compared is waiting for others and not a full machine.
const CONNECTIONS: usize = 4;
/// More than there are places for one company at the hashing threads.
const FLOOD: usize = 64;
/// With 64 connections, at most 640 requests a second. Half of them are sign-ins: some ten times as many as a thread hashes.
const REST: Duration = Duration::from_millis(100);

/// Both, each alone and beside the flood.
pub(super) async fn all(node: Node) -> Result<Vec<Contender>> {
    let session = node.sign_in(HUNDRED).await?;
    let (request, body) = node.page(Who::QuietList, HUNDRED, &session, "").await?;
    let lists = node.target([(request, Expected::Body(body.len()))].into());
    let right = sign_in(HUNDRED, &people::email(HUNDRED), PASSWORD)?;
    let sign_ins = node.target([(right, Expected::Status(201))].into());
    let flood = flood(node).await?;
    let contestants = [
        (Who::QuietList, &lists, false),
        (Who::ListBesideFlood, &lists, true),
        (Who::QuietSignIn, &sign_ins, false),
        (Who::SignInBesideFlood, &sign_ins, true),
    ];
    let contenders = contestants.map(|(who, asked, flooded)| {
        let mut contestant = node.contestant(who, asked.clone());
        contestant.connections = Some(CONNECTIONS);
        contestant.flood = flooded.then(|| flood.clone());
        Contender { contestant, body: body.clone() }
    });
    Ok(contenders.into())
}

/// Sign-ins with wrong passwords and searches that are cached nowhere, in turn, at another company.
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
    Ok(Flood { target: Target { rest: REST, ..node.target(requests) }, connections: FLOOD })
}
