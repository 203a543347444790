//! The program with a Redis beside it: what an administrator sees with `redis-cli`, and a server that is not there.

use super::Home;
use crate::redis_server::{Meddler, RedisServer};

fn set_cache(home: &Home, uri: &str) {
    let config = std::fs::read_to_string(home.path("config.toml")).unwrap();
    let config = config.split("[cache]").next().unwrap();
    let file = home.write("config.toml", format!("{config}[cache]\nkind = \"redis\"\nuri = \"{uri}\"\n"));
    std::fs::set_permissions(file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
}

fn with_redis(server: &RedisServer) -> (Home, tokio::runtime::Runtime, Meddler) {
    let home = Home::opened();
    set_cache(&home, &server.uri());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let meddler = runtime.block_on(server.meddler());
    (home, runtime, meddler)
}

#[test]
fn what_an_administrator_sees() {
    let server = RedisServer::start();
    let (home, runtime, meddler) = with_redis(&server);
    let key = "student:+22370000001";
    home.run(&["classes", "add", "TSE"]).good();
    let add = ["students", "add", "--last", "Diallo", "--first", "Awa", "--class", "TSE", "--phone", "70000001"];
    home.run(&add).good();
    let left: i64 = runtime.block_on(meddler.call("TTL", &[key]));
    assert!((1..=3_600).contains(&left), "a student that was added is there: {left}");
    home.run(&["stats", "top"]).good();
    let left: i64 = runtime.block_on(meddler.call("TTL", &["rankings:top10"]));
    assert!(left <= 1_800);
    // A plausible wrong name, written by hand, is not seen after a change.
    let kept: String = runtime.block_on(meddler.call("GET", &[key]));
    let _: String = runtime.block_on(meddler.call("SET", &[key, &kept.replace("Awa", "Eve")]));
    let matricule = home.json(&["students", "list"])[0]["matricule"].as_str().unwrap().to_owned();
    home.run(&["students", "edit", &matricule, "--first", "Mariam"]).good();
    assert_eq!(runtime.block_on(meddler.call::<i64>("EXISTS", &[key])), 0, "gone with the change");
    let _: String = runtime.block_on(meddler.call("SET", &[key, &kept.replace("Awa", "Eve")]));
    let shown = home.json(&["students", "show", &matricule]).to_string();
    assert!(shown.contains("Mariam") && !shown.contains("Eve"), "{shown}");
    // Every command has logged out again.
    let sessions: Vec<String> = runtime.block_on(meddler.call("KEYS", &["session:*"]));
    assert!(sessions.is_empty(), "{sessions:?}");
    home.run(&["cache", "flush"]).good();
    let kinds: Vec<String> = runtime.block_on(meddler.call("KEYS", &["*"]));
    assert!(kinds.iter().all(|key| key.starts_with("tag:") || key.starts_with("cache:")), "{kinds:?}");
    let stats = home.run(&["cache", "stats"]).good();
    assert!(stats.out.contains("redis") || stats.err.contains("redis"), "{}{}", stats.out, stats.err);
}

#[test]
fn a_server_that_is_not_there_changes_nothing_but_the_lamp() {
    let mut server = RedisServer::start();
    let (home, _runtime, _meddler) = with_redis(&server);
    server.stop();
    home.run(&["classes", "add", "TSE"]).good();
    let doctor = home.run(&["doctor", "--format", "json"]).refused(1, "systemctl start redis");
    let found = doctor.json();
    assert_eq!(found["cache_fault"], "closed");
    assert_eq!(found["cache_kind"], "redis");
    assert_eq!(found["cache"].as_str().unwrap().to_lowercase(), "gone");
    assert!(doctor.err.contains("redis://127.0.0.1"), "{}", doctor.err);
    set_cache(&home, "http://u:secret@host");
    let refused = home.run(&["classes", "list"]).refused(1, "http://host");
    assert!(!refused.err.contains("secret"), "{}", refused.err);
}

/// Doctor repeats what the server says, in words, and ends with 1: somebody has configured a cache and has none.
#[test]
fn doctor_says_why_a_redis_is_of_no_use() {
    let server = RedisServer::with(&["--maxmemory", "1kb", "--maxmemory-policy", "noeviction"]);
    let home = Home::opened();
    set_cache(&home, &server.uri());
    home.run(&["classes", "add", "TSE"]).good();
    let doctor = home.run(&["doctor", "--format", "json"]).refused(1, "Sa mémoire est pleine");
    let found = doctor.json();
    assert_eq!((found["cache"].as_str(), found["cache_fault"].as_str()), (Some("Gone"), Some("full")), "{found}");
    assert!(!doctor.err.contains("Tout va bien"), "{}", doctor.err);
    let room = RedisServer::with(&["--requirepass", "s3cret"]);
    let with = |account: &str| room.uri().replace("redis://", &format!("redis://{account}"));
    set_cache(&home, &with(":wr0ng@"));
    let doctor = home.run(&["doctor"]).refused(1, "refuse le compte ou le mot de passe");
    assert!(!doctor.err.contains("wr0ng") && !doctor.out.contains("wr0ng"), "{}{}", doctor.out, doctor.err);
    set_cache(&home, &room.uri());
    home.run(&["doctor"]).refused(1, "veut un mot de passe");
    set_cache(&home, &with(":s3cret@"));
    let good = home.run(&["doctor"]).good();
    assert!(good.err.contains("Tout va bien"), "{}", good.err);
}
