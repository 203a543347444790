//! The whole backend: what a question takes with each cache, when the cache has the answer and when it has not, and
//! what a mark takes from asking to acknowledging.

use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::Arc,
    time::{Duration, Instant},
};

use carnet::{
    backend::{Backend, BackendConfig, Link},
    cache::{SharedCache, keys::Keys, memory::MemoryCache, redis::RedisCache},
    domain::{
        entities::Student,
        id::{ActId, ClassId, StudentId},
        query::{Direction, Query, Seek, Sort},
        score::{MarkValue, Scale, Score},
        text_values::Password,
    },
    protocol::{Entered, Reply, Request, SetMark, SheetKey, StatsQuestion, StudentRow, TopQuestion},
    store::Records,
};

use super::{Place, show};

/// Questions whose answer the cache does not have, and as many that it has.
const QUESTIONS: usize = 200;
/// Walks over the whole school take long.
const WALKS: usize = 3;

/// A backend with its session, as a process has them.
struct Process {
    backend: Backend,
    link: Link,
    entered: Box<Entered>,
}

impl Process {
    async fn start(place: &Place, cache: SharedCache) -> Self {
        let folder = std::env::temp_dir().join(&place.options.database);
        let backend = Backend::start(BackendConfig {
            bcrypt_cost: 4,
            ..BackendConfig::with_store(place.open().await, cache, b"measuring".to_vec(), folder)
        });
        let mut link = backend.connect();
        let login = Request::Login { username: "admin".to_owned(), password: Password::typed("carnet-demo") };
        let Ok(Reply::Entered(entered)) = link.call(None, login).await else { panic!("no login") };
        Self { backend, link, entered }
    }

    async fn ask(&mut self, request: Request) -> (Reply, Duration) {
        let begun = Instant::now();
        let reply = self.link.call(Some(&self.entered.session), request).await.unwrap();
        (reply, begun.elapsed())
    }

    /// Each question twice: the second answer is the cache's.
    async fn twice(&mut self, name: &str, questions: impl IntoIterator<Item = Request>) {
        let (mut first, mut again) = (Vec::new(), Vec::new());
        for question in questions {
            first.push(self.ask(question.clone()).await.1);
            again.push(self.ask(question).await.1);
        }
        show(&format!("{name}: not cached"), first);
        show(&format!("{name}: cached"), again);
    }
}

pub async fn measure(place: &Place) {
    let memory: SharedCache = Arc::new(MemoryCache::new(Keys::default()));
    with(place, "memory", memory).await;
    let Ok(uri) = std::env::var("CARNET_TEST_REDIS") else { return };
    let redis: SharedCache = Arc::new(RedisCache::new(&uri, Keys::default(), b"bench").unwrap());
    while redis.ping().await.is_err() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    with(place, "redis", redis.clone()).await;
    redis.flush().await.unwrap();
    bare(&uri);
}

/// `GET` of a value as long as a page of a list, on a connection of its own.
fn bare(uri: &str) {
    let place = uri.split_once("://").map_or(uri, |(_, place)| place);
    let Ok(mut stream) = TcpStream::connect(place.trim_end_matches('/')) else { return };
    stream.set_nodelay(true).unwrap();
    let mut answer = vec![0; 20_000];
    let mut ask = |question: &[u8], whole: usize| {
        stream.write_all(question).unwrap();
        let mut read = 0;
        while read < whole {
            read += stream.read(&mut answer).unwrap();
        }
    };
    ask(format!("SET bench:bare {} EX 60\r\n", "x".repeat(15_000)).as_bytes(), "+OK\r\n".len());
    let mut times = Vec::new();
    for _ in 0..QUESTIONS {
        let begun = Instant::now();
        ask(b"GET bench:bare\r\n", "$15000\r\n\r\n".len() + 15_000);
        times.push(begun.elapsed());
    }
    show("redis: GET of 15 kB: bare", times);
}

