//! Reads a table from CSV bytes as programs and spreadsheets really write them: any of the usual encodings,
//! separators and line ends, with limits on everything that a hostile file could blow up.

mod error;

pub use error::ReadError;

/// What is allowed at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub bytes: u64,
    pub columns: usize,
    pub rows: usize,
}

impl Default for Limits {
    /// 64 MiB, 256 columns, 200,000 rows: far above a school, far below a machine's memory.
    fn default() -> Self {
        Self { bytes: 64 << 20, columns: 256, rows: 200_000 }
    }
}

/// A table: every row has as many cells as there are headings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    pub headers: Vec<String>,
    /// Number in the file (1 is the first row after the headings; blank rows count and are left out) and cells.
    pub rows: Vec<(u64, Vec<String>)>,
    /// `;`, `,` or tab.
    pub delimiter: char,
    /// As the encoding standard names it: `UTF-8`, `windows-1252`…
    pub encoding: &'static str,
}

/// Reads a table.
///
/// # Errors
/// Empty, not a text table, larger than the limits, or with rows longer than the headings.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Table, ReadError> {
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > limits.bytes {
        return Err(ReadError::TooLarge { mebibytes: limits.bytes >> 20 });
    }
    let (text, encoding) = decode(bytes)?;
    if text.trim().is_empty() {
        return Err(ReadError::Empty);
    }
    let delimiter = delimiter(&text);
    if let Some(line) = open_quote(&text, delimiter) {
        return Err(ReadError::OpenQuote { line });
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(u8::try_from(delimiter).unwrap_or(b','))
        .from_reader(text.as_bytes());
    let mut records = reader.records();
    let first = records.next().ok_or(ReadError::Empty)?.map_err(|_| ReadError::Binary)?;
    let mut headers: Vec<String> = first.iter().map(|cell| cell.trim().to_owned()).collect();
    while headers.last().is_some_and(String::is_empty) {
        headers.pop();
    }
    if headers.is_empty() {
        return Err(ReadError::Empty);
    }
    if headers.len() > limits.columns {
        return Err(ReadError::TooManyColumns { max: limits.columns });
    }
    let mut rows = Vec::new();
    for (record, number) in records.zip(1_u64..) {
        let record = record.map_err(|_| ReadError::Binary)?;
        if rows.len() >= limits.rows {
            return Err(ReadError::TooManyRows { max: limits.rows });
        }
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        // Cutting what stands beyond the headings would lose it unseen.
        if record.iter().skip(headers.len()).any(|cell| !cell.trim().is_empty()) {
            return Err(ReadError::LongRow { row: number });
        }
        let mut cells: Vec<String> = record.iter().take(headers.len()).map(str::to_owned).collect();
        cells.resize(headers.len(), String::new());
        rows.push((number, cells));
    }
    Ok(Table { headers, rows, delimiter, encoding })
}

/// The text of the bytes, without its byte-order mark.
fn decode(bytes: &[u8]) -> Result<(String, &'static str), ReadError> {
    if bytes.is_empty() {
        return Err(ReadError::Empty);
    }
    if let Some(kind) = known_binary(bytes) {
        return Err(kind);
    }
    let encoding = match encoding_rs::Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None if utf16_without_mark(bytes, 1) => encoding_rs::UTF_16LE,
        None if utf16_without_mark(bytes, 0) => encoding_rs::UTF_16BE,
        None if std::str::from_utf8(bytes).is_ok() => encoding_rs::UTF_8,
        None => guess(bytes),
    };
    let (text, _, broken) = encoding.decode(bytes);
    if broken || text.contains('\0') {
        return Err(ReadError::Binary);
    }
    Ok((text.into_owned(), encoding.name()))
}

/// Files that people give for tables, by their first bytes.
fn known_binary(bytes: &[u8]) -> Option<ReadError> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Some(ReadError::Spreadsheet);
    }
    let others: [&[u8]; 5] = [b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b", b"SQLite format 3"];
    others.iter().any(|magic| bytes.starts_with(magic)).then_some(ReadError::Binary)
}

/// Western text in UTF-16 has a zero in nearly every second byte: those at `odd` (1 for little-endian).
fn utf16_without_mark(bytes: &[u8], odd: usize) -> bool {
    let looked: Vec<u8> = bytes.iter().copied().take(512).collect();
    let zeros = |start: usize| looked.iter().skip(start).step_by(2).filter(|byte| **byte == 0).count();
    let pairs = looked.len() / 2;
    pairs >= 4 && zeros(odd) * 10 >= pairs * 9 && zeros(1 - odd) == 0
}

fn guess(bytes: &[u8]) -> &'static encoding_rs::Encoding {
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guessed = detector.guess(None, chardetng::Utf8Detection::Allow);
    // The two differ in six letters that only Turkish and Icelandic have; where neither is likely the Western one is
    // meant, as spreadsheets here write it.
    if guessed == encoding_rs::WINDOWS_1254 { encoding_rs::WINDOWS_1252 } else { guessed }
}

/// The line of a quotation mark that opens a cell and is never closed: all that follows would be one cell.
fn open_quote(text: &str, delimiter: char) -> Option<u64> {
    let (mut line, mut opened) = (1_u64, None);
    let mut start = true;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if c == '\n' {
            line = line.saturating_add(1);
        }
        if opened.is_some() {
            if c == '"' && rest.next_if_eq(&'"').is_none() {
                opened = None;
            }
            start = false;
            continue;
        }
        if start && c == '"' {
            opened = Some(line);
        }
        start = c == delimiter || c == '\n' || c == '\r';
    }
    opened
}

/// The separator that stands most often outside quotes in the first lines; a comma where none does.
fn delimiter(text: &str) -> char {
    const LINES: usize = 20;
    let mut counts = [(';', 0_usize), (',', 0), ('\t', 0)];
    let (mut quoted, mut lines) = (false, 0_usize);
    for c in text.chars().take(100_000) {
        match c {
            '"' => quoted = !quoted,
            '\n' if !quoted => {
                lines += 1;
                if lines == LINES {
                    break;
                }
            }
            _ if !quoted => {
                if let Some((_, count)) = counts.iter_mut().find(|(known, _)| *known == c) {
                    *count += 1;
                }
            }
            _ => {}
        }
    }
    // On a tie the first wins: a French table has decimal commas between its semicolons.
    counts.iter().rev().max_by_key(|(_, count)| *count).filter(|(_, count)| *count > 0).map_or(',', |(c, _)| *c)
}

#[cfg(test)]
mod tests;
