//! What has been entered, and what stood at a moment of the past.

use super::Home;

#[test]
fn how_far_marks_are_and_how_they_stood() {
    let home = Home::opened();
    home.run(&["classes", "add", "TSE", "--level", "Terminale", "--series", "TSE"]).good();
    home.run(&["subjects", "add", "Mathématiques", "--coefficient", "3"]).good();
    let sheet = ["--class", "tse", "--subject", "mathematiques"];
    home.run(&[&["evaluations", "add", "Devoir 1"][..], &sheet].concat()).good();
    let add = |last: &str| {
        let args = ["students", "add", "--last", last, "--first", "Awa", "--class", "TSE"];
        home.run(&args).good().out.trim().to_owned()
    };
    let (awa, issa) = (add("Traoré"), add("Keïta"));
    let set = |who: &str, score: &str, more: &[&str]| {
        let args = ["marks", "set", who, "--subject", "Mathématiques", "--evaluation", "Devoir 1", "--score", score];
        home.run(&[&args[..], more].concat()).good();
    };
    set(&awa, "12", &[]);
    let lines = home.json(&["stats", "completion", "--class", "TSE", "--term", "1"]);
    assert_eq!(lines.as_array().map(Vec::len), Some(1), "{lines}");
    assert_eq!((&lines[0]["students"], &lines[0]["entered"], &lines[0]["missing"]), (&2.into(), &1.into(), &1.into()));
    assert_eq!(home.json(&["stats", "completion"]).as_array().map(Vec::len), Some(3), "a line a term");

    // The moment of the first mark, to the millisecond.
    let trail = home.json(&["audit", "list", "--limit", "1"]);
    let at = trail[0]["at"].as_str().expect("a moment").to_owned();
    set(&issa, "15", &[]);
    set(&awa, "9", &["--reason", "copie relue"]);
    let then = home.json(&[&["marks", "list", "--at", &at][..], &sheet].concat());
    let scores: Vec<_> = then.as_array().expect("rows").iter().map(|row| row["score"].as_f64()).collect();
    assert_eq!(scores, [None, Some(12.0)], "{then}");
    let compared = home.json(&[&["marks", "compare", "--at", &at, "--student", &awa][..], &sheet].concat());
    assert_eq!(compared.as_array().map(Vec::len), Some(1));
    assert_eq!((&compared[0]["then"]["average"], &compared[0]["then"]["rank"]), (&12.0.into(), &1.into()));
    assert_eq!((&compared[0]["now"]["average"], &compared[0]["now"]["rank"]), (&9.0.into(), &2.into()));
    let moved = home.json(&[&["marks", "changes", "--at", &at][..], &sheet].concat());
    let told: Vec<_> = moved.as_array().expect("rows").iter().map(|row| row["new"].as_f64()).collect();
    assert_eq!(told, [Some(9.0), Some(15.0)], "{moved}");
    assert_eq!((moved[0]["reason"].as_str(), moved[0]["old"].as_f64()), (Some("copie relue"), Some(12.0)));
    let table = home.run(&[&["marks", "changes", "--at", &at][..], &sheet].concat()).good().out;
    assert!(table.contains("12,00") && table.contains("TRAORÉ Awa"), "{table}");
    home.run(&[&["marks", "list", "--at", "hier"][..], &sheet].concat()).refused(1, "20/11/2026 10:42");
    // Why the average was what it was, and what it is made of now.
    let why = |more: &[&str]| home.json(&[&["explain", &awa, "--term", "1"][..], more].concat());
    assert_eq!((&why(&["--at", &at])["average"], &why(&[])["average"]), (&12.0.into(), &9.0.into()));
    let own = why(&["--at", &at, "--subject", "mathematiques"]);
    assert_eq!((&own["average"], &own["subjects"][0]["marks"][0]["score"]), (&12.0.into(), &12.0.into()), "{own}");
    assert_eq!(why(&["--at", "1/9/2026"])["average"], serde_json::Value::Null, "before the first column");
    let text = home.run(&["explain", &awa, "--term", "1", "--at", &at]).good().out;
    assert!(text.contains("telles qu’elles étaient"), "{text}");
    home.run(&["explain", &awa, "--at", "hier"]).refused(1, "20/11/2026 10:42");
    // At the end of time nothing has changed since.
    assert_eq!(home.json(&[&["marks", "changes", "--at", "31/12/2099"][..], &sheet].concat()), serde_json::json!([]));
}
