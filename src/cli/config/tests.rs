use super::*;

fn places() -> Places {
    Places { config: "/c".into(), data: "/d".into(), state: "/s".into() }
}

fn load(text: &str, environment: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("config.toml");
    std::fs::write(&file, text).expect("file");
    let environment = environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    Config::load(&places(), Some(&file), &environment, None)
}

#[test]
fn the_environment_wins_over_the_file_and_the_file_over_defaults() {
    let text = "[store]\npath = \"/x/a.db\"\n[ui]\nlang = \"en\"\nplain = true\n[security]\npassword_cost = 10\n";
    let config = load(text, &[("CARNET_STORE__PATH", "/y/b.db"), ("CARNET_UI__SHARED", "oui")]).expect("good");
    assert_eq!(config.path, PathBuf::from("/y/b.db"));
    assert_eq!((config.lang, config.plain, config.shared, config.password_cost), (Lang::En, true, true, 10));
    assert_eq!(config.backups, PathBuf::from("/d/backups"));
}

#[test]
fn the_terminals_language_is_spoken_unless_another_is_chosen() {
    let lang = |text: &str, environment: &[(&str, &str)]| load(text, environment).expect("good").lang;
    assert_eq!(lang("", &[]), Lang::Fr);
    assert_eq!(lang("", &[("LANG", "en_US.UTF-8")]), Lang::En);
    assert_eq!(lang("", &[("LANG", "fr_FR.UTF-8"), ("LC_ALL", ""), ("LC_MESSAGES", "en_GB")]), Lang::En);
    assert_eq!(lang("", &[("LANG", "en_US.UTF-8"), ("LC_ALL", "fr_ML.UTF-8")]), Lang::Fr);
    assert_eq!(lang("", &[("LANG", "en_US.UTF-8"), ("LC_ALL", "C")]), Lang::Fr);
    assert_eq!(lang("[ui]\nlang = \"fr\"\n", &[("LANG", "en_US.UTF-8")]), Lang::Fr);
    assert_eq!(lang("", &[("LANG", "en_US.UTF-8"), ("CARNET_UI__LANG", "fr")]), Lang::Fr);
}

#[test]
fn the_top_row_goes_by_the_language_unless_it_is_said() {
    assert_eq!(load("", &[]).expect("good").top_row, None);
    assert_eq!(load("[ui]\ntop_row = false\n", &[]).expect("good").top_row, Some(false));
    assert_eq!(load("", &[("CARNET_UI__TOP_ROW", "oui")]).expect("good").top_row, Some(true));
}

#[test]
fn a_relative_path_is_meant_from_the_file() {
    let config = load("[store]\npath = \"school.db\"\n", &[]).expect("good");
    assert!(config.path.is_absolute() && config.path.ends_with("school.db"));
}

#[test]
fn another_school_is_another_file() {
    let config = Config::load(&places(), None, &BTreeMap::new(), Some("kati")).expect("good");
    assert_eq!(config.path, PathBuf::from("/d/kati.db"));
    assert!(Config::load(&places(), None, &BTreeMap::new(), Some("../x")).is_err());
}

#[test]
fn another_school_is_another_database() {
    let text = "[store]\nkind = \"mongodb\"\ndatabase = \"lycee\"\n";
    assert_eq!(load(text, &[]).expect("good").database(), "lycee");
    assert_eq!(load(text, &[("CARNET_SCHOOL__CODE", "kati")]).expect("good").database(), "lycee_kati");
    for wrong in ["a.b", "a b", "a$", "", "a23456789012345678901234567890x"] {
        let text = format!("[store]\ndatabase = \"{wrong}\"\n");
        assert!(matches!(load(&text, &[]), Err(ConfigError::Wrong { .. })), "{wrong}");
    }
}

#[test]
fn an_address_with_a_password_is_never_shown() {
    let config =
        load("[store]\nkind = \"mongodb\"\nuri = \"mongodb://awa:s3cret@h:1/?tls=true\"\n", &[]).expect("good");
    assert_eq!(config.secret_files.len(), 1, "the file holds a password");
    assert!(!format!("{config:?}").contains("s3cret"));
    assert_eq!(config.place(), "mongodb://h:1/carnet");
    let Err(refused) = load("[store]\nuri = [\"mongodb://awa:s3cret@h\"]\n", &[]) else { panic!("good") };
    assert!(!format!("{refused:?}").contains("s3cret"));
    let bare = load("[store]\nuri = \"mongodb://h:1\"\n", &[("CARNET_STORE__URI", "mongodb://a:s@h")]).expect("good");
    assert_eq!(bare.secret_files, Vec::<PathBuf>::new(), "what the environment says stands in no file");
}

#[test]
fn an_address_comes_from_a_file_too() {
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("uri");
    std::fs::write(&file, "\n mongodb://a:s@h:1 \n").expect("file");
    let environment = [("CARNET_STORE__URI_FILE", file.to_str().expect("path"))];
    let config = load("[store]\nkind = \"mongodb\"\nuri = \"mongodb://x\"\n", &environment).expect("good");
    assert_eq!(config.address().expect("read").reveal(), "mongodb://a:s@h:1", "the environment wins");
    assert_eq!(config.secret_files, std::slice::from_ref(&file));
    std::fs::write(&file, "").expect("file");
    assert!(matches!(config.address(), Err(ConfigError::Empty { .. })));
    assert_eq!(load("", &[]).expect("good").address().map(|_| ()), Err(ConfigError::NoAddress));
}

#[test]
fn what_is_unknown_or_wrong_is_said() {
    let near = |result: Result<Config, ConfigError>| match result {
        Err(ConfigError::Unknown { near, .. }) => near,
        other => panic!("{other:?}"),
    };
    assert_eq!(near(load("[store]\npth = \"x\"\n", &[])), Some("store.path"));
    assert_eq!(near(load("", &[("CARNET_UI__LANGUE", "fr")])), Some("ui.lang"));
    assert_eq!(near(load("answer = 42\n", &[])), None);
    for wrong in ["[ui]\nlang = \"de\"", "[ui]\nplain = 3", "[security]\npassword_cost = 4", "[store]\npath = \"\""] {
        assert!(matches!(load(wrong, &[]), Err(ConfigError::Wrong { .. })), "{wrong}");
    }
    assert!(matches!(load("[ui]\nlang = ", &[]), Err(ConfigError::Syntax { line: 2, .. })));
    let missing = Config::load(&places(), Some(Path::new("/nowhere/x.toml")), &BTreeMap::new(), None);
    assert!(matches!(missing, Err(ConfigError::Unreadable { .. })));
}

#[test]
fn the_example_file_names_every_key_and_is_good() {
    let example = include_str!("../../../config.toml.example");
    for key in Key::ALL {
        let (_, name) = key.name().split_once('.').expect("section");
        let stands = example.lines().any(|line| line.trim_start_matches(['#', ' ']).starts_with(&format!("{name} =")));
        assert!(stands, "{} is not in config.toml.example", key.name());
    }
    // With every example value taken out of its comment, the file is a good configuration.
    let filled: String = example
        .lines()
        .map(|line| {
            line.strip_prefix("#").filter(|rest| rest.contains(" = ") && !rest.starts_with(' ')).unwrap_or(line)
        })
        .flat_map(|line| [line, "\n"])
        .collect();
    load(&filled, &[]).unwrap_or_else(|error| panic!("{error:?}\n{filled}"));
}
