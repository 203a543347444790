//! The command line on MongoDB: a whole school on it, and what is said when the server is of no use.

use mongodb::bson::doc;
use serde_json::Value;

use super::Home;
use crate::{
    mongo::School,
    services::{Mongod, free_port},
};

/// Environment that puts a home's school on a server.
fn on<'a>(uri: &'a str, database: &'a str) -> [(&'a str, &'a str); 3] {
    [("CARNET_STORE__KIND", "mongodb"), ("CARNET_STORE__URI", uri), ("CARNET_STORE__DATABASE", database)]
}

fn init(home: &Home, environment: &[(&str, &str)]) -> super::Run {
    let password = home.write("password", "mot-de-passe\n");
    let password = password.to_str().unwrap();
    let args =
        ["init", "--name", "Lycée d’essai", "--year", "2026-2027", "--admin", "admin", "--password-file", password];
    home.run_with(&args, environment)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_school_lives_on_it() {
    let school = School::named().await;
    let (uri, database) = (school.options.uri.clone(), school.options.database.clone());
    let home = Home::new();
    let on = on(&uri, &database);
    init(&home, &on).good();
    let run = |args: &[&str]| home.run_with(args, &on).good();
    run(&["classes", "add", "TSE"]);
    run(&["subjects", "add", "Maths", "--coefficient", "3"]);
    run(&["students", "add", "--last", "Traoré", "--first", "Awa", "--class", "TSE", "--phone", "76123456"]);
    let listed = home.run_with(&["students", "list", "--filter", "traor", "--format", "json"], &on).good().json();
    assert_eq!(listed.as_array().map(Vec::len), Some(1), "{listed}");
    let doctor = home.run_with(&["doctor", "--format", "json"], &on).good().json();
    assert_eq!(doctor["store_kind"], "mongodb");
    assert!(doctor["store_path"].as_str().unwrap().ends_with(&database), "{doctor}");
    let raw = school.database.collection::<mongodb::bson::Document>("students");
    assert_eq!(raw.find_one(doc! {}).await.unwrap().unwrap().get_str("last_name").unwrap(), "Traoré");
    // Another school is another database of the same server.
    let other =
        home.run_with(&["--school", "kati", "students", "list", "--as", "admin", "--password-file", "password"], &on);
    assert_eq!(other.code, 1, "nobody lives there: {}", other.err);
    // A key beside a school that it has not sealed would make all its history look forged.
    std::fs::remove_file(home.path("keys/audit.key")).unwrap();
    home.run_with(&["classes", "list"], &on).refused(1, "audit.key");
    school.database.client().database(&format!("{database}_kati")).drop().await.unwrap();
    school.end().await;
}

/// The same documents, whichever way they go.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_school_moves_there_and_back() {
    let school = School::named().await;
    let (uri, database) = (school.options.uri.clone(), school.options.database.clone());
    let on = on(&uri, &database);
    let home = Home::opened();
    home.run(&["seed", "--students", "30"]).good();
    let dump = |environment: &[(&str, &str)]| {
        let made = home.run_with(&["backup", "create", "--format", "json"], environment).good().json();
        let name = made[0]["name"].as_str().unwrap().to_owned();
        let packed = std::fs::File::open(home.path("backups").join(&name)).unwrap();
        let lines = std::io::read_to_string(flate2::read::MultiGzDecoder::new(packed)).unwrap();
        let lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let documents = lines.filter(|line| line.get("document").is_some() && !volatile(line)).map(settled);
        (name, documents.collect::<Vec<_>>())
    };
    let (first, here) = dump(&[]);
    assert!(here.len() > 60, "{}", here.len());
    init(&home, &on).good();
    home.run_with(&["backup", "restore", &first, "--yes"], &on).good();
    let (second, there) = dump(&on);
    same(&there, &here);
    home.run(&["classes", "add", "10e Z"]).good();
    home.run(&["backup", "restore", &second, "--yes"]).good();
    same(&dump(&[]).1, &here);
    school.end().await;
}