async fn with(place: &Place, kind: &str, cache: SharedCache) {
    let mut process = Process::start(place, cache).await;
    process.ask(Request::FlushCache).await;
    let rows = lists(place, &mut process, kind).await;
    process.twice(&format!("{kind}: a student's card"), rows.into_iter().map(Request::OpenStudent)).await;
    let classes: Vec<ClassId> = process.entered.setup.classes.iter().map(|class| class.body.id.clone()).collect();
    let of = |class: Option<ClassId>, term| StatsQuestion { class, subject: None, year: None, term };
    let term = Some(process.entered.setup.school.current_term);
    let each = classes.iter().skip(1).take(QUESTIONS).map(|class| Request::Stats(of(Some(class.clone()), term)));
    process.twice(&format!("{kind}: figures of a class"), each).await;
    let top = TopQuestion { class: None, year: None, term, limit: 10, with_ties: false };
    for (name, question) in [("Top 10", Request::Top(top)), ("figures of the school", Request::Stats(of(None, term)))] {
        let (mut first, mut again) = (Vec::new(), Vec::new());
        for _ in 0..WALKS {
            process.ask(Request::FlushCache).await;
            first.push(process.ask(question.clone()).await.1);
            for _ in 0..QUESTIONS {
                again.push(process.ask(question.clone()).await.1);
            }
        }
        show(&format!("{kind}: {name}: not cached"), first);
        show(&format!("{kind}: {name}: cached"), again);
    }
    marks(&mut process, kind, classes).await;
    process.backend.shutdown().await;
}

/// The first page, from the cache; later ones, which it never has. The students of some.
async fn lists(place: &Place, process: &mut Process, kind: &str) -> Vec<StudentId> {
    let sort = Sort::by("average", Direction::Descending).then("name_key", Direction::Ascending);
    let mut query = Query { sort, limit: 50, ..Query::default() };
    process.ask(Request::ListStudents(query.clone())).await;
    let mut cached = Vec::new();
    for _ in 0..QUESTIONS {
        cached.push(process.ask(Request::ListStudents(query.clone())).await.1);
    }
    show(&format!("{kind}: first page by average: cached"), cached);
    let store = place.open().await;
    let (mut asked, mut bare) = (Vec::new(), Vec::new());
    let mut met = Vec::new();
    for _ in 0..QUESTIONS {
        let begun = Instant::now();
        let page = store.page::<Student, StudentRow>(&query, Student::LONG).await.unwrap();
        bare.push(begun.elapsed());
        query.seek = page.cursors.into_iter().next_back().map_or(Seek::First, Seek::After);
        let (reply, time) = process.ask(Request::ListStudents(query.clone())).await;
        asked.push(time);
        let Reply::Students(page) = reply else { panic!("no page") };
        met.extend(page.items.into_iter().take(2).filter(|row| row.phone.is_some()).map(|row| row.id).take(1));
    }
    show(&format!("{kind}: a later page: backend, never cached"), asked);
    show(&format!("{kind}: a later page: store alone"), bare);
    store.close().await;
    met
}

async fn marks(process: &mut Process, kind: &str, classes: Vec<ClassId>) {
    let setup = &process.entered.setup;
    let subject = setup.subjects.iter().find(|subject| subject.body.name.as_str().starts_with("Fran")).unwrap();
    let (subject, year, term) = (subject.body.id.clone(), setup.school.current_year.clone(), setup.school.current_term);
    let mut times = Vec::new();
    for class in classes.into_iter().skip(1).take(12) {
        let key = SheetKey { class, subject: subject.clone(), year: year.clone(), term };
        let Reply::Sheet(sheet) = process.ask(Request::OpenSheet(key.clone())).await.0 else { continue };
        let Some(evaluation) = sheet.evaluations.first() else { continue };
        for row in sheet.rows.iter().filter(|row| !row.left) {
            let ask = SetMark {
                act: ActId::new(carnet::domain::id::from_bytes(rand::random())),
                sheet: key.clone(),
                evaluation: evaluation.id.clone(),
                student: row.student.clone(),
                value: Score::new(rand::random_range(0..2_000), Scale::TWENTY).map(MarkValue::Score),
                expect: None,
                reason: None,
            };
            times.push(process.ask(Request::SetMark(Box::new(ask))).await.1);
        }
    }
    show(&format!("{kind}: one mark, asked → acknowledged"), times);
}
