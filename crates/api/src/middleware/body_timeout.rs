//! Cuts off bodies that arrive too slowly, with 408 (row G10).

use std::{
    cell::Cell,
    io,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
    time::Duration,
};

use actix_web::{
    HttpMessage,
    dev::{Payload, ServiceRequest},
    error::PayloadError,
};
use bytes::Bytes;
use futures_util::Stream;
use tokio::time::{Instant, Sleep, sleep_until};

/// Records whether the body of a request was cut off. It is read after the handler, which sees only that the body is unreadable.
#[derive(Clone, Default)]
pub(crate) struct CutOff(Rc<Cell<bool>>);

impl CutOff {
    /// Whether the body took too long.
    pub(crate) fn happened(&self) -> bool {
        self.0.get()
    }
}

/// Gives the body of a request `timeout` from now to arrive; `None` if the request has no body.
///
/// A body has at most 16 KiB, so the timeout is also a minimum transfer rate.
pub(crate) fn begin(request: &mut ServiceRequest, timeout: Duration) -> Option<CutOff> {
    let payload = request.take_payload();
    if matches!(payload, Payload::None) {
        return None;
    }
    let cut_off = CutOff::default();
    let timer = Box::pin(sleep_until(Instant::now() + timeout));
    let body = TimedBody { payload, timer, cut_off: cut_off.clone() };
    request.set_payload(Payload::Stream { payload: Box::pin(body) });
    Some(cut_off)
}

struct TimedBody {
    payload: Payload,
    timer: Pin<Box<Sleep>>,
    cut_off: CutOff,
}

impl Stream for TimedBody {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Poll::Ready(piece) = Pin::new(&mut self.payload).poll_next(context) {
            return Poll::Ready(piece);
        }
        if self.timer.as_mut().poll(context).is_pending() {
            return Poll::Pending;
        }
        self.cut_off.0.set(true);
        Poll::Ready(Some(Err(PayloadError::Io(io::ErrorKind::TimedOut.into()))))
    }
}
