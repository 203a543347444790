//! What others commit, as the store hears of it, told to every client.

use tokio::sync::broadcast::{Receiver, error::RecvError};

use crate::{
    domain::{
        calendar::{Term, YearId},
        id::{ClassId, StudentId, SubjectId},
    },
    protocol::{Event, SheetKey},
    store::{News, Touched},
};

/// Tells it on until the store is closed.
pub(super) async fn tell_on(mut news: Receiver<News>, publish: impl Fn(&Event)) {
    loop {
        match news.recv().await {
            Ok(News::Batch(touched)) => events(touched).iter().for_each(&publish),
            Ok(News::Anything) | Err(RecvError::Lagged(_)) => publish(&Event::Elsewhere),
            Err(RecvError::Closed) => return,
        }
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
}
