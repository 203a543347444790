//! Moving over lists of every length, page by page.

use super::*;

fn cursor(n: usize) -> Cursor {
    Cursor { keys: Vec::new(), id: n.to_string() }
}

/// Plays a list of `total` rows read in pages of 50.
fn serve(total: usize, want: &Want) -> Page<usize> {
    let at = |cursor: &Cursor| cursor.id.parse::<usize>().expect("number");
    let range = match want {
        Want::First => 0..50.min(total),
        Want::Last => total.saturating_sub(50)..total,
        Want::After(cursor) => at(cursor) + 1..(at(cursor) + 51).min(total),
        Want::Before(cursor) => at(cursor).saturating_sub(50)..at(cursor),
    };
    let more = match want {
        Want::First | Want::After(_) => range.end < total,
        Want::Last | Want::Before(_) => range.start > 0,
    };
    Page { items: range.clone().collect(), cursors: range.map(cursor).collect(), more }
}

fn settle(window: &mut Window<usize>, total: usize, mut want: Option<Want>) {
    while let Some(asked) = want {
        want = window.answered(&asked, serve(total, &asked));
    }
}

fn opened(total: usize) -> Window<usize> {
    let mut window = Window::default();
    window.resize(20);
    settle(&mut window, total, Some(Want::First));
    window
}

#[test]
fn ten_thousand_rows_are_walked_down_and_up_with_few_in_memory() {
    let mut window = opened(10_000);
    for expected in 1..10_000 {
        let want = window.step(1);
        settle(&mut window, 10_000, want);
        assert_eq!(window.selected(), Some(&expected));
        assert!(window.rows.len() < 1_000);
    }
    for expected in (0..9_999).rev() {
        let want = window.step(-1);
        settle(&mut window, 10_000, want);
        assert_eq!(window.selected(), Some(&expected));
    }
}

#[test]
fn a_move_beyond_what_is_loaded_is_done_when_the_page_comes() {
    let mut window = opened(500);
    let want = window.step(120);
    settle(&mut window, 500, want);
    assert_eq!(window.selected(), Some(&120));
    let want = window.last();
    settle(&mut window, 500, want);
    assert_eq!(window.selected(), Some(&499));
    let want = window.step(-200);
    settle(&mut window, 500, want);
    assert_eq!(window.selected(), Some(&299));
    let want = window.first();
    settle(&mut window, 500, want);
    assert_eq!(window.selected(), Some(&0));
}

#[test]
fn the_edge_moves_the_view_by_a_page() {
    let mut window = opened(100);
    let want = window.step(19);
    settle(&mut window, 100, want);
    assert_eq!(window.visible().next(), Some((false, &0)));
    let want = window.step(1);
    settle(&mut window, 100, want);
    assert_eq!(window.visible().next(), Some((true, &20)));
}

#[test]
fn news_do_not_move_the_cursor() {
    let mut window = opened(100);
    let want = window.step(10);
    settle(&mut window, 100, want);
    let (seek, count) = window.again();
    assert_eq!((seek, count), (Seek::First, 100));
    // Three rows came before the selected one, which is still there.
    let items: Vec<usize> = [900, 901, 902].into_iter().chain(0..97).collect();
    let cursors = items.iter().map(|n| cursor(*n)).collect();
    let _ = window.refreshed(Page { items, cursors, more: true }, |one, two| one == two);
    assert_eq!((window.selected(), window.line()), (Some(&10), 10));
    // It is gone: the one that took its place is selected.
    let items: Vec<usize> = [900, 901, 902].into_iter().chain((0..97).filter(|n| *n != 10)).collect();
    let cursors = items.iter().map(|n| cursor(*n)).collect();
    let _ = window.refreshed(Page { items, cursors, more: true }, |one, two| one == two);
    assert_eq!((window.selected(), window.line()), (Some(&11), 10));
}

#[test]
fn a_taller_screen_shows_more_rows_at_once() {
    let mut window = opened(100);
    let want = window.step(90);
    settle(&mut window, 100, want);
    assert_eq!(window.shown(40).count(), 40);
    assert!(window.shown(5).any(|(selected, _)| selected));
}

#[test]
fn an_answer_to_an_older_list_is_nothing() {
    let mut window = opened(100);
    assert_eq!(window.answered(&Want::After(cursor(7)), serve(100, &Want::After(cursor(7)))), None);
    assert_eq!(window.loaded().count(), 50);
}
