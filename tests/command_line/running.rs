//! The program as a command that ends by itself, or as a server that is asked to end.

use serde_json::json;
use std::{
    process::{Child, Command, ExitStatus, Stdio},
    time::Duration,
};
use testkit::{
    http_client::HttpClient,
    real_env::env,
    server::{Launch, Server},
    signal,
    temp_dir::TempDir,
};
use tokio::time::{sleep, timeout};

/// The longest that a command may take, on a loaded machine and without optimisation.
pub(crate) const ENDS_WITHIN: Duration = Duration::from_secs(60);

/// How a command ended.
#[derive(Debug)]
pub(crate) struct CommandExit {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl CommandExit {
    /// It failed with this code, said all of these, and printed no result.
    #[track_caller]
    pub(crate) fn refuses(&self, code: i32, says: &[&str]) {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert!(says.iter().all(|part| self.err.contains(part)), "{says:?} is not said: {}", self.err);
        assert_eq!(self.out, "");
    }
    /// It is done; what it printed.
    #[track_caller]
    pub(crate) fn done(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.out
    }
}

/// Waits for a command that ends by itself.
pub(crate) async fn ended(command: &mut Command) -> CommandExit {
    end_of(piped(command)).await
}

pub(crate) fn piped(command: &mut Command) -> Child {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

pub(crate) async fn end_of(child: Child) -> CommandExit {
    let pid = child.id();
    let Ok(output) = timeout(ENDS_WITHIN, env().blocking(move || child.wait_with_output().unwrap())).await
    else {
        signal::send(pid, "KILL");
        panic!("the command does not end")
    };
    let output = output.unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    CommandExit { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// Waits for a server that has been asked to stop.
pub(crate) async fn end_of_server(server: &mut Server) -> ExitStatus {
    let end = timeout(ENDS_WITHIN, async {
        loop {
            match server.has_ended() {
                Some(status) => return status,
                None => sleep(Duration::from_millis(20)).await,
            }
        }
    });
    end.await.expect("the program does not stop")
}

/// A folder to work in, and how to start a shop in `data` below it.
pub(crate) fn nothing_yet() -> (TempDir, Launch) {
    let folder = TempDir::new();
    let launch = Launch::new(env!("CARGO_BIN_EXE_ordo"), &folder.path().join("data"));
    (folder, launch)
}

/// `ordo serve` at a free port, which should refuse to start.
pub(crate) async fn started(launch: &Launch) -> CommandExit {
    ended(&mut launch.command(&["serve", "--listen", "127.0.0.1:0"])).await
}

pub(crate) async fn signed_in(url: &str, email: &str, password: &str) -> HttpClient {
    let plain = HttpClient::new(url);
    let said = plain.post("/v1/login", "", &json!({"email": email, "password": password})).await.expect(200);
    plain.with_token(said.text("token"))
}