#[track_caller]
fn same(found: &[Value], wanted: &[Value]) {
    let missing = wanted.iter().find(|document| !found.contains(document));
    let more = found.iter().find(|document| !wanted.contains(document));
    assert_eq!((missing, more), (None, None));
    assert_eq!(found.len(), wanted.len());
}

/// Putting a backup back ends the sessions of all accounts.
fn settled(mut line: Value) -> Value {
    if line["collection"] == "users" {
        for field in ["session_epoch", "version", "updated_at", "updated_by"] {
            line["document"][field] = Value::Null;
        }
    }
    line
}

/// That somebody has logged in, or put a backup back, is written down each time.
fn volatile(line: &Value) -> bool {
    ["audit", "streams", "acts"].iter().any(|of| line["collection"] == *of)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_of_no_use_are_named() {
    let home = Home::new();
    let said = |uri: &str, part: &str| init(&home, &on(uri, "carnet")).refused(1, part);
    let alone = Mongod::start(&[]);
    said(&format!("mongodb://{}/", alone.host()), "rs.initiate()");
    said(&alone.uri(), "est seul");
    let waiting = Mongod::start(&["--replSet", "rs0"]);
    said(&waiting.uri(), "attend d’être initialisé");
    waiting.initiate("rs0", "", &[&waiting]).await;
    said(&format!("mongodb://{}/?replicaSet=rs7", waiting.host()), "rs0\u{a0}»");
    init(&home, &on(&waiting.uri(), "carnet")).good();
    let closed = format!("mongodb://127.0.0.1:{}/", free_port());
    said(&closed, "n’écoute sur 127.0.0.1");
    said("mongodb://nobody.invalid:27017/", "nobody.invalid");
    let shown = said("mongodb://awa:s3/cret@host", "n’est pas une adresse");
    assert!(!shown.err.contains("cret"), "{}", shown.err);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accounts_and_their_rights() {
    let keyfile = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(keyfile.path(), "c2VjcmV0c2VjcmV0").unwrap();
    std::fs::set_permissions(keyfile.path(), std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let server = Mongod::start(&["--replSet", "rs0", "--auth", "--keyFile", keyfile.path().to_str().unwrap()]);
    server.initiate("rs0", "", &[&server]).await;
    let admin = server.direct("").await.database("admin");
    let user = |name: &str, role: &str, of: &str| {
        let roles = doc! { "role": role, "db": of };
        doc! { "createUser": name, "pwd": "s3cret/pw", "roles": [roles] }
    };
    admin.run_command(user("root", "root", "admin")).await.unwrap();
    let root = mongodb::Client::with_uri_str(format!("mongodb://root:s3cret%2Fpw@{}/?replicaSet=rs0", server.host()));
    let root = root.await.unwrap().database("admin");
    root.run_command(user("carnet", "readWrite", "carnet")).await.unwrap();
    root.run_command(user("autre", "readWrite", "autre")).await.unwrap();
    let home = Home::new();
    let uri = |account: &str| format!("mongodb://{account}{}/?replicaSet=rs0&authSource=admin", server.host());
    let said = |account: &str, part: &str| {
        let refused = init(&home, &on(&uri(account), "carnet")).refused(1, part);
        assert!(!refused.err.contains("s3cret"), "{}", refused.err);
    };
    said("carnet:wrong@", "refuse le compte");
    said("personne:s3cret%2Fpw@", "refuse le compte");
    said("", "refuse le compte");
    said("autre:s3cret%2Fpw@", "readWrite");
    // The address from a file; one that others may read is warned of, and used.
    let file = home.write("mongodb.uri", uri("carnet:s3cret%2Fpw@"));
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    let from_file = [("CARNET_STORE__KIND", "mongodb"), ("CARNET_STORE__URI_FILE", file.to_str().unwrap())];
    let warned = init(&home, &from_file).good();
    assert!(warned.err.contains("chmod 600"), "{}", warned.err);
    let doctor = home.run_with(&["doctor"], &from_file).refused(1, "mongodb.uri");
    assert!(!doctor.out.contains("s3cret") && !doctor.err.contains("s3cret"), "{}{}", doctor.out, doctor.err);
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let silent = home.run_with(&["classes", "list"], &from_file).good();
    assert!(!silent.err.contains("chmod"), "{}", silent.err);
    for entry in std::fs::read_dir(home.path("log")).unwrap() {
        let log = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        assert!(!log.contains("s3cret"), "{log}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_must_be_sealed() {
    let tls = |name: &str| format!("{}/tests/data/tls/{name}", env!("CARGO_MANIFEST_DIR"));
    let (authority, certificate) = (tls("ca.pem"), tls("server.pem"));
    let server = Mongod::start(&[
        "--replSet",
        "rs0",
        "--tlsMode",
        "requireTLS",
        "--tlsCertificateKeyFile",
        &certificate,
        "--tlsCAFile",
        &authority,
        "--tlsAllowConnectionsWithoutCertificates",
    ]);
    server.initiate("rs0", &format!("&tls=true&tlsCAFile={authority}"), &[&server]).await;
    let home = Home::new();
    init(&home, &on(&server.uri(), "carnet")).refused(1, "tls=true");
    init(&home, &on(&format!("{}&tls=true", server.uri()), "carnet")).refused(1, "UnknownIssuer");
    init(&home, &on(&format!("{}&tls=true&tlsCAFile={authority}", server.uri()), "carnet")).good();
}

/// Rules, explanations and closings are the same there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rules_change_and_terms_close_on_it() {
    let school = School::named().await;
    let (uri, database) = (school.options.uri.clone(), school.options.database.clone());
    let home = Home::new();
    let on = on(&uri, &database);
    init(&home, &on).good();
    let run = |args: &[&str]| home.run_with(args, &on);
    run(&["classes", "add", "TSE"]).good();
    run(&["subjects", "add", "Maths", "--coefficient", "3"]).good();
    let sheet = ["--class", "TSE", "--subject", "Maths"];
    run(&[&["evaluations", "add", "Devoir 1"][..], &sheet].concat()).good();
    run(&[&["evaluations", "add", "Composition", "--kind", "composition", "--scale", "40"][..], &sheet].concat())
        .good();
    let awa = run(&["students", "add", "--last", "Traoré", "--first", "Awa", "--class", "TSE"]).good().out;
    let awa = awa.trim();
    for (what, score) in [("Devoir 1", "16,5"), ("Composition", "38")] {
        run(&["marks", "set", awa, "--subject", "Maths", "--evaluation", what, "--score", score]).good();
    }
    let average = || run(&["explain", awa, "--format", "json"]).good().json()["average"].as_f64();
    assert_eq!(average(), Some(18.17));
    let mut rules = run(&["rules", "show", "--format", "json"]).good().json();
    rules["formula"]["class_and_composition"]["composition_weight"] = 1.into();
    let file = home.write("rules.json", rules.to_string());
    run(&["rules", "edit", file.to_str().unwrap()]).good();
    assert_eq!(average(), Some(17.75));
    run(&["terms", "close", "1", "--anyway"]).good();
    let set = ["marks", "set", awa, "--subject", "Maths", "--evaluation", "Devoir 1", "--score", "1"];
    run(&set).refused(1, "");
    run(&[&["evaluations", "add", "Devoir 9"][..], &sheet].concat()).refused(1, "");
    run(&["rules", "use", "mali:1"]).good();
    assert_eq!(average(), Some(17.75), "a closed term keeps its rules");
    let doctor = run(&["doctor", "--rebuild", "--format", "json"]).good().json();
    assert_eq!(doctor["rebuilt"].as_u64(), Some(0), "{doctor}");
    run(&["terms", "reopen", "1", "--class", "TSE", "--reason", "erreur"]).good();
    assert_eq!(average(), Some(18.17));
    run(&set).good();
    run(&["audit", "verify"]).good();
    school.end().await;
}
