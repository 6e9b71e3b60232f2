//! Runs a script of `e2e/interop` as its own process, and plays the browser for it.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use e2e::Actor;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    process::Command,
    time::timeout,
};

/// The longest time a script may run: more than the slowest library needs to load on a busy machine.
const TIMEOUT: Duration = Duration::from_mins(2);

/// A script with its settings.
pub(crate) struct Script {
    name: &'static str,
    command: Command,
}

impl Script {
    /// The script `name` of `e2e/interop`. Fails if its libraries are not installed.
    pub(crate) fn named(name: &'static str) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let folder = root.join("e2e/interop");
        let (program, installed) = if Path::new(name).extension().is_some_and(|of| of == "py") {
            let python = root.join(".dev/interop/venv/bin/python");
            (python.clone(), python)
        } else {
            (PathBuf::from("node"), folder.join("node_modules"))
        };
        assert!(
            installed.exists(),
            "error: the libraries of `{name}` are not installed\nhint: run ./setup.sh test"
        );
        let mut command = Command::new(program);
        // No proxy, profile or credentials of the user who runs the tests.
        command.arg(folder.join(name)).current_dir(folder).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", "/nonexistent").env("AWS_EC2_METADATA_DISABLED", "true");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.kill_on_drop(true);
        Self { name, command }
    }

    /// The same with one more setting, as an environment variable.
    pub(crate) fn with(mut self, name: &str, value: impl AsRef<str>) -> Self {
        self.command.env(name, value.as_ref());
        self
    }

    /// Runs the script. Fails unless it prints `ok` and exits with success.
    pub(crate) async fn succeeds(self) {
        self.run(None).await;
    }

    /// The same with a browser: for each line `open: URL` that the script prints, opens the URL and writes the redirect's address to the script's input.
    pub(crate) async fn succeeds_with(self, browser: &Actor) {
        self.run(Some(browser)).await;
    }

    async fn run(mut self, browser: Option<&Actor>) {
        let name = self.name;
        let hint = "hint: run ./setup.sh test";
        let mut child = self.command.spawn().unwrap_or_else(|error| {
            panic!("error: `{name}` cannot be run: {error}\n{hint}");
        });
        let (mut stdin, stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let mut stderr = child.stderr.take().unwrap();
        let complaints = tokio::spawn(async move {
            let mut text = String::new();
            stderr.read_to_string(&mut text).await.unwrap();
            text
        });
        let mut said = String::new();
        let talk = async {
            let mut lines = BufReader::new(stdout).lines();
            while let Some(line) = lines.next_line().await.unwrap() {
                if let (Some(url), Some(browser)) = (line.strip_prefix("open: "), browser) {
                    let answer = open(browser, url).await;
                    stdin.write_all(format!("{answer}\n").as_bytes()).await.unwrap();
                }
                said.push_str(&line);
                said.push('\n');
            }
            child.wait().await.unwrap()
        };
        let status = timeout(TIMEOUT, talk).await;
        let status =
            status.unwrap_or_else(|_| panic!("`{name}` did not end in {TIMEOUT:?}:\n{said}"));
        let complaints = complaints.await.unwrap();
        // How Python and Node report a missing library.
        let missing = ["ModuleNotFoundError", "ERR_MODULE_NOT_FOUND"];
        let hint = if missing.iter().any(|word| complaints.contains(word)) { hint } else { "" };
        assert!(status.success(), "`{name}` ended with {status}\n{said}{complaints}{hint}");
        assert!(said.lines().any(|line| line == "ok"), "`{name}` did not print `ok`\n{said}");
    }
}

/// Opens the URL in the browser. Returns the address that it is redirected to.
async fn open(browser: &Actor, url: &str) -> String {
    let at = format!("{}/", browser.origin());
    let path = url.strip_prefix(&at).unwrap_or_else(|| panic!("`{url}` is not at `{at}`"));
    let reply = browser.get(&format!("/{path}")).expect(303).await;
    reply.header("location").unwrap().to_owned()
}
