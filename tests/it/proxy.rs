//! A way to a server that is long, or worse: it delays, cuts, and says things twice.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// What the way does.
#[derive(Default)]
struct Habits {
    /// How long each answer is under way, in milliseconds.
    delay: AtomicU64,
    hostile: AtomicBool,
    seed: AtomicU64,
    /// Things that were said twice.
    repeated: AtomicU64,
}

impl Habits {
    /// A number below `below`, always the same ones in the same order.
    fn dice(&self, below: u64) -> u64 {
        let next =
            |seed: u64| Some(seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407));
        let seed = self.seed.fetch_update(Ordering::SeqCst, Ordering::SeqCst, next).unwrap();
        (seed >> 33) % below
    }

    fn is_hostile(&self) -> bool {
        self.hostile.load(Ordering::SeqCst)
    }
}

/// A port that leads to another one.
pub struct Proxy {
    pub port: u16,
    habits: Arc<Habits>,
    task: JoinHandle<()>,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Proxy {
    pub async fn to(target: u16, seed: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let habits = Arc::new(Habits { seed: AtomicU64::new(seed), ..Habits::default() });
        let task = tokio::spawn({
            let habits = habits.clone();
            async move {
                while let Ok((client, _)) = listener.accept().await {
                    if let Ok(server) = TcpStream::connect(("127.0.0.1", target)).await {
                        tokio::spawn(carry(client, server, target, habits.clone()));
                    }
                }
            }
        });
        Self { port, habits, task }
    }

    pub fn uri(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Each answer takes so long from now on.
    pub fn delay(&self, milliseconds: u64) {
        self.habits.delay.store(milliseconds, Ordering::SeqCst);
    }

    /// Delays at random, cuts connections now and then, says again much later what has been said.
    pub fn be_hostile(&self, hostile: bool) {
        self.habits.hostile.store(hostile, Ordering::SeqCst);
    }

    pub fn repeated(&self) -> u64 {
        self.habits.repeated.load(Ordering::SeqCst)
    }
}

async fn carry(client: TcpStream, server: TcpStream, target: u16, habits: Arc<Habits>) {
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let ((mut from_client, mut to_client), (mut from_server, mut to_server)) =
        (client.into_split(), server.into_split());
    let there = async {
        let mut bytes = vec![0; 65_536];
        while let Ok(count @ 1..) = from_client.read(&mut bytes).await {
            let said = &bytes[..count];
            if habits.is_hostile() {
                if habits.dice(250) == 0 {
                    return;
                }
                if habits.dice(10) == 0 {
                    let later = Duration::from_millis(habits.dice(80));
                    habits.repeated.fetch_add(1, Ordering::SeqCst);
                    tokio::spawn(again(said.to_vec(), later, target));
                }
            }
            if to_server.write_all(said).await.is_err() {
                return;
            }
        }
    };
    let back = async {
        let mut bytes = vec![0; 65_536];
        while let Ok(count @ 1..) = from_server.read(&mut bytes).await {
            let mut delay = habits.delay.load(Ordering::SeqCst);
            if habits.is_hostile() {
                delay += if habits.dice(300) == 0 { 400 } else { habits.dice(3) };
            }
            if delay > 0 {
                tokio::time::sleep(Duration::from_millis(delay)).await;
            }
            if to_client.write_all(&bytes[..count]).await.is_err() {
                return;
            }
        }
    };
    tokio::select! {
        () = there => {}
        () = back => {}
    }
}

/// Says it once more, as a way does that had lost it.
async fn again(said: Vec<u8>, later: Duration, target: u16) {
    tokio::time::sleep(later).await;
    let Ok(mut server) = TcpStream::connect(("127.0.0.1", target)).await else { return };
    if server.write_all(&said).await.is_ok() {
        let _ = server.shutdown().await;
        let _ = server.read_to_end(&mut Vec::new()).await;
    }
}
