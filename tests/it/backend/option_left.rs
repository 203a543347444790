//! Marks in an option that a student has left stand on the sheet and count nowhere: the explanation says so, too.

use carnet::{
    domain::score::Average,
    protocol::{Reply, Request, SetOption, SubjectDraft},
    ui::explanation,
};

use super::{
    Client, Place, opened, points,
    rules::{average, why},
};

#[tokio::test]
async fn the_explanation_leaves_an_option_out_that_was_left() {
    let place = Place::new();
    let backend = place.start(1);
    let mut admin = opened(&backend).await;
    let class = admin.class(0).id;
    let awa = admin.add(Client::form("Traoré", "Awa", Some(&class))).await.unwrap().id;
    let (french, key) = (admin.key(&class, "Français"), admin.key(&class, "Informatique"));
    for (sheet, score) in [(&french, 1_000), (&key, 2_000)] {
        let column = admin.add_column(sheet, "Devoir 1").await;
        admin.set(sheet, (&column, &awa), points(score), None).await.unwrap();
    }
    let known = admin.entered.setup.subjects.iter().find(|known| known.id == key.subject).unwrap().clone();
    let draft = SubjectDraft {
        id: Some(known.id.clone()),
        name: known.name.clone(),
        short: known.short.clone(),
        coefficient: known.coefficient,
        coefficients: known.coefficients.clone(),
        position: known.position,
        kind: known.kind,
        optional: true,
    };
    admin.call(Request::SaveSubject { subject: draft, version: Some(known.version) }).await.unwrap();
    for takes in [true, false] {
        let students = vec![(awa.clone(), takes)];
        let ask = SetOption { class: class.clone(), subject: key.subject.clone(), students };
        assert!(matches!(admin.call(Request::SetOption(Box::new(ask))).await, Ok(Reply::Acted(_))));
        let told = why(&mut admin, &awa, Some(1), None).await;
        let explained = explanation::average(&told, false).map(|average| average.printed.hundredths());
        assert_eq!(explained, average(&place, &awa).await, "takes it: {takes}");
        assert_eq!(told.subjects.len(), if takes { 2 } else { 1 });
        let subject = why(&mut admin, &awa, Some(1), Some("Informatique")).await;
        let explained = explanation::average(&subject, true).map(|average| average.printed);
        assert_eq!(explained.map(Average::hundredths), takes.then_some(2_000));
    }
}
