//! What somebody at the database's own prompt finds: names and types that scripts rely on.

use mongodb::bson::{Bson, Document, doc, spec::ElementType};

use super::School;
use crate::cli::Home;

/// A school with everything in it, entered by the command line.
async fn lived_in(school: &School) -> Home {
    let home = Home::new();
    let password = home.write("password", "mot-de-passe\n");
    let on = [
        ("CARNET_STORE__KIND", "mongodb"),
        ("CARNET_STORE__URI", school.options.uri.as_str()),
        ("CARNET_STORE__DATABASE", school.options.database.as_str()),
    ];
    let run = |args: &[&str]| home.run_with(args, &on).good();
    let password = password.to_str().unwrap().to_owned();
    run(&["init", "--name", "Lycée", "--year", "2026-2027", "--admin", "admin", "--password-file", &password]);
    run(&["classes", "add", "TSE"]);
    run(&["subjects", "add", "Maths", "--coefficient", "3"]);
    run(&[
        "students",
        "add",
        "--last",
        "Traoré",
        "--first",
        "Awa",
        "--class",
        "TSE",
        "--phone",
        "76123456",
        "--birth-date",
        "28/02/2010",
    ]);
    run(&[
        "evaluations",
        "add",
        "Devoir 1",
        "--class",
        "TSE",
        "--subject",
        "Maths",
        "--term",
        "1",
        "--date",
        "2026-11-05",
    ]);
    let listed = home.run_with(&["students", "list", "--format", "json"], &on).good().json();
    let matricule = listed[0]["matricule"].as_str().unwrap().to_owned();
    let mark = |score: &str| {
        let args =
            ["marks", "set", &matricule, "--subject", "Maths", "--term", "1", "--evaluation", "Devoir 1", "--score"];
        run(&[&args[..], &[score]].concat());
    };
    mark("12");
    mark("12,5");
    run(&["users", "add", "awa", "--role", "student", "--student", &matricule, "--password-file", &password]);
    run(&["students", "edit", &matricule, "--phone", "66000001"]);
    home
}

fn types(document: &Document, of: &[(&str, ElementType)]) {
    for (name, kind) in of {
        let found = document.get(*name).map(Bson::element_type);
        assert_eq!(found, Some(*kind), "{name} in {document}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_and_types_are_those_that_scripts_rely_on() {
    use ElementType::{Array, Boolean, DateTime, Double, EmbeddedDocument, Int32, Int64, String};
    let school = School::named().await;
    let home = lived_in(&school).await;
    let one = async |collection: &str| {
        let found = school.database.collection::<Document>(collection).find_one(doc! {}).await.unwrap();
        let found = found.unwrap_or_else(|| panic!("nothing in {collection}"));
        types(
            &found,
            &[("version", Int64), ("created_at", DateTime), ("updated_at", DateTime), ("updated_by", String)],
        );
        found
    };
    let student = one("students").await;
    types(
        &student,
        &[
            ("_id", String),
            ("matricule", String),
            ("last_name", String),
            ("first_name", String),
            ("phone", String),
            ("class_name", String),
            ("status", String),
            ("average", Double),
            ("averages", EmbeddedDocument),
            ("grades", Array),
            ("birth_date", DateTime),
        ],
    );
    assert_eq!(student.get_str("phone").unwrap(), "+22366000001");
    let year = student.get_document("averages").unwrap().get_document("2026-2027").unwrap();
    types(year, &[("T1", Double)]);
    let grade = student.get_array("grades").unwrap()[0].as_document().unwrap();
    types(
        grade,
        &[
            ("subject", String),
            ("year", String),
            ("term", String),
            ("evaluation", String),
            ("kind", String),
            ("date", DateTime),
            ("score", Double),
            ("coefficient", Int32),
        ],
    );
    assert!(!grade.contains_key("code"), "absent beside a score");
    assert!(!student.contains_key("sex"), "absent where it is not known");
    assert!(matches!(grade.get("scale"), Some(Bson::Int32(20) | Bson::Double(20.0))), "{grade}");
    assert_eq!(grade.get_datetime("date").unwrap().try_to_rfc3339_string().unwrap(), "2026-11-05T00:00:00Z");
    let users = school.database.collection::<Document>("users");
    let user = users.find_one(doc! { "username": "awa" }).await.unwrap().unwrap();
    types(&user, &[("username", String), ("password_hash", String), ("role", String), ("disabled", Boolean)]);
    assert!(user.get("session_epoch").is_some());
    assert_eq!(user.get_str("student_phone").unwrap(), "+22366000001", "it follows the student's");
    let sheet = one("sheets").await;
    types(sheet.get_array("evaluations").unwrap()[0].as_document().unwrap(), &[("date", DateTime), ("title", String)]);
    types(&one("marks").await, &[("evaluation", String), ("student", String)]);
    types(&one("classes").await, &[("name", String)]);
    types(&one("subjects").await, &[("name", String)]);
    types(&one("enrolments").await, &[("student", String), ("year", String), ("class", String)]);
    let audit = school.database.collection::<Document>("audit");
    let entry = audit.find_one(doc! { "action": "mark.set", "seq": 2 }).await.unwrap().unwrap();
    types(
        &entry,
        &[
            ("stream", String),
            ("at", DateTime),
            ("actor", String),
            ("action", String),
            ("target", String),
            ("prev", String),
            ("hash", String),
        ],
    );
    assert!(entry.contains_key("old") && entry.contains_key("new"), "{entry}");
    // The history still verifies, and a backup has days where it had them.
    let on = [
        ("CARNET_STORE__KIND", "mongodb"),
        ("CARNET_STORE__URI", school.options.uri.as_str()),
        ("CARNET_STORE__DATABASE", school.options.database.as_str()),
    ];
    home.run_with(&["doctor"], &on).good();
    school.end().await;
}
