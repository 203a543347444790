use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use crate::{
    domain::{entities::Role, id::ActId},
    protocol::{
        Failure, Field, ImportFate, ImportPlan, ImportReport, ImportRow, MarkColumn, Reply, Request, StudentsSource,
        Why,
    },
    text::Lang,
    ui::{
        effect::{FileDone, FileJob},
        msg::{FileTrouble, FileWhy},
        screens::Route,
        testing::{Driver, sample},
    },
};

const FILE: &str = "school;sex;age;G1;Français T2\nGP;F;18;5;12,5\nMS;M;17;7;\n";

fn listed(lang: Lang) -> Driver {
    let mut driver = Driver::at(lang, Role::Admin, Route::Import);
    let entries = [("données", true), (".cache", true), ("eleves.csv", false), ("lisez-moi.txt", false)];
    let entries = entries.map(|(name, folder)| (name.to_owned(), folder)).to_vec();
    driver.file(Ok(FileDone::Folder { folder: PathBuf::from("."), entries }));
    driver
}

fn read(lang: Lang, text: &str) -> Driver {
    let mut driver = listed(lang);
    driver.press("e l <tab> <enter>");
    assert!(matches!(&driver.files[0].1, FileJob::Read { path, .. } if path.as_path() == Path::new("eleves.csv")));
    driver.file(Ok(FileDone::Bytes { path: PathBuf::from("eleves.csv"), bytes: text.as_bytes().to_vec() }));
    driver
}

#[test]
fn a_tilde_is_the_users_own_folder() {
    let mut driver = Driver::at(Lang::Fr, Role::Admin, Route::Import);
    driver.model.ctx.home = Some(PathBuf::from("/home/awa"));
    driver.paste("~/notes/eleves.csv");
    let folder = |driver: &Driver| match &driver.files.last().expect("asked").1 {
        FileJob::List { folder } => folder.clone(),
        FileJob::Read { path, .. } => path.clone(),
    };
    assert_eq!(folder(&driver), Path::new("/home/awa/notes/"));
    driver.press("<enter>");
    assert_eq!(folder(&driver), Path::new("/home/awa/notes/eleves.csv"));
    assert_eq!(driver.model.ctx.path("~awa/x"), Path::new("~awa/x"), "somebody else's folder is not guessed");
}

fn row(row: u64, fate: ImportFate, student: &str) -> ImportRow {
    ImportRow {
        row,
        fate,
        student: (fate != ImportFate::Refuse).then(|| student.to_owned()),
        matricule: None,
        changes: BTreeMap::new(),
        refused: None,
        work: None,
    }
}

fn rows() -> Vec<ImportRow> {
    let mut update = row(2, ImportFate::Update, "DIALLO Modibo");
    update.changes = BTreeMap::from([
        ("class".to_owned(), ("TLL".to_owned(), "TSE".to_owned())),
        ("G1".to_owned(), (String::new(), "7".to_owned())),
    ]);
    let mut refuse = row(3, ImportFate::Refuse, "");
    let why = Failure::invalid(Field::Phone, Why::PhoneTaken { name: "KEITA Awa".into(), class: Some("TSE".into()) });
    refuse.refused = Some(("phone".to_owned(), why));
    vec![row(1, ImportFate::Create, "COULIBALY Awa"), update, refuse, row(4, ImportFate::Unchanged, "TRAORÉ Issa")]
}

fn plan(rows: Vec<ImportRow>) -> Box<ImportPlan> {
    Box::new(ImportPlan {
        act: ActId::new("act-1"),
        source: "eleves".into(),
        columns: Vec::new(),
        new_classes: vec![sample::name("GP"), sample::name("MS")],
        new_subjects: vec![sample::name("Dessin")],
        totals: BTreeMap::new(),
        rows,
    })
}

fn planned(lang: Lang, rows: Vec<ImportRow>) -> Driver {
    let mut driver = read(lang, FILE);
    driver.press("p");
    driver.reply(Reply::Plan(plan(rows)));
    driver
}

fn report() -> Reply {
    let totals = BTreeMap::from([(ImportFate::Create, 1), (ImportFate::Update, 1), (ImportFate::Refuse, 1)]);
    Reply::Imported(Box::new(ImportReport {
        act: ActId::new("act-1"),
        rows: rows(),
        totals,
        committed: 2,
        stopped: None,
    }))
}

