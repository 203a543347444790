//! A Redis of a test's own: to meddle with, freeze, kill and start again.

use std::{
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use carnet::cache::{Cache, keys::Keys, redis::RedisCache};
use fred::{
    clients::Client,
    interfaces::{ClientLike, LuaInterface},
    types::{Builder, ClusterHash, CustomCommand, FromValue, config::Config},
};

use crate::services::free_port;

/// A server on a free loopback port, ended with this.
pub struct RedisServer {
    pub dir: tempfile::TempDir,
    pub port: u16,
    child: Child,
    arguments: Vec<String>,
}

/// What seals the values of tests.
pub const SECRET: &[u8] = b"audit key";

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.stop();
    }
}

impl RedisServer {
    pub fn start() -> Self {
        Self::with(&[])
    }

    /// With these arguments more; `PORT` in them is a free port of its own.
    pub fn with(arguments: &[&str]) -> Self {
        for _ in 0..20 {
            let dir = tempfile::tempdir().unwrap();
            let port = free_port();
            let other = free_port().to_string();
            let arguments: Vec<String> = arguments.iter().map(|argument| argument.replace("PORT", &other)).collect();
            let mut child = Self::spawn(&dir, port, &arguments);
            if Self::answers(port, &mut child) {
                return Self { dir, port, child, arguments };
            }
        }
        panic!("redis-server does not start");
    }

    fn spawn(dir: &tempfile::TempDir, port: u16, arguments: &[String]) -> Child {
        Command::new("redis-server")
            .args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--save", "", "--appendonly", "no"])
            .arg("--dir")
            .arg(dir.path())
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("redis-server is needed: run scripts/test, which installs it")
    }

    /// False if it ended: somebody else has taken the port.
    fn answers(port: u16, child: &mut Child) -> bool {
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(60) {
            if child.try_wait().unwrap().is_some() {
                return false;
            }
            if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return true;
            }
            std::thread::yield_now();
        }
        false
    }

    pub fn uri(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Killed; what it had is lost.
    pub fn stop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Started anew on the same port, empty.
    pub fn restart(&mut self) {
        self.stop();
        loop {
            self.child = Self::spawn(&self.dir, self.port, &self.arguments);
            if Self::answers(self.port, &mut self.child) {
                return;
            }
        }
    }

    fn signal(&self, name: &str) {
        let done = Command::new("kill").args([name, &self.child.id().to_string()]).status().unwrap();
        assert!(done.success());
    }

    /// It holds still: connections stay, answers do not come.
    pub fn freeze(&self) {
        self.signal("-STOP");
    }

    pub fn thaw(&self) {
        self.signal("-CONT");
    }

    /// A client of carnet, connected and trusted.
    pub async fn cache(&self, keys: Keys) -> RedisCache {
        trusted(&self.uri(), keys).await
    }

    /// A client of somebody who meddles.
    pub async fn meddler(&self) -> Meddler {
        Meddler::of(&self.uri()).await
    }
}

/// A client of carnet, connected and trusted.
pub async fn trusted(uri: &str, keys: Keys) -> RedisCache {
    let cache = RedisCache::new(uri, keys, SECRET).unwrap();
    let connected = tokio::time::timeout(Duration::from_secs(60), async {
        while cache.ping().await.is_err() {
            tokio::task::yield_now().await;
        }
    });
    assert!(connected.await.is_ok(), "{:?}", cache.trouble());
    cache.trust(cache.life().number).await;
    cache
}

async fn connected(uri: &str) -> Client {
    let client = Builder::from_config(Config::from_url(uri).unwrap()).build().unwrap();
    client.init().await.unwrap();
    client
}

/// Somebody with a `redis-cli`.
pub struct Meddler {
    client: Client,
    /// Each server alone.
    servers: Vec<Client>,
}

impl Meddler {
    pub async fn of(uri: &str) -> Self {
        let client = connected(uri).await;
        Self { servers: vec![client.clone()], client }
    }

    /// In a Cluster, whose nodes are these.
    pub async fn of_all(uri: &str, servers: &[RedisServer]) -> Self {
        let client = connected(uri).await;
        let servers = futures::future::join_all(servers.iter().map(|server| async { connected(&server.uri()).await }));
        Self { client, servers: servers.await }
    }

    /// On each server, with each of its keys: a script.
    async fn each_key(&self, pattern: &str, script: &str, arguments: Vec<String>) {
        for server in &self.servers {
            let kind = CustomCommand::new_static("KEYS", None, false);
            let keys: Vec<String> = server.custom(kind, vec![pattern]).await.unwrap();
            for key in keys {
                let _: i64 = server.eval(script, key, arguments.clone()).await.unwrap();
            }
        }
    }

    /// Everything is forgotten, scripts excepted.
    pub async fn flush(&self) {
        for server in &self.servers {
            let kind = CustomCommand::new_static("FLUSHDB", None, false);
            let _: String = server.custom(kind, Vec::<String>::new()).await.unwrap();
        }
    }

    pub async fn call<T: FromValue>(&self, name: &'static str, arguments: &[&str]) -> T {
        let kind = CustomCommand::new_static(name, ClusterHash::FirstKey, false);
        let arguments: Vec<String> = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        self.client.custom(kind, arguments).await.unwrap()
    }

    /// Lets time pass for every key and every hold. States stay as young as they are.
    pub async fn advance(&self, span: Duration) {
        const SCRIPT: &str = r"
            local k, span = KEYS[1], tonumber(ARGV[1])
            local left = redis.call('PTTL', k)
            if left >= 0 and left <= span then redis.call('DEL', k) return 1 end
            if left >= 0 then redis.call('PEXPIRE', k, left - span) end
            if redis.call('TYPE', k)['ok'] == 'hash' and redis.call('HEXISTS', k, 'holds') == 1 then
              local holds = cjson.decode(redis.call('HGET', k, 'holds'))
              for by, ends in pairs(holds) do holds[by] = ends - span end
              redis.call('HSET', k, 'holds', cjson.encode(holds))
            end
            return 1";
        self.each_key("*", SCRIPT, vec![span.as_millis().to_string()]).await;
    }

    /// No state is young any more.
    pub async fn age(&self) {
        const SCRIPT: &str = r"
            if redis.call('HEXISTS', KEYS[1], 'young') == 1 then redis.call('HSET', KEYS[1], 'young', 1) end
            return 1";
        self.each_key("*tag:*", SCRIPT, Vec::new()).await;
    }

    /// Every state of a tag is evicted.
    pub async fn lose_states(&self) {
        self.each_key("*tag:*", "redis.call('DEL', KEYS[1]) return 1", Vec::new()).await;
    }
}
