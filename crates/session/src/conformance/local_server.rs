//! A server process of one test, on a port of its own.

use std::{
    net::{Ipv4Addr, TcpListener, TcpStream},
    os::unix::process::CommandExt,
    process::{Child, Command, Stdio},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};

/// Held while a free port is chosen and while a process starts. Between `fork` and `exec`, a new process has the listening sockets of all threads. Another test's
/// port could then seem to be in use.
static SPAWNING: Mutex<()> = Mutex::new(());
/// How long a server may take until it listens.
const START: Duration = Duration::from_secs(20);
/// Kills a process when its standard input ends.
const WATCHER: &str = r#"read -r _; kill -9 "$0""#;

/// A running server. Its process ends with this value, and also when this process is killed.
pub struct LocalServer {
    port: u16,
    command: Box<dyn Fn(u16) -> Command + Send + Sync>,
    process: Child,
    watcher: Child,
}

impl LocalServer {
    /// Memcached with these further options.
    ///
    /// # Panics
    /// As [`Self::start`].
    pub async fn memcached(options: &'static [&'static str]) -> Self {
        Self::start(move |port| {
            let mut memcached = Command::new("memcached");
            // Memcached refuses to run as root, so root names the user that it shall become.
            memcached.args(["-l", "127.0.0.1", "-U", "0", "-u", "nobody", "-p", &port.to_string()]);
            memcached.args(options);
            memcached
        })
        .await
    }

    /// Dynoxide, a server with the protocol of DynamoDB. It has no table yet.
    ///
    /// # Panics
    /// As [`Self::start`].
    pub async fn dynoxide() -> Self {
        Self::start(|port| {
            let mut dynoxide = Command::new("dynoxide");
            dynoxide.args(["--log", "quiet", "--port", &port.to_string()]).stdout(Stdio::null());
            dynoxide
        })
        .await
    }

    /// Starts the program that `command` returns for a port, and waits until it accepts connections there.
    ///
    /// # Panics
    /// With a hint, if the program is not installed or does not listen.
    pub async fn start(command: impl Fn(u16) -> Command + Send + Sync + 'static) -> Self {
        let (port, process, watcher) = spawn_on_a_free_port(&command);
        let mut server = Self { port, command: Box::new(command), process, watcher };
        server.wait_until_it_listens().await;
        server
    }

    /// Ends the process and starts another one on the same port.
    ///
    /// # Panics
    /// If the new process does not listen.
    pub async fn restart(&mut self) {
        self.spawn_again();
        self.wait_until_it_listens().await;
    }

    fn spawn_again(&mut self) {
        self.end();
        (self.process, self.watcher) = spawn_locked((self.command)(self.port));
    }

    /// Ends the process, as `kill -9` does.
    pub fn kill(&mut self) {
        self.end();
    }

    /// The port at which it listens, on 127.0.0.1.
    pub const fn port(&self) -> u16 {
        self.port
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
        // The signal takes effect later: its threads can still answer until then.
        let stopped = waitpid(Some(Pid::from_child(&self.process)), WaitOptions::UNTRACED);
        let (_, status) =
            stopped.expect("the process is a child").expect("the wait has no time limit");
        assert!(status.stopped(), "the server has ended: {status:?}");
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

    /// Waits until the process listens. Starts it again if it has ended, because another process can use its port for a moment.
    async fn wait_until_it_listens(&mut self) {
        let begun = Instant::now();
        loop {
            let listens = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_ok();
            match self.process.try_wait().expect("a child") {
                None if listens => return,
                None => {}
                Some(_) => self.spawn_again(),
            }
            assert!(begun.elapsed() < START, "the server does not listen on {}", self.port);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn end(&mut self) {
        // The watcher first: once the process has been waited for, its id can belong to another one.
        for process in [&mut self.watcher, &mut self.process] {
            // Fails only if the process has ended already.
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

impl Drop for LocalServer {
    fn drop(&mut self) {
        self.end();
    }
}

/// Starts the program that `command` returns for a port that is free.
fn spawn_on_a_free_port(command: &impl Fn(u16) -> Command) -> (u16, Child, Child) {
    let _lock = lock();
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let port = free.local_addr().expect("the address of a listener").port();
    drop(free);
    let (process, watcher) = spawn(command(port));
    (port, process, watcher)
}

fn spawn_locked(command: Command) -> (Child, Child) {
    let _lock = lock();
    spawn(command)
}

fn lock() -> MutexGuard<'static, ()> {
    SPAWNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts a process, and another one that kills it when this process ends.
fn spawn(mut command: Command) -> (Child, Child) {
    let process = command.spawn().unwrap_or_else(|error| {
        let program = command.get_program().display();
        panic!("error: cannot start `{program}`: {error}\nhint: `./setup.sh test` installs it")
    });
    let mut watcher = Command::new("sh");
    watcher.args(["-c", WATCHER, &process.id().to_string()]).stdin(Stdio::piped());
    // In its own process group, because Ctrl-C must not end it first.
    let watcher = watcher.process_group(0).spawn().expect("`sh` runs");
    (process, watcher)
}