fn asked(driver: &Driver) -> StudentsSource {
    match driver.asked() {
        Request::PlanImport(source) => (**source).clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_path_is_completed_and_hidden_names_stay_hidden() {
    let mut driver = listed(Lang::Fr);
    assert!(driver.shows("eleves.csv") && driver.shows("données/") && !driver.shows(".cache"), "{}", driver.screen());
    driver.press("d <tab>");
    assert!(matches!(&driver.files[0].1, FileJob::List { folder } if folder.as_path() == Path::new("données/")));
    driver.file(Ok(FileDone::Folder { folder: PathBuf::from("données/"), entries: vec![("a.csv".into(), false)] }));
    driver.press("<enter>");
    assert!(matches!(&driver.files[0].1, FileJob::Read { path, .. } if path.as_path() == Path::new("données/a.csv")));
}

#[test]
fn a_file_that_cannot_be_read_says_why() {
    let mut driver = listed(Lang::Fr);
    driver.press("x . c s v <enter>");
    driver.file(Err(FileTrouble { path: PathBuf::from("x.csv"), why: FileWhy::NotFound }));
    assert!(driver.shows("x.csv") && driver.shows("n’existe pas"), "{}", driver.screen());
    driver.press("<C-u> e l <enter>");
    driver.file(Ok(FileDone::Bytes { path: PathBuf::from("eleves.csv"), bytes: b"PK\x03\x04".to_vec() }));
    assert!(driver.shows("fichier de tableur"), "{}", driver.screen());
}

#[test]
fn headings_are_guessed_and_the_source_is_shown() {
    let driver = read(Lang::Fr, FILE);
    for text in ["point-virgule", "UTF-8", "2 élèves", "Note : Français T2", "Sexe"] {
        assert!(driver.shows(&text.replace(" :", "\u{a0}:")), "{text}: {}", driver.screen());
    }
}

#[test]
fn columns_are_mapped_to_fields_and_marks_and_the_plan_is_asked_for() {
    let mut driver = read(Lang::Fr, FILE);
    driver.press("<enter> c l a s s <enter>");
    driver.press("j d");
    driver.press("j j <enter> m a t h <space> t 1 <enter> f p");
    let source = asked(&driver);
    assert_eq!(source.map, BTreeMap::from([("class".to_owned(), "school".to_owned())]));
    let column = |column: &str, subject: &str, term| MarkColumn {
        column: column.into(),
        subject: sample::name(subject),
        term: sample::term(term),
    };
    assert_eq!(source.marks, [column("G1", "Mathématiques", 1), column("Français T2", "Français", 2)]);
    assert!(source.fill_missing);
    assert_eq!((source.source.as_str(), source.rows.len()), ("eleves", 2));
    assert_eq!(source.headers, ["school", "", "", "G1", "Français T2"], "what is not read has no heading");
}

#[test]
fn two_columns_of_marks_share_a_subject_and_term() {
    let mut driver = read(Lang::Fr, FILE);
    driver.press("j j j <enter> f r a n <space> t 2 <enter> p");
    let read: Vec<_> = asked(&driver).marks.into_iter().map(|mark| (mark.column, mark.subject, mark.term)).collect();
    let of = |column: &str| (column.to_owned(), sample::name("Français"), sample::term(2));
    assert_eq!(read, [of("G1"), of("Français T2")], "each is an evaluation of its own");
}

#[test]
fn the_list_of_uses_is_explained() {
    let mut driver = read(Lang::En, FILE);
    driver.press("<enter> <f1>");
    assert!(driver.shows("letters find by name"), "{}", driver.screen());
}

#[test]
fn a_new_subject_and_another_name_of_the_source() {
    let mut driver = read(Lang::Fr, FILE);
    driver.press("j j j <enter> D e s s i n");
    assert!(driver.shows("Remplir"), "a subject the school has not needs filling: {}", driver.screen());
    driver.press("<esc> f <enter> D e s s i n <enter> n <C-u> m a t <enter> p");
    let source = asked(&driver);
    assert_eq!(source.marks.first().map(|mark| mark.subject.as_str().to_owned()), Some("Dessin".to_owned()));
    assert_eq!(source.source, "mat");
}

#[test]
fn a_plan_that_cannot_be_made_says_why_and_keeps_the_columns() {
    let mut driver = read(Lang::Fr, FILE);
    driver.press("p");
    driver.fail(Failure::invalid(Field::Subject, Why::Unknown { what: "Dessin".into() }));
    assert!(driver.shows("Dessin") && driver.shows("school"), "{}", driver.screen());
}

#[test]
fn nothing_mapped_is_nothing_to_plan() {
    let mut driver = read(Lang::Fr, "a;b\n1;2\n");
    driver.press("p");
    assert!(driver.asks.is_empty() && driver.shows("Aucune colonne"), "{}", driver.screen());
}

#[test]
fn refused_rows_are_shown_first_with_column_and_sentence() {
    let mut driver = planned(Lang::Fr, rows());
    assert!(driver.shows("Téléphone") && driver.shows("KEITA Awa (TSE)"), "{}", driver.screen());
    assert!(!driver.shows("COULIBALY"));
    driver.press("<tab>");
    for text in ["COULIBALY Awa", "TRAORÉ Issa", "TLL → TSE"] {
        assert!(driver.shows(text), "{text}: {}", driver.screen());
    }
    driver.press("<tab> <tab>");
    assert!(driver.shows("DIALLO") && !driver.shows("COULIBALY"), "{}", driver.screen());
}

#[test]
fn only_the_good_rows_are_committed_after_asking_and_taken_back_by_u() {
    let mut driver = planned(Lang::Fr, rows());
    driver.press("i <enter>");
    assert!(driver.asks.is_empty(), "no is at hand");
    driver.press("i o");
    assert_eq!(*driver.asked(), Request::CommitImport { plan: plan(rows()), only_good: true });
    let ticket = driver.asks.first().expect("a question").ticket;
    driver.event(crate::protocol::Event::Progress { ticket, done: 1, total: 2 });
    assert!(driver.shows("1 / 2"), "{}", driver.screen());
    driver.press("i");
    assert_eq!(driver.asks.len(), 1, "not twice");
    driver.reply(report());
    assert!(driver.shows("Élèves créés"), "{}", driver.screen());
    driver.press("u");
    assert_eq!(*driver.asked(), Request::Undo(ActId::new("act-1")));
    driver.reply(Reply::Done);
    assert!(driver.shows("est annulé"), "{}", driver.screen());
    driver.press("u");
    assert!(driver.asks.is_empty());
}

#[test]
fn a_whole_plan_is_committed_as_it_is_and_nothing_is_nothing() {
    let good = vec![row(1, ImportFate::Create, "COULIBALY Awa")];
    let mut driver = planned(Lang::Fr, good.clone());
    driver.press("i o");
    assert_eq!(*driver.asked(), Request::CommitImport { plan: plan(good), only_good: false });
    driver.fail(Failure::Denied);
    assert!(driver.shows("Votre rôle"));
    let mut driver = planned(Lang::Fr, vec![row(1, ImportFate::Unchanged, "COULIBALY Awa")]);
    driver.press("i");
    assert!(driver.asks.is_empty() && driver.shows("rien à importer"), "{}", driver.screen());
}

#[test]
fn esc_goes_a_step_back_and_leaving_asks() {
    let mut driver = planned(Lang::Fr, rows());
    driver.press("<esc>");
    assert!(driver.shows("point-virgule"), "{}", driver.screen());
    driver.press("<esc>");
    assert!(driver.shows("Quel fichier"), "{}", driver.screen());
    driver.press("<esc>");
    assert!(driver.shows("Accueil"));
}

#[test]
fn frames() {
    for lang in Lang::ALL {
        for (columns, rows_) in [(80, 24), (120, 40)] {
            let size = format!("{}_{columns}x{rows_}", lang.code());
            insta::assert_snapshot!(format!("import_path_{size}"), listed(lang).sized(columns, rows_).frame());
            insta::assert_snapshot!(format!("import_columns_{size}"), read(lang, FILE).sized(columns, rows_).frame());
            let mut all = planned(lang, rows());
            all.press("<tab>");
            insta::assert_snapshot!(format!("import_plan_{size}"), all.sized(columns, rows_).frame());
        }
        let code = lang.code();
        insta::assert_snapshot!(format!("import_refused_{code}_80x24"), planned(lang, rows()).frame());
        let mut pick = read(lang, FILE);
        pick.press("<enter> m a");
        insta::assert_snapshot!(format!("import_pick_{code}_80x24"), pick.frame());
        let mut done = planned(lang, rows());
        done.press("i <left> <enter>");
        done.reply(report());
        insta::assert_snapshot!(format!("import_done_{code}_80x24"), done.frame());
    }
}
