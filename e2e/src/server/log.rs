//! Collects the output of a process, line by line.

use std::{
    io::{BufRead, BufReader, Read},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread::{self, JoinHandle},
};

use crate::secrets;

/// The lines of one output stream of a process.
#[derive(Default)]
pub(super) struct Log {
    lines: Mutex<Vec<String>>,
    reader: Mutex<Option<JoinHandle<()>>>,
}

impl Log {
    /// Reads the stream on its own thread until it ends. Every line is checked for secrets of the run.
    pub(super) fn read(stream: impl Read + Send + 'static) -> Arc<Self> {
        Self::read_and(stream, secrets::logged)
    }

    /// The same without the check, for output that shows a secret to the user who asked for it.
    pub(super) fn read_without_check(stream: impl Read + Send + 'static) -> Arc<Self> {
        Self::read_and(stream, |_| {})
    }

    fn read_and(
        stream: impl Read + Send + 'static,
        look: impl Fn(&str) + Send + 'static,
    ) -> Arc<Self> {
        let log = Arc::new(Self::default());
        let writer = Arc::clone(&log);
        let reader = thread::spawn(move || {
            for line in BufReader::new(stream).lines().map_while(Result::ok) {
                look(&line);
                writer.lock().push(line);
            }
        });
        *log.reader.lock().unwrap_or_else(PoisonError::into_inner) = Some(reader);
        log
    }

    /// Waits for the end of the stream and returns everything. The process must have ended.
    pub(super) fn read_to_end(&self) -> String {
        let reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner).take();
        reader.map(JoinHandle::join).transpose().expect("the reader does not panic");
        self.text()
    }

    pub(super) fn text(&self) -> String {
        self.lock().join("\n")
    }

    pub(super) fn line_with(&self, text: &str) -> Option<String> {
        self.lock().iter().find(|line| line.contains(text)).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<String>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
