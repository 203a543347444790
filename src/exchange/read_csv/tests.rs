use super::*;

fn table(bytes: &[u8]) -> Table {
    read(bytes, &Limits::default()).expect("a table")
}

#[test]
fn separators_are_counted_outside_quotes() {
    assert_eq!(table(b"a;b\n1,5;\"x,y,z\"\n").delimiter, ';');
    assert_eq!(table(b"a,b\n1,\"x;y;z;w\"\n").delimiter, ',');
    assert_eq!(table(b"a\tb\n1\t2\n").delimiter, '\t');
    assert_eq!(table(b"a\n1\n").headers, ["a"]);
}

#[test]
fn encodings_are_recognised() {
    let text = "nom;prénom\nTraoré;Aïssata\n";
    let utf16 = |little: bool| -> Vec<u8> {
        let bytes = text.encode_utf16().flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() });
        bytes.collect()
    };
    let mut with_mark = vec![0xff, 0xfe];
    with_mark.extend(utf16(true));
    let (latin, ..) = encoding_rs::WINDOWS_1252.encode(text);
    let files = [
        text.as_bytes().to_vec(),
        format!("\u{feff}{text}").into_bytes(),
        with_mark,
        utf16(true),
        utf16(false),
        latin.into_owned(),
    ];
    for file in files {
        let table = table(&file);
        assert_eq!(table.headers, ["nom", "prénom"], "{}", table.encoding);
        assert_eq!(table.rows, [(1, vec!["Traoré".to_owned(), "Aïssata".to_owned()])], "{}", table.encoding);
    }
}

#[test]
fn rows_keep_their_numbers_and_lengths() {
    let table = table(b"a;b;c;\r\n1;2\r\n;;\r\n\"3\n4\";5;6;\r\n");
    assert_eq!(table.headers, ["a", "b", "c"]);
    let row = |number, cells: [&str; 3]| (number, cells.map(str::to_owned).to_vec());
    assert_eq!(table.rows, [row(1, ["1", "2", ""]), row(3, ["3\n4", "5", "6"])]);
}

#[test]
fn what_is_no_table_is_refused() {
    let limits = Limits { bytes: 1 << 20, columns: 3, rows: 2 };
    let why = |bytes: &[u8]| read(bytes, &limits).expect_err("refused");
    assert_eq!(why(b""), ReadError::Empty);
    assert_eq!(why(b" \n\n "), ReadError::Empty);
    assert_eq!(why(b"\xef\xbb\xbf"), ReadError::Empty);
    assert_eq!(why(b"PK\x03\x04rest"), ReadError::Spreadsheet);
    assert_eq!(why(b"%PDF-1.7 x"), ReadError::Binary);
    assert_eq!(why(b"a;b\n1;\x00\x01\x02\n"), ReadError::Binary);
    assert_eq!(why(b"a;b;c;d\n"), ReadError::TooManyColumns { max: 3 });
    assert_eq!(why(b"a\n1\n2\n3\n"), ReadError::TooManyRows { max: 2 });
    assert_eq!(why(b"a;b\n1;2;3\n"), ReadError::LongRow { row: 1 });
    assert_eq!(why(&vec![b'a'; (1 << 20) + 1]), ReadError::TooLarge { mebibytes: 1 });
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_it_fall(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..400)) {
        if let Ok(table) = read(&bytes, &Limits::default()) {
            for (_, cells) in &table.rows {
                proptest::prop_assert_eq!(cells.len(), table.headers.len());
            }
        }
    }
}

#[test]
fn a_quotation_mark_that_is_never_closed_is_named_with_its_line() {
    let file = "nom;prénom\nTRAORÉ;Awa\n\"DIALLO;Modibo\nKEÏTA;Oumou\n";
    assert_eq!(read(file.as_bytes(), &Limits::default()).map(|_| ()), Err(ReadError::OpenQuote { line: 3 }));
    // One inside a cell, a doubled one and one over two lines are a table's own.
    for good in ["nom\nL\"Or\n", "nom\n\"a \"\"b\"\" c\"\n", "nom\n\"a\nb\"\n"] {
        assert!(read(good.as_bytes(), &Limits::default()).is_ok(), "{good}");
    }
}

#[test]
fn a_broken_byte_does_not_make_a_school_turkish() {
    let table = read(b"nom;pr\xe9nom\nDIALLO;\xff\xfe\n", &Limits::default()).expect("a table");
    assert_eq!(table.encoding, "windows-1252");
}
