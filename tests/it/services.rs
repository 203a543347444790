//! The servers that tests run against: those that `scripts/test` has started, and more of one's own.

use std::{
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    time::Duration,
};

use mongodb::{
    Client,
    bson::{Document, doc},
    options::ClientOptions,
};
use tempfile::TempDir;

/// What `scripts/test` has set; a test that needs a server never passes without it.
fn address(name: &str) -> String {
    match std::env::var(name) {
        Ok(address) if !address.is_empty() => address,
        _ => panic!("{name} is not set: run scripts/test, which starts the servers that tests need"),
    }
}

/// A replica set of one node.
pub fn mongodb() -> String {
    address("CARNET_TEST_MONGODB")
}

/// A Redis that is shared: whoever uses a database of it has it alone, and begins by flushing it.
pub fn redis() -> String {
    address("CARNET_TEST_REDIS")
}

/// A port that was free just now, and that no connection is given by itself: a server that is killed finds it free again.
pub fn free_port() -> u16 {
    loop {
        let port = rand::random_range(10_000..32_000);
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// A mongod of a test's own; it ends with its value.
pub struct Mongod {
    child: Child,
    pub port: u16,
    folder: TempDir,
}

impl Mongod {
    /// Starts it with these arguments more; it is there when this returns.
    pub fn start(args: &[&str]) -> Self {
        for _ in 0..5 {
            let folder = tempfile::tempdir().unwrap();
            let port = free_port();
            let mut child = Self::spawn(&folder, port, args);
            // Somebody else may have taken the port.
            if listens(&mut child, port) {
                return Self { child, port, folder };
            }
        }
        panic!("mongod does not start");
    }

    fn spawn(folder: &TempDir, port: u16, args: &[&str]) -> Child {
        let log = std::fs::File::create(folder.path().join("log")).unwrap();
        Command::new(address("CARNET_TEST_MONGOD"))
            .args(["--bind_ip", "127.0.0.1", "--nounixsocket", "--oplogSize", "16", "--wiredTigerCacheSizeGB", "0.25"])
            .args(["--setParameter", "diagnosticDataCollectionEnabled=false"])
            .args(["--setParameter", "enableTestCommands=1", "--port", &port.to_string(), "--dbpath"])
            .arg(folder.path())
            .args(args)
            .stdout(log)
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    /// A replica set of this one node, without accounts.
    pub async fn alone(args: &[&str]) -> Self {
        let one = Self::start(&[&["--replSet", "rs0"], args].concat());
        one.initiate("rs0", "", &[&one]).await;
        one
    }

    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub fn uri(&self) -> String {
        format!("mongodb://{}/?replicaSet=rs0", self.host())
    }

    /// A client of this server alone, whatever its state.
    pub async fn direct(&self, options: &str) -> Client {
        let uri = format!("mongodb://{}/?directConnection=true{options}", self.host());
        let mut settings = ClientOptions::parse(&uri).await.unwrap();
        settings.server_selection_timeout = Some(Duration::from_secs(5));
        Client::with_options(settings).unwrap()
    }

    /// Makes the set, and waits for its primary.
    pub async fn initiate(&self, name: &str, options: &str, members: &[&Self]) {
        let admin = self.direct(options).await.database("admin");
        let hosts = members.iter().enumerate();
        let hosts: Vec<Document> =
            hosts.map(|(id, member)| doc! { "_id": i32::try_from(id).unwrap(), "host": member.host() }).collect();
        let settings = doc! { "electionTimeoutMillis": 1_000, "heartbeatIntervalMillis": 200 };
        let config = doc! { "_id": name, "members": hosts, "settings": settings };
        admin.run_command(doc! { "replSetInitiate": config }).await.unwrap();
        for _ in 0..3_000 {
            let hello = admin.run_command(doc! { "hello": 1 }).await;
            let led = |hello: Document| {
                let here = hello.get_bool("isWritablePrimary").unwrap_or_default();
                here || (members.len() > 1 && hello.get_str("primary").is_ok())
            };
            if hello.is_ok_and(led) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("no primary");
    }

    /// Freezes it (`STOP`), or lets it go on (`CONT`).
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success(), "kill -s {name}");
    }

    /// A kill without warning.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Mongod {
    /// On the same data and port again.
    pub fn again(&mut self, args: &[&str]) {
        self.child = Self::spawn(&self.folder, self.port, args);
        assert!(listens(&mut self.child, self.port), "mongod does not start again");
    }
}

impl Drop for Mongod {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Waits until something listens; `false`: the process has ended instead.
fn listens(child: &mut Child, port: u16) -> bool {
    for _ in 0..6_000 {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return true;
        }
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let _ = child.kill();
    let _ = child.wait();
    false
}
