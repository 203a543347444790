//! Opening the sheet of a large class, and keys on it.

use std::time::{Duration, Instant};

use carnet::protocol::{Reply, Request};

use super::{
    Process, School, large,
    pty::{Drawn, Terminal},
    show,
};

const RIGHT: &str = "\x1b[C";
const DOWN: &str = "\x1b[B";
const PAGE_DOWN: &str = "\x1b[6~";

pub async fn measure(school: &School) {
    let mut process = Process::start(&school.store).await;
    let current = &process.entered.setup.school;
    let key = large::make(&school.store, &current.current_year.clone(), current.current_term).await;
    let session = process.entered.session.clone();
    let mut times = Vec::new();
    for _ in 0..200 {
        let begun = Instant::now();
        let reply = process.link.call(Some(&session), Request::OpenSheet(key.clone())).await.unwrap();
        times.push(begun.elapsed());
        let Reply::Sheet(sheet) = reply else { panic!("no sheet") };
        assert_eq!((sheet.rows.len(), sheet.evaluations.len()), (large::STUDENTS, large::COLUMNS));
    }
    show("sheet of 200 × 25: asked → there", times);
    process.backend.shutdown().await;
    if let Some(folder) = &school.folder {
        let folder = folder.clone();
        tokio::task::spawn_blocking(move || keys(&folder)).await.unwrap();
    }
}

fn first(drawn: &[Drawn]) -> Vec<Duration> {
    drawn.iter().map(|one| one.first).collect()
}

/// In the program itself.
fn keys(folder: &std::path::Path) {
    let home = folder.join("home");
    std::fs::create_dir_all(&home).unwrap();
    for (columns, rows) in [(80, 24), (200, 60)] {
        let mut terminal = Terminal::sized(&folder.join("config.toml"), &home, (columns, rows));
        terminal.see("prof");
        terminal.send("admin\r");
        terminal.send("carnet-demo\r");
        terminal.see("Feuilles");
        terminal.press("\r");
        terminal.see(large::NAME);
        let mut opened = Vec::new();
        terminal.press("\r");
        terminal.see("Français");
        for _ in 0..20 {
            let drawn = terminal.press_until("\r", "the sheet", |line| line.contains("1/200") || line.contains("Rang"));
            opened.push(drawn);
            terminal.press("\x1b");
        }
        let size = format!("{columns}×{rows}");
        show(&format!("sheet of 200 × 25 at {size}: Enter → drawn"), opened);
        terminal.press("\r");
        terminal.see("Rang");
        std::thread::sleep(Duration::from_secs(1));
        let moves = [DOWN, RIGHT, DOWN, PAGE_DOWN, DOWN, RIGHT].into_iter().cycle().take(300);
        let drawn: Vec<Drawn> = moves.filter_map(|key| terminal.press(key)).collect();
        show(&format!("sheet of 200 × 25 at {size}: move → frame"), first(&drawn));
        terminal.press("g");
        let (mut typed, mut entered) = (Vec::new(), Vec::new());
        for number in 0..100 {
            let value = format!("1{},{}3", number % 9, number % 7);
            typed.extend(value.chars().filter_map(|key| terminal.press(&key.to_string())));
            entered.extend(terminal.press("\r"));
        }
        show(&format!("sheet of 200 × 25 at {size}: digit → frame"), first(&typed));
        show(&format!("sheet of 200 × 25 at {size}: Enter → frame"), first(&entered));
    }
}
