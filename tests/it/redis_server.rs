//! A Redis of a test's own: to meddle with, freeze, kill and start again.

use std::{
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use super::services::free_port;
use carnet::cache::{Cache, keys::Keys, redis::RedisCache};
use fred::{
    clients::Client,
    interfaces::{ClientLike, LuaInterface},
    types::{Builder, ClusterHash, CustomCommand, FromValue, config::Config},
};

/// A server on a free loopback port, ended with this.
pub struct RedisServer {
    dir: tempfile::TempDir,
    port: u16,
    child: Child,
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.stop();
    }
}

impl RedisServer {
    pub fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        for _ in 0..20 {
            let port = free_port();
            let mut child = Self::spawn(&dir, port);
            if Self::answers(port, &mut child) {
                return Self { dir, port, child };
            }
        }
        panic!("redis-server does not start");
    }

    fn spawn(dir: &tempfile::TempDir, port: u16) -> Child {
        Command::new("redis-server")
            .args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--save", "", "--appendonly", "no"])
            .arg("--dir")
            .arg(dir.path())
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
            self.child = Self::spawn(&self.dir, self.port);
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
        let cache = RedisCache::new(&self.uri(), keys).unwrap();
        tokio::time::timeout(Duration::from_secs(60), async {
            while cache.ping().await.is_err() {
                tokio::task::yield_now().await;
            }
        })
        .await
        .unwrap();
        cache.trust(cache.life().number).await;
        cache
    }

    /// A client of somebody who meddles.
    pub async fn meddler(&self) -> Meddler {
        let client = Builder::from_config(Config::from_url(&self.uri()).unwrap()).build().unwrap();
        client.init().await.unwrap();
        Meddler { client }
    }
}

/// Somebody with a `redis-cli`.
pub struct Meddler {
    client: Client,
}

impl Meddler {
    pub async fn call<T: FromValue>(&self, name: &'static str, arguments: &[&str]) -> T {
        let kind = CustomCommand::new_static(name, ClusterHash::FirstKey, false);
        let arguments: Vec<String> = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        self.client.custom(kind, arguments).await.unwrap()
    }

    /// Lets time pass for every key and every hold.
    pub async fn advance(&self, span: Duration) {
        const SCRIPT: &str = r"
            local span = tonumber(ARGV[1])
            for _, k in ipairs(redis.call('KEYS', '*')) do
              local left = redis.call('PTTL', k)
              if left >= 0 then
                if left <= span then redis.call('DEL', k) else redis.call('PEXPIRE', k, left - span) end
              end
              if redis.call('TYPE', k)['ok'] == 'hash' and redis.call('HEXISTS', k, 'holds') == 1 then
                local holds = cjson.decode(redis.call('HGET', k, 'holds'))
                for by, ends in pairs(holds) do holds[by] = ends - span end
                redis.call('HSET', k, 'holds', cjson.encode(holds))
              end
            end
            return 1";
        let span = span.as_millis().to_string();
        let _: i64 = self.client.eval(SCRIPT, Vec::<String>::new(), vec![span]).await.unwrap();
    }

    /// Every state of a tag is evicted.
    pub async fn lose_states(&self) {
        const SCRIPT: &str = r"
            for _, k in ipairs(redis.call('KEYS', '*tag:*')) do redis.call('DEL', k) end
            return 1";
        let _: i64 = self.client.eval(SCRIPT, Vec::<String>::new(), Vec::<String>::new()).await.unwrap();
    }
}
