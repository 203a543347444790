//! New rules for the whole school: how long until every average is made by them, and what a mark takes meanwhile.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use carnet::{
    backend::Backend,
    domain::{
        id::ActId,
        rules::{RoundingRule, RuleSet, ScaleRule},
        score::{MarkValue, Score},
    },
    protocol::{Reply, Request, SaveRules, SetMark, SheetKey},
    store::SharedStore,
};

use super::{Process, login, show};

pub async fn measure(store: &SharedStore) {
    let process = Process::start(store).await;
    let rules = process.entered.setup.rules.clone();
    let tenths = RuleSet { rounding: RoundingRule::Tenth, ..rules.clone() };
    // A term that nobody has marks in weighs otherwise: the averages stay what they are.
    let mut weights = tenths.clone();
    weights.annual_weights = weights.annual_weights.iter().map(|weight| weight.saturating_add(1)).collect();
    let scales = RuleSet { scales: ScaleRule::ByScale, rounding: RoundingRule::Hundredth, ..weights.clone() };
    let memory = memory();
    for (name, next, marking) in [
        ("averages change (tenths)", tenths, false),
        ("averages stay (weights of terms)", weights, false),
        ("averages change, marks typed meanwhile", scales, true),
    ] {
        change(&process.backend, name, next, marking).await;
    }
    println!("memory: before {memory}, most {}", self::memory());
    process.backend.shutdown().await;
}

async fn change(backend: &Backend, name: &str, next: RuleSet, marking: bool) {
    let (mut link, entered) = login(backend).await;
    let over = entered.setup.rules.id.clone();
    let done = Arc::new(AtomicBool::new(false));
    let others = (login(backend).await, Arc::clone(&done));
    let typing = marking.then(|| tokio::spawn(marks(others.0, others.1)));
    let begun = Instant::now();
    let ask = Request::SaveRules(Box::new(SaveRules { rules: next, over }));
    let reply = link.call(Some(&entered.session), ask).await;
    let time = begun.elapsed();
    done.store(true, Ordering::SeqCst);
    let Ok(Reply::RulesSaved { students, .. }) = reply else { panic!("not saved: {reply:?}") };
    println!("rules: {name}: {students} students in {:.2} s", time.as_secs_f64());
    if let Some(typing) = typing {
        show("  a mark meanwhile: asked → acknowledged", typing.await.unwrap());
    }
}

/// One mark after the other, as a teacher types them, until it is done.
async fn marks(
    (mut link, entered): (carnet::backend::Link, Box<carnet::protocol::Entered>),
    done: Arc<AtomicBool>,
) -> Vec<Duration> {
    let setup = &entered.setup;
    let subject = setup.subjects.iter().find(|subject| subject.body.name.as_str().starts_with("Fran")).unwrap();
    let mut times = Vec::new();
    for class in setup.classes.iter().skip(3) {
        let key = SheetKey {
            class: class.body.id.clone(),
            subject: subject.body.id.clone(),
            year: setup.school.current_year.clone(),
            term: setup.school.current_term,
        };
        let Ok(Reply::Sheet(sheet)) = link.call(Some(&entered.session), Request::OpenSheet(key.clone())).await else {
            continue;
        };
        let Some(column) = sheet.evaluations.first() else { continue };
        for row in sheet.rows.iter().filter(|row| !row.left) {
            if done.load(Ordering::SeqCst) {
                return times;
            }
            let ask = SetMark {
                act: ActId::new(carnet::domain::id::from_bytes(rand::random())),
                sheet: key.clone(),
                evaluation: column.id.clone(),
                student: row.student.clone(),
                value: Score::new(rand::random_range(0..=1_000), column.scale).map(MarkValue::Score),
                expect: None,
                reason: None,
            };
            let begun = Instant::now();
            link.call(Some(&entered.session), Request::SetMark(Box::new(ask))).await.unwrap();
            times.push(begun.elapsed());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    times
}

fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let wanted = status.lines().filter(|line| line.starts_with("VmHWM") || line.starts_with("RssAnon"));
    wanted.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect::<Vec<_>>().join(", ")
}
