//! What a process says, line by line, as it says it.

use std::{
    io::{BufRead, BufReader, Read},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
};

use crate::secrets;

/// The lines of one stream of one process.
#[derive(Default)]
pub(super) struct Log {
    lines: Mutex<Vec<String>>,
}

impl Log {
    /// Reads the stream to its end on a thread of its own. Every line is also held against the secrets of the run.
    pub(super) fn read(stream: impl Read + Send + 'static) -> Arc<Self> {
        let log = Arc::new(Self::default());
        let writer = Arc::clone(&log);
        thread::spawn(move || {
            for line in BufReader::new(stream).lines().map_while(Result::ok) {
                secrets::logged(&line);
                writer.lock().push(line);
            }
        });
        log
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
