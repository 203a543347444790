use serde_json::json;

use super::Home;

#[test]
fn a_teachers_file_is_given_changed_and_emptied() {
    let home = Home::opened();
    home.run(&["classes", "add", "TSE"]).good();
    for subject in ["Mathématiques", "Physique"] {
        home.run(&["subjects", "add", subject, "--coefficient", "3"]).good();
    }
    let add = ["users", "add", "m.sow", "--name", "Moussa Sow", "--role", "enseignant", "--employee-id", "0110.452-w"];
    let more = ["--diploma", "Maîtrise", "--subjects", "mathematiques, Physique", "--availability", "lundi matin"];
    home.run(&[&add[..], &more].concat()).good();
    home.run(&["assignments", "add", "--teacher", "m.sow", "--class", "TSE", "--subject", "Physique"]).good();
    let shown = home.json(&["users", "show", "m.sow"]);
    assert_eq!(
        (&shown["employee_id"], &shown["diploma"], &shown["availability"]),
        (&json!("0110.452-W"), &json!("Maîtrise"), &json!("lundi matin"))
    );
    assert_eq!(shown["subjects"], json!(["Mathématiques", "Physique"]));
    assert_eq!(shown["charges"], json!([{"class": "TSE", "subject": "Physique"}]));
    let told = home.run(&["users", "show", "m.sow"]).good().out;
    assert!(told.contains("Physique (TSE)") && told.contains("Mathématiques, Physique"), "{told}");
    assert!(home.run(&["users", "list"]).good().out.contains("0110.452-W"));

    // What is not named stays; an empty text empties.
    home.run(&["users", "edit", "m.sow", "--diploma", ""]).good();
    home.run(&["users", "edit", "m.sow", "--subjects", "Physique", "--disabled", "true"]).good();
    let shown = home.json(&["users", "show", "m.sow"]);
    assert_eq!((&shown["diploma"], &shown["subjects"]), (&json!(null), &json!(["Physique"])));
    assert_eq!((&shown["employee_id"], &shown["availability"]), (&json!("0110.452-W"), &json!("lundi matin")));

    home.run(&["users", "edit", "m.sow", "--subjects", "Physiqe"]).refused(1, "Physique");
    home.run(&["users", "edit", "m.sow", "--employee-id", "12 34"]).refused(1, "");
    home.run(&["users", "edit", "m.sow", "--role", "parent"]).refused(1, "personnel");
    let other = ["users", "add", "b.diarra", "--role", "bursar", "--employee-id", "0110.452-W"];
    home.run(&other).refused(1, "Moussa Sow");
    home.run(&["users", "show", "m.saw"]).refused(1, "m.sow");
}
