//! An administrator's evening: `tests/evening.sh`, on real servers, with screens and a reader of documents lent to it.

use std::{
    collections::HashMap,
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use mongodb::{Database, bson::Document};

use crate::{
    mongo::School,
    redis_server::RedisServer,
    terminal::{
        Key, Terminal,
        days::{Home, PASSWORD},
        environment,
    },
};

/// What the script may ask for, a connection a question: its words, one a line, then an empty line. The answer is `ok`
/// or `no`, and what is to be printed.
struct Desk {
    home: Home,
    database: Database,
    runtime: tokio::runtime::Runtime,
    screens: HashMap<String, Terminal>,
}

impl Desk {
    /// Documents that a filter finds, one a line, in extended JSON.
    fn documents(&self, collection: &str, filter: &str) -> String {
        let filter: Document = serde_json::from_str(filter).expect("a filter in JSON");
        let found = self.runtime.block_on(async {
            let mut cursor = self.database.collection::<Document>(collection).find(filter).await.unwrap();
            let mut found = Vec::new();
            while cursor.advance().await.unwrap() {
                found.push(cursor.deserialize_current().unwrap());
            }
            found
        });
        found.iter().map(|document| serde_json::to_string(document).expect("JSON") + "\n").collect()
    }

    /// Does something at a screen; `false` only for what is asked and is not so. What never comes fails the test.
    fn at_screen(&mut self, name: &str, what: &str, text: &str) -> bool {
        if what == "login" {
            let terminal = self.screens.entry(name.to_owned()).or_insert_with(|| self.home.start());
            terminal.log_in();
            return true;
        }
        let terminal = self.screens.get_mut(name).expect("a screen that somebody has logged in at");
        match what {
            "shows" => return terminal.text().contains(text),
            "quit" => {
                terminal.quit();
                self.screens.remove(name);
                return true;
            }
            _ => {}
        }
        let _ = match what {
            "go" => terminal.go_to(text),
            "sheet" => {
                let (class, subject) = text.split_once('/').expect("CLASS/SUBJECT");
                terminal.open_sheet(class, subject)
            }
            "see" => terminal.see(text),
            "type" => terminal.type_text(text),
            "enter" => terminal.press(Key::Enter),
            "tab" => terminal.press(Key::Tab),
            "down" => terminal.press(Key::Down),
            other => panic!("nobody can {other} at a screen"),
        };
        true
    }

    fn answer(&mut self, words: &[String]) -> String {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words[..] {
            ["read", collection, filter] => format!("ok\n{}", self.documents(collection, filter)),
            ["screen", name, what] => self.yes_no(name, what, ""),
            ["screen", name, what, text] => self.yes_no(name, what, text),
            _ => panic!("the script asks for {words:?}"),
        }
    }

    fn yes_no(&mut self, name: &str, what: &str, text: &str) -> String {
        if self.at_screen(name, what, text) { "ok\n".to_owned() } else { "no\n".to_owned() }
    }

    /// Answers until it is told to stop.
    fn serve(mut self, listener: &TcpListener) {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a question");
            let lines = BufReader::new(stream.try_clone().expect("its way back")).lines();
            let words: Vec<String> = lines.map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
            if words.is_empty() {
                return;
            }
            let answer = self.answer(&words);
            stream.write_all(answer.as_bytes()).expect("answered");
        }
    }
}

/// A command that asks the desk, as the script calls it.
fn command(home: &Path, name: &str, verb: &str, port: u16) -> PathBuf {
    let path = home.join(name);
    let text = format!(
        "#!/usr/bin/env bash\nset -euo pipefail\nexec 3<>/dev/tcp/127.0.0.1/{port}\nprintf '%s\\n' {verb} \"$@\" '' >&3\n\
         read -r said <&3\ncat <&3\n[ \"$said\" = ok ]\n"
    );
    std::fs::write(&path, text).expect("written");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).expect("runs");
    path
}

#[test]
fn an_administrators_evening() {
    let runtime = tokio::runtime::Runtime::new().expect("runtime");
    let school = runtime.block_on(School::named());
    let redis = RedisServer::start();
    let home = Home::new();
    let folder = home.path().to_owned();
    let config = folder.join("config/carnet");
    std::fs::create_dir_all(&config).expect("folder");
    let text = format!(
        "[store]\nkind = \"mongodb\"\nuri = \"{}\"\ndatabase = \"{}\"\n[cache]\nkind = \"redis\"\nuri = \"{}\"\n",
        school.options.uri,
        school.options.database,
        redis.uri()
    );
    std::fs::write(config.join("config.toml"), text).expect("written");
    let password = folder.join("password");
    std::fs::write(&password, PASSWORD).expect("written");

    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("its number").port();
    let database = school.database.clone();
    let desk = std::thread::spawn(move || {
        // A client of the driver lives in the runtime that it was made in.
        Desk { home, database, runtime, screens: HashMap::new() }.serve(&listener);
    });
    let played = Command::new("bash")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/evening.sh"))
        .env_clear()
        .envs(environment(&folder))
        .env("CARNET", env!("CARGO_BIN_EXE_carnet"))
        .env("REDIS", redis.uri())
        .env("PASSWORD_FILE", &password)
        .env("MONGO_READ", command(&folder, "mongo-read", "read", port))
        .env("SCREEN", command(&folder, "screen", "screen", port))
        .stdin(Stdio::null())
        .output()
        .expect("bash");
    // No words: the desk closes.
    if let Ok(mut last) = TcpStream::connect(("127.0.0.1", port)) {
        let _ = last.write_all(b"\n");
    }
    let closed = desk.join();
    let said = format!("{}{}", String::from_utf8_lossy(&played.stdout), String::from_utf8_lossy(&played.stderr));
    tokio::runtime::Runtime::new().expect("runtime").block_on(async {
        // With a client of this runtime's own.
        let client = mongodb::Client::with_uri_str(&school.options.uri).await.expect("client");
        client.database(&school.options.database).drop().await.expect("dropped");
    });
    if let Err(panic) = closed {
        eprintln!("{said}");
        std::panic::resume_unwind(panic);
    }
    assert!(played.status.success(), "{said}");
    assert!(said.contains("as it should be"), "{said}");
}
