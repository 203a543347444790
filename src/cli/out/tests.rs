use std::sync::{Arc, Mutex};

use super::*;

/// A writer whose text can be read afterwards.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("kept").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn printed(format: Format, rows: &[(&str, f64)]) -> String {
    let kept = Kept::default();
    let mut out = Out::to(format, Lang::Fr, Box::new(kept.clone()), Box::new(Kept::default()));
    let columns = vec![Column::text("name", "Nom".into()), Column::number("mean", "Moyenne".into())];
    out.records(columns, rows, |(name, mean)| vec![Cell::text(*name), Cell::decimal(Some(*mean))]).expect("written");
    let bytes = kept.0.lock().expect("kept").clone();
    String::from_utf8(bytes).expect("UTF-8")
}

#[test]
fn a_table_is_aligned_and_harmless() {
    let text = printed(Format::Table, &[("Awa\u{1b}[2J", 9.5), ("Moussa Traoré", 12.25)]);
    assert!(!text.contains('\u{1b}'));
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines,
        ["Nom            Moyenne", "─────────────  ───────", "Awa·[2J           9,50", "Moussa Traoré    12,25"]
    );
}

#[test]
fn csv_keeps_numbers_and_disarms_formulas() {
    let text = printed(Format::Csv, &[("=1+1", -2.0), ("a,b\"c", 3.0), ("@x", 0.0)]);
    assert_eq!(text, "name,mean\r\n'=1+1,-2.00\r\n\"a,b\"\"c\",3.00\r\n'@x,0.00\r\n");
}

#[test]
fn json_is_an_array_also_when_empty() {
    assert_eq!(printed(Format::Json, &[]), "[]\n");
    let read: serde_json::Value =
        serde_json::from_str(&printed(Format::Json, &[("a", 1.0), ("b", 2.5)])).expect("JSON");
    assert_eq!(read, serde_json::json!([["a", 1.0], ["b", 2.5]]));
}

#[test]
fn a_long_table_does_not_wait_for_its_end() {
    let kept = Kept::default();
    let mut out = Out::to(Format::Table, Lang::Fr, Box::new(kept.clone()), Box::new(Kept::default()));
    let mut list = out.list(vec![Column::text("n", "N".into())]);
    for number in 0..600 {
        list.row(&number, &[Cell::Integer(number)]).expect("written");
    }
    assert!(!kept.0.lock().expect("kept").is_empty());
    list.finish().expect("written");
    let text = String::from_utf8(kept.0.lock().expect("kept").clone()).expect("UTF-8");
    assert_eq!(text.lines().count(), 602);
}
