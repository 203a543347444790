//! Tables as spreadsheets put them on the clipboard: tabs between cells, quotes around cells that need them. Pure.

/// The first `most` lines, cell by cell, and how many lines with something in them came behind. Blanks around a cell
/// (also no-break ones) do not belong to it; nor do the quotes in which spreadsheets put cells with a comma or a line
/// break.
#[must_use]
pub fn read(text: &str, most: usize) -> (Vec<Vec<String>>, usize) {
    // Many terminals send a pasted line's end as a carriage return, as if Enter had been pressed.
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut rest = text.trim_end();
    let mut lines = Vec::new();
    while !rest.is_empty() && lines.len() < most {
        let (line, behind) = line(rest);
        lines.push(line);
        rest = behind;
    }
    (lines, rest.lines().filter(|line| !line.trim().is_empty()).count())
}

/// Is it more than one cell?
#[must_use]
pub fn is_table(text: &str) -> bool {
    text.trim().contains(['\n', '\r', '\t'])
}

/// A text without what does not belong to it.
#[must_use]
pub fn cell(text: &str) -> String {
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}' | '\u{2060}')).to_owned()
}

fn line(text: &str) -> (Vec<String>, &str) {
    let mut cells = Vec::new();
    let mut rest = text;
    loop {
        let (found, behind) = quoted(rest).unwrap_or_else(|| {
            let end = rest.find(['\t', '\n']).unwrap_or(rest.len());
            let (found, behind) = rest.split_at(end);
            (found.to_owned(), behind)
        });
        cells.push(cell(&found));
        match behind.strip_prefix('\t') {
            Some(next) => rest = next,
            None => return (cells, behind.strip_prefix('\n').unwrap_or(behind)),
        }
    }
}

/// A cell in quotes, with two of them for one inside; `None`: it is none, and a quote at its beginning is its own.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut inside = String::new();
    let mut rest = text.strip_prefix('"')?;
    loop {
        let (before, behind) = rest.split_once('"')?;
        inside.push_str(before);
        match behind.strip_prefix('"') {
            Some(next) => {
                inside.push('"');
                rest = next;
            }
            None if behind.is_empty() || behind.starts_with(['\t', '\n']) => return Some((inside, behind)),
            None => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cells(text: &str) -> Vec<Vec<String>> {
        read(text, 100).0
    }

    #[test]
    fn lines_end_as_any_system_ends_them() {
        for text in ["12,5\n\nABS", "12,5\r\n\r\nABS\r\n", "12,5\r\rABS\r", "\"12,5\"\n\n ABS\u{a0}\n\n"] {
            assert_eq!(cells(text), [["12,5"], [""], ["ABS"]], "{text:?}");
        }
    }

    #[test]
    fn tabs_part_cells_and_quotes_hold_them_together() {
        assert_eq!(cells("12\t\t13.5\n\u{202f}8,25\u{a0}\t9"), [vec!["12", "", "13.5"], vec!["8,25", "9"]]);
        assert_eq!(cells("\"a\tb\nc \"\"d\"\"\"\t7"), [["a\tb\nc \"d\"", "7"]]);
        assert_eq!(cells("\"12\t13"), [["\"12", "13"]], "a quote that is not closed is a sign like others");
        assert_eq!(cells("\"12\"3\t4"), [["\"12\"3", "4"]]);
    }

    #[test]
    fn ten_thousand_lines_are_counted_and_not_kept() {
        let (lines, behind) = read(&"12,5\r\n".repeat(10_000), 60);
        assert_eq!((lines.len(), behind), (60, 9_940));
        assert_eq!(read(&"\n".repeat(10_000), 60), (vec![], 0));
    }

    proptest! {
        #[test]
        fn what_a_spreadsheet_writes_is_read_again(table in proptest::collection::vec(
            proptest::collection::vec("[a-z0-9,.]{1,5}([\t\n\"][a-z0-9]{1,3})?", 1..5), 1..8)) {
            let quote = |text: &String| if text.contains(['\t', '\n', '"']) {
                format!("\"{}\"", text.replace('"', "\"\""))
            } else {
                text.clone()
            };
            let lines: Vec<String> =
                table.iter().map(|line| line.iter().map(quote).collect::<Vec<_>>().join("\t")).collect();
            prop_assert_eq!(cells(&lines.join("\r\n").replace("\r\n", "\n")), table);
        }

        #[test]
        fn any_text_is_read(text in "\\PC{0,60}", most in 0usize..5) {
            let (lines, _) = read(&text, most);
            prop_assert!(lines.len() <= most);
        }
    }
}
