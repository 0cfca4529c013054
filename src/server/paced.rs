//! A connection that must take what is written to it, whose heads have lines that end with CR LF, and on which the parser's own
//! refusals are problems like all others.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use actix_web::rt::time::{Instant, Sleep, sleep};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::connections::ConnectionPermit;
use super::heads::Heads;
use crate::http::unparsed;

/// How often it is looked whether a caller takes what is written.
const WINDOW: Duration = Duration::from_secs(10);
/// Bytes a caller must take in that time while more are waiting: 2 KiB a second.
const LEAST: usize = 20 * 1024;
/// How long a caller who is still sending when the connection ends may go on, so that the reply is not lost with a reset
/// (RFC 9112, 9.6).
const LINGER: Duration = Duration::from_secs(2);
/// A byte that the parser refuses wherever in a head it stands.
const REFUSED: u8 = 0;
/// A pause between two writes after which the next is of another reply.
const PAUSE: Duration = Duration::from_millis(100);

/// A stream whose reader is not waited for longer than is fair.
pub struct Paced<S> {
    stream: S,
    /// While the reader is slow: until when it is waited for, and what it took since.
    slow: Option<(Pin<Box<Sleep>>, usize)>,
    last_taken: Instant,
    heads: Heads,
    /// Whether a head was broken, so that nothing more is read.
    is_broken: bool,
    /// After the last byte was written: until when what still comes is read and dropped.
    ending: Option<Pin<Box<Sleep>>>,
    /// Of a refusal written in place of the parser's: the rest.
    instead: Vec<u8>,
    public_url: Arc<str>,
    _place: Option<ConnectionPermit>,
}

impl<S> Paced<S> {
    /// A stream, with its place among the connections of its network.
    pub fn new(stream: S, place: Option<ConnectionPermit>, public_url: Arc<str>) -> Self {
        Self {
            stream,
            slow: None,
            last_taken: Instant::now(),
            heads: Heads::default(),
            is_broken: false,
            ending: None,
            instead: Vec::new(),
            public_url,
            _place: place,
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Paced<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        while self.is_broken {
            // The parser's answer ends the connection; what comes meanwhile is not for anybody.
            ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
            if buffer.filled().len() == before {
                return Poll::Ready(Ok(()));
            }
            buffer.set_filled(before);
        }
        let read = Pin::new(&mut self.stream).poll_read(cx, buffer);
        let fresh = buffer.filled_mut().get_mut(before..).unwrap_or_default();
        if let Some(at) = self.heads.bare_line_feed(fresh) {
            self.is_broken = true;
            if let Some(byte) = fresh.get_mut(at) {
                *byte = REFUSED;
            }
            buffer.set_filled(before + at + 1);
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> Paced<S> {
    fn write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.stream).poll_write(cx, bytes)? {
            Poll::Ready(taken) => {
                if let Some((_, sum)) = &mut self.slow {
                    *sum += taken;
                }
                self.last_taken = Instant::now();
                Poll::Ready(Ok(taken))
            }
            Poll::Pending => self.wait(cx),
        }
    }

    fn wait(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let is_another = self.slow.as_ref().is_some_and(|(_, sum)| *sum > 0)
            && self.last_taken.elapsed() > PAUSE;
        if is_another {
            self.slow = None;
        }
        let (until, sum) = self
            .slow
            .get_or_insert_with(|| (Box::pin(sleep(WINDOW)), 0));
        while until.as_mut().poll(cx).is_ready() {
            if *sum < LEAST {
                tracing::debug!("a caller does not read; the connection is closed");
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            (*until, *sum) = (Box::pin(sleep(WINDOW)), 0);
        }
        Poll::Pending
    }

    /// Writes what is left of a refusal; whether all of it is written.
    fn write_instead(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.instead.is_empty() {
            let rest = std::mem::take(&mut self.instead);
            match self.write(cx, &rest) {
                Poll::Ready(Ok(0)) => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                Poll::Ready(Ok(taken)) => {
                    self.instead = rest.get(taken..).unwrap_or_default().to_vec()
                }
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => {
                    self.instead = rest;
                    return Poll::Pending;
                }
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Paced<S> {
    /// Ends what is written, then waits for the caller to end too.
    fn end(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.ending.is_none() {
            ready!(Pin::new(&mut self.stream).poll_shutdown(cx))?;
        }
        let until = self.ending.get_or_insert_with(|| Box::pin(sleep(LINGER)));
        if until.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Ok(()));
        }
        loop {
            let mut dropped = [0; 4096];
            let mut buffer = ReadBuf::new(&mut dropped);
            let read = ready!(Pin::new(&mut self.stream).poll_read(cx, &mut buffer));
            if read.is_err() || buffer.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Paced<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if let Some(problem) = unparsed::instead_of(bytes, &self.public_url) {
            self.instead = problem;
            return Poll::Ready(Ok(bytes.len()));
        }
        match self.write_instead(cx) {
            Poll::Ready(Ok(())) => self.write(cx, bytes),
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => Poll::Pending,
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.write_instead(cx) {
            Poll::Ready(Ok(())) => Pin::new(&mut self.stream).poll_flush(cx),
            other => other,
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.write_instead(cx) {
            Poll::Ready(Ok(())) => self.end(cx),
            other => other,
        }
    }
}
