//! A server process of one test, on a port of its own.

use std::{
    net::{Ipv4Addr, TcpListener, TcpStream},
    process::{Child, Command},
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};

/// How long a server may take until it listens.
const START: Duration = Duration::from_secs(20);

/// A running server. Its process ends with this value.
pub struct LocalServer {
    port: u16,
    command: Box<dyn Fn(u16) -> Command + Send + Sync>,
    process: Child,
}

impl LocalServer {
    /// Starts the program that `command` returns for a port, and waits until it accepts connections there.
    ///
    /// # Panics
    /// With a hint, if the program is not installed or does not listen.
    pub async fn start(command: impl Fn(u16) -> Command + Send + Sync + 'static) -> Self {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = free.local_addr().expect("the address of a listener").port();
        drop(free);
        let process = spawn(command(port));
        let server = Self { port, command: Box::new(command), process };
        server.listens().await;
        server
    }

    /// Ends the process and starts another one on the same port.
    ///
    /// # Panics
    /// If the new process does not listen.
    pub async fn restart(&mut self) {
        self.end();
        self.process = spawn((self.command)(self.port));
        self.listens().await;
    }

    /// The address at which it listens: `host:port`.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Stops answering but keeps its connections open, like a server that hangs.
    ///
    /// # Panics
    /// If the process has ended.
    pub fn pause(&self) {
        self.send(Signal::STOP);
    }

    /// Continues after a [`pause`](Self::pause).
    ///
    /// # Panics
    /// If the process has ended.
    pub fn resume(&self) {
        self.send(Signal::CONT);
    }

    fn send(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.process), signal).expect("the process runs");
    }

    async fn listens(&self) {
        let begun = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_err() {
            assert!(begun.elapsed() < START, "the server does not listen on {}", self.port);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn end(&mut self) {
        // Fails only if the process has ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for LocalServer {
    fn drop(&mut self) {
        self.end();
    }
}

fn spawn(mut command: Command) -> Child {
    command.spawn().unwrap_or_else(|error| {
        let program = command.get_program().display();
        panic!("error: cannot start `{program}`: {error}\nhint: `./setup.sh test` installs it")
    })
}
