//! Redis in its larger forms: a master with a replica and its Sentinels, and a Cluster of three.

use std::{
    process::{Child, Command, Stdio},
    time::Duration,
};

use crate::{
    redis_server::{Meddler, RedisServer},
    services::free_port,
};

/// Asks until it is so; a test that waits here for a minute has failed.
async fn until(what: &str, mut so: impl AsyncFnMut() -> bool) {
    let waiting = async {
        while !so().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), waiting).await.unwrap_or_else(|_| panic!("never: {what}"));
}

/// Says something to a server by `redis-cli`.
pub fn tell(port: u16, words: &[&str]) -> String {
    let said = Command::new("redis-cli").args(["-p", &port.to_string()]).args(words).output().expect("redis-cli");
    String::from_utf8_lossy(&said.stdout).trim().to_owned()
}

/// A Sentinel; it ends with its value.
struct Sentinel {
    child: Child,
    port: u16,
    _dir: tempfile::TempDir,
}

impl Drop for Sentinel {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A master, a replica, and three Sentinels that watch them by the name `school`.
pub struct Watched {
    pub servers: Vec<RedisServer>,
    sentinels: Vec<Sentinel>,
}

impl Watched {
    pub async fn start() -> Self {
        let master = RedisServer::with(&[]);
        let replica = RedisServer::with(&["--replicaof", "127.0.0.1", &master.port.to_string()]);
        until("the replica follows", async || {
            tell(replica.port, &["INFO", "replication"]).contains("master_link_status:up")
        })
        .await;
        let sentinels: Vec<Sentinel> = (0..3).map(|_| Self::sentinel(master.port)).collect();
        let set = Self { servers: vec![master, replica], sentinels };
        for sentinel in &set.sentinels {
            until("the sentinels know each other", async || {
                let known = tell(sentinel.port, &["SENTINEL", "MASTER", "school"]);
                let number = |name: &str| known.lines().skip_while(|line| *line != name).nth(1).map(ToOwned::to_owned);
                number("num-other-sentinels").as_deref() == Some("2") && number("num-slaves").as_deref() == Some("1")
            })
            .await;
        }
        set
    }

    fn sentinel(master: u16) -> Sentinel {
        let dir = tempfile::tempdir().unwrap();
        let port = free_port();
        let file = dir.path().join("sentinel.conf");
        let text = format!(
            "port {port}\nbind 127.0.0.1\ndir {}\nsentinel monitor school 127.0.0.1 {master} 2\n\
             sentinel down-after-milliseconds school 500\nsentinel failover-timeout school 2000\n",
            dir.path().display()
        );
        std::fs::write(&file, text).unwrap();
        let child = Command::new("redis-server")
            .arg(&file)
            .arg("--sentinel")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Sentinel { child, port, _dir: dir }
    }

    pub fn uri(&self) -> String {
        let [one, two, three] = [0, 1, 2].map(|at| self.sentinels[at].port);
        format!(
            "redis-sentinel://127.0.0.1:{one}?sentinelServiceName=school&node=127.0.0.1:{two}&node=127.0.0.1:{three}"
        )
    }

    /// The first Sentinel that a client asks takes connections and answers nothing.
    pub fn freeze_a_sentinel(&self, stop: bool) {
        let name = if stop { "-STOP" } else { "-CONT" };
        // The address's own host is asked last.
        let pid = self.sentinels[1].child.id().to_string();
        assert!(Command::new("kill").args([name, &pid]).status().unwrap().success());
    }

    /// Asks a Sentinel for another master though nothing is wrong with this one; `false`: not now.
    pub fn ask_to_fail_over(&self) -> bool {
        tell(self.sentinels[0].port, &["SENTINEL", "FAILOVER", "school"]) == "OK"
    }

    /// Which of the servers leads, by the word of a Sentinel.
    pub fn leader(&self) -> u16 {
        let said = tell(self.sentinels[0].port, &["SENTINEL", "GET-MASTER-ADDR-BY-NAME", "school"]);
        said.lines().nth(1).and_then(|port| port.parse().ok()).unwrap_or(0)
    }
}

/// Three masters that share the slots.
pub struct Cluster {
    pub servers: Vec<RedisServer>,
}

impl Cluster {
    pub async fn start() -> Self {
        let arguments = ["--cluster-enabled", "yes", "--cluster-port", "PORT", "--cluster-node-timeout", "1000"];
        let servers: Vec<RedisServer> = (0..3).map(|_| RedisServer::with(&arguments)).collect();
        let hosts: Vec<String> = servers.iter().map(|server| format!("127.0.0.1:{}", server.port)).collect();
        let made = Command::new("redis-cli")
            .args(["--cluster", "create"])
            .args(&hosts)
            .arg("--cluster-yes")
            .output()
            .expect("redis-cli");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stdout));
        let cluster = Self { servers };
        cluster.whole().await;
        cluster
    }

    /// Waits until every server says that all is well.
    pub async fn whole(&self) {
        for server in &self.servers {
            until("the cluster is whole", async || {
                tell(server.port, &["CLUSTER", "INFO"]).contains("cluster_state:ok")
            })
            .await;
        }
    }

    pub fn uri(&self) -> String {
        let [one, two, three] = [0, 1, 2].map(|at| self.servers[at].port);
        format!("redis-cluster://127.0.0.1:{one}?node=127.0.0.1:{two}&node=127.0.0.1:{three}")
    }

    pub async fn meddler(&self) -> Meddler {
        Meddler::of_all(&self.uri(), &self.servers).await
    }

    /// Which of the servers has the key's slot.
    pub fn holder(&self, key: &str) -> usize {
        let slot = tell(self.servers[0].port, &["CLUSTER", "KEYSLOT", key]);
        let slot: u32 = slot.parse().unwrap();
        let has = |server: &RedisServer| {
            let nodes = tell(server.port, &["CLUSTER", "NODES"]);
            let own = nodes.lines().find(|line| line.contains("myself")).unwrap_or_default().to_owned();
            own.split(' ').skip(8).any(|range| {
                let (from, to) = range.split_once('-').unwrap_or((range, range));
                from.parse().is_ok_and(|from: u32| from <= slot) && to.parse().is_ok_and(|to: u32| slot <= to)
            })
        };
        self.servers.iter().position(has).expect("somebody has the slot")
    }

    /// Moves the key's slot, with all that is in it, to the next server.
    pub fn move_slot(&self, key: &str) {
        let from = self.holder(key);
        let to = (from + 1) % self.servers.len();
        let (from, to) = (self.servers[from].port, self.servers[to].port);
        let slot = tell(from, &["CLUSTER", "KEYSLOT", key]);
        let (source, target) = (tell(from, &["CLUSTER", "MYID"]), tell(to, &["CLUSTER", "MYID"]));
        assert_eq!(tell(to, &["CLUSTER", "SETSLOT", &slot, "IMPORTING", &source]), "OK");
        assert_eq!(tell(from, &["CLUSTER", "SETSLOT", &slot, "MIGRATING", &target]), "OK");
        for key in tell(from, &["CLUSTER", "GETKEYSINSLOT", &slot, "100"]).lines() {
            tell(from, &["MIGRATE", "127.0.0.1", &to.to_string(), key, "0", "5000"]);
        }
        assert_eq!(tell(to, &["CLUSTER", "SETSLOT", &slot, "NODE", &target]), "OK");
        assert_eq!(tell(from, &["CLUSTER", "SETSLOT", &slot, "NODE", &target]), "OK");
    }
}
