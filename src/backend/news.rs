//! What others commit, told to every client.
//!
//! The store hears of it in its own way, always and without a gap. Where processes share a cache, each also says there
//! what it has committed: quicker, and more exact than an embedded store's count. What comes both ways is told once.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use serde::{Deserialize, Serialize};
use tokio::sync::broadcast::{Receiver, error::RecvError};

use super::core::{Core, lock};

use crate::{
    domain::{
        calendar::{Term, YearId},
        id::{ClassId, StudentId, SubjectId},
    },
    protocol::{Event, SheetKey},
    store::{News, Touched},
};

/// Tells on what the store hears until it is closed.
pub(super) async fn tell_on(mut news: Receiver<News>, heard: Arc<Heard>, publish: impl Fn(&Event)) {
    loop {
        match news.recv().await {
            Ok(News::Batch { op, touched }) => {
                if heard.first(&op, &touched) {
                    events(touched).iter().for_each(&publish);
                }
            }
            Ok(News::Anything) | Err(RecvError::Lagged(_)) => publish(&Event::Elsewhere),
            Err(RecvError::Closed) => return,
        }
    }
}

/// Tells on what is said in a shared cache.
pub(super) async fn listen(core: Arc<Core>) {
    let Some(mut told) = core.config.cache.told() else { return };
    loop {
        match told.recv().await {
            Ok(text) => {
                // Nonsense, and what a newer program says otherwise: the store tells of the change all the same.
                if let Some(said) = Said::read(&text)
                    && said.by != core.process
                    && core.heard.first(&said.op, &said.touched)
                {
                    for event in events(said.touched) {
                        core.publish(&event);
                    }
                }
            }
            Err(RecvError::Lagged(_)) => core.publish(&Event::Elsewhere),
            Err(RecvError::Closed) => return,
        }
    }
}

/// What a process says of its commit: kinds and ids, nothing about anybody.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Said {
    v: u32,
    /// The process.
    by: String,
    op: String,
    #[serde(flatten)]
    touched: Touched,
}

impl Said {
    const FORM: u32 = 1;

    /// The text for the channel; nothing where there is nothing to say.
    pub fn text(by: &str, op: &str, touched: Touched) -> Option<String> {
        if touched == Touched::default() {
            return None;
        }
        serde_json::to_string(&Self { v: Self::FORM, by: by.to_owned(), op: op.to_owned(), touched }).ok()
    }

    fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().filter(|said: &Self| said.v == Self::FORM)
    }
}

/// The latest batches of others that clients have been told of.
#[derive(Debug, Default)]
pub(super) struct Heard(Mutex<VecDeque<(String, Touched)>>);

impl Heard {
    /// A batch that comes the other way later than so many others is told twice, which harms nothing.
    const MOST: usize = 256;

    /// Not heard of yet? Only what says the same is the same: a forged message about a batch hides nothing of it.
    fn first(&self, op: &str, touched: &Touched) -> bool {
        let mut heard = lock(&self.0);
        if heard.iter().rev().any(|(known, what)| known == op && what == touched) {
            return false;
        }
        if heard.len() >= Self::MOST {
            heard.pop_front();
        }
        heard.push_back((op.to_owned(), touched.clone()));
        true
    }
}

/// As a commit of our own would have announced it.
fn events(touched: Touched) -> Vec<Event> {
    if touched.many {
        return vec![Event::Elsewhere];
    }
    let mut events = Vec::new();
    if !touched.students.is_empty() {
        events.push(Event::Students(touched.students.into_iter().map(StudentId::new).collect()));
    }
    for id in touched.sheets {
        events.push(sheet(&id).map_or(Event::Elsewhere, Event::Sheet));
    }
    if touched.setup {
        events.push(Event::Setup);
    }
    events
}

/// `{class}:{subject}:{year}:{term}`.
fn sheet(id: &str) -> Option<SheetKey> {
    let mut parts = id.split(':');
    let (class, subject) = (parts.next()?, parts.next()?);
    let (year, term) = (YearId::parse(parts.next()?)?, Term::parse(parts.next()?)?);
    let key = SheetKey { class: ClassId::new(class), subject: SubjectId::new(subject), year, term };
    parts.next().is_none().then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::entities::Sheet;

    #[test]
    fn a_batch_is_told_as_a_commit_of_our_own() {
        let (class, subject) = (ClassId::new("c1"), SubjectId::new("m1"));
        let (year, term) = (YearId::parse("2026-2027").unwrap(), Term::parse("T2").unwrap());
        let id = Sheet::id_of(&class, &subject, &year, term);
        let touched = Touched {
            students: vec!["s1".to_owned()],
            sheets: vec![id.as_str().to_owned(), "nonsense".to_owned()],
            setup: true,
            many: false,
        };
        let told = events(touched);
        let sheet = Event::Sheet(SheetKey { class, subject, year, term });
        assert_eq!(told, [Event::Students(vec![StudentId::new("s1")]), sheet, Event::Elsewhere, Event::Setup]);
        assert_eq!(events(Touched { many: true, ..Touched::default() }), [Event::Elsewhere]);
        assert_eq!(events(Touched::default()), []);
    }

    fn of(student: &str) -> Touched {
        Touched { students: vec![student.to_owned()], ..Touched::default() }
    }

    #[test]
    fn what_is_said_is_understood() {
        let text = Said::text("p1", "op1", of("s1")).unwrap();
        assert_eq!(text, r#"{"v":1,"by":"p1","op":"op1","students":["s1"],"many":false,"sheets":[],"setup":false}"#);
        let said = Said { v: 1, by: "p1".to_owned(), op: "op1".to_owned(), touched: of("s1") };
        assert_eq!(Said::read(&text), Some(said));
        for nonsense in ["", "null", "{}", "[1]", &text.replace(r#""v":1"#, r#""v":2"#), &text[1..]] {
            assert_eq!(Said::read(nonsense), None, "{nonsense}");
        }
        assert_eq!(Said::text("p1", "op1", Touched::default()), None, "nothing to say");
    }

    #[test]
    fn what_comes_twice_is_told_once() {
        let heard = Heard::default();
        assert!(heard.first("op1", &of("s1")));
        assert!(!heard.first("op1", &of("s1")));
        assert!(heard.first("op1", &of("s2")), "something else is said of the same batch");
        for number in 0..Heard::MOST {
            assert!(heard.first(&format!("n{number}"), &of("s1")));
        }
        assert!(heard.first("op1", &of("s1")), "forgotten by now");
        assert_eq!(lock(&heard.0).len(), Heard::MOST);
    }
}
