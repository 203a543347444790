//! The house's floors: a room imports only from floors below it. This reads every source, `use` trees, inline paths,
//! re-exports and macro bodies included, and fails with the file, the line's path and the rule that it breaks.

use std::{
    fs,
    path::{Path, PathBuf},
};

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    UseTree,
    visit::{self, Visit},
};

/// Rooms from the ground up.
const FLOORS: &[&[&str]] = &[
    &["domain"],
    &["protocol", "text"],
    &["store", "cache"],
    &["reports", "exchange", "notify"],
    &["backend"],
    &["ui"],
    &["cli", "ssh", "main", "lib"],
];

/// Imports on one floor that are meant: `text` makes the sentences of `protocol`'s failures, `main` starts `cli`.
const NEIGHBOURS: &[(&str, &str)] = &[("text", "protocol"), ("main", "cli"), ("cli", "ssh")];

/// Crates that a room never names.
const STRANGERS: &[(&str, &[&str])] = &[
    ("ui", &["mongodb", "bson", "rusqlite", "fred", "typst", "lettre"]),
    ("domain", &["tokio", "ratatui", "crossterm", "bson", "rusqlite", "mongodb", "fred"]),
];

/// Names at the crate's root that are no room: exported macros, which stand above no floor.
const ROOT_NAMES: &[&str] = &["t"];

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

/// Walks one file and notes every path that it names.
struct Reader {
    /// Module path of where the walk stands, the room first.
    module: Vec<String>,
    paths: Vec<Vec<String>>,
}

impl Reader {
    /// The path from the crate's root if it is one of ours, else as written.
    fn note(&mut self, segments: &[String]) {
        let mut base = self.module.clone();
        let mut rest = segments;
        let mut ours = false;
        while let Some((first, tail)) = rest.split_first() {
            match first.as_str() {
                "crate" | "carnet" => base.clear(),
                "self" => {}
                "super" => drop(base.pop()),
                _ => break,
            }
            ours = true;
            rest = tail;
        }
        let mut path = Vec::new();
        if ours {
            path.push("crate".to_owned());
            path.extend(base);
        }
        path.extend(rest.iter().cloned());
        self.paths.push(path);
    }

    fn tree(&mut self, before: &mut Vec<String>, tree: &UseTree) {
        match tree {
            UseTree::Path(path) => {
                before.push(path.ident.to_string());
                self.tree(before, &path.tree);
                before.pop();
            }
            UseTree::Group(group) => group.items.iter().for_each(|item| self.tree(before, item)),
            UseTree::Name(name) => self.leaf(before, &name.ident.to_string()),
            UseTree::Rename(rename) => self.leaf(before, &rename.ident.to_string()),
            UseTree::Glob(_) => self.leaf(before, "*"),
        }
    }

    fn leaf(&mut self, before: &[String], name: &str) {
        let path: Vec<String> = before.iter().cloned().chain([name.to_owned()]).collect();
        self.note(&path);
    }

    /// Macro bodies are not syntax yet: any run `a::b::c` in them counts as a path.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        self.flush(&mut path);
                    }
                    path.push(ident.to_string());
                    colons = 0;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
                TokenTree::Group(group) => {
                    // `crate::{a, b}` in a macro: each name of the group goes on the path.
                    if colons == 2 && !path.is_empty() {
                        for inner in group.stream() {
                            if let TokenTree::Ident(ident) = inner {
                                self.leaf(&path.clone(), &ident.to_string());
                            }
                        }
                    }
                    self.flush(&mut path);
                    colons = 0;
                    self.tokens(group.stream());
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {
                    self.flush(&mut path);
                    colons = 0;
                }
            }
        }
        self.flush(&mut path);
    }

    fn flush(&mut self, path: &mut Vec<String>) {
        if path.len() > 1 {
            self.note(path);
        }
        path.clear();
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.tree(&mut Vec::new(), &item.tree);
    }

    fn visit_item_extern_crate(&mut self, item: &'ast syn::ItemExternCrate) {
        self.paths.push(vec![item.ident.to_string()]);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if segments.len() > 1 {
            self.note(&segments);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, item: &'ast syn::Macro) {
        self.visit_path(&item.path);
        self.tokens(item.tokens.clone());
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        if let syn::Meta::List(list) = &attribute.meta {
            self.tokens(list.tokens.clone());
        }
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        self.module.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.module.pop();
    }
}

/// What is wrong in a source that stands at `module` (the room first).
fn faults(module: &[&str], source: &str) -> Vec<String> {
    let Ok(file) = syn::parse_file(source) else { return vec!["does not parse".to_owned()] };
    let Some(room) = module.first().copied() else { return vec!["has no room".to_owned()] };
    let Some(own) = floor(room) else { return vec![format!("the room `{room}` stands on no floor")] };
    // The roots of the crate are not modules of their own.
    let base = if matches!(room, "main" | "lib") { &[] } else { module };
    let mut reader = Reader { module: base.iter().map(|part| (*part).to_owned()).collect(), paths: Vec::new() };
    reader.visit_file(&file);
    let strangers = STRANGERS.iter().find(|(of, _)| *of == room).map_or(&[][..], |(_, names)| *names);
    let mut found = Vec::new();
    for path in reader.paths {
        let written = path.join("::");
        match path.split_first() {
            Some((first, rest)) if first == "crate" => {
                let Some(target) = rest.first().map(String::as_str) else { continue };
                if target == room || ROOT_NAMES.contains(&target) || NEIGHBOURS.contains(&(room, target)) {
                    continue;
                }
                match floor(target) {
                    Some(other) if other < own => {}
                    Some(other) => found.push(format!("{room} (floor {own}) imports {written} (floor {other})")),
                    None if room == "main" || room == "lib" => {}
                    None => found.push(format!("{room} imports {written}, which is no room with a floor")),
                }
            }
            Some((first, _)) if strangers.contains(&first.as_str()) => {
                found.push(format!("{room} names {written}"));
            }
            _ => {}
        }
    }
    found
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn no_import_runs_upward() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    assert!(files.len() > 20, "the sources were not found");
    let mut found = Vec::new();
    for file in files {
        let place = file.strip_prefix(&root).unwrap().with_extension("");
        let mut module: Vec<&str> = place.iter().map(|part| part.to_str().unwrap()).collect();
        if module.last() == Some(&"mod") {
            module.pop();
        }
        let faults = faults(&module, &fs::read_to_string(&file).unwrap());
        found.extend(faults.into_iter().map(|fault| format!("src/{}: {fault}", place.display())));
    }
    found.sort();
    found.dedup();
    assert!(found.is_empty(), "imports that run upward:\n{}", found.join("\n"));
}

#[test]
fn upward_imports_are_caught() {
    let caught = |module: &[&str], source: &str| !faults(module, source).is_empty();
    for source in [
        "use crate::backend::Link;",
        "use crate::{domain::id, backend::{self, Link}};",
        "pub use crate::backend::Link as Hidden;",
        "use super::super::backend::*;",
        "fn f() { let _ = crate::backend::start(); }",
        "fn f(link: &crate::backend::Link) {}",
        "fn f() { println!(\"{}\", crate::backend::NAME); }",
        "macro_rules! m { () => { use $crate::{backend}; } }",
        "mod inner { use super::super::super::backend; }",
        "#[cfg(test)] mod tests { use carnet::backend::Link; }",
        "impl crate::backend::Handler for X {}",
        "#[derive(crate::backend::Derive)] struct X;",
        "use crate::unheard_of::Thing;",
    ] {
        assert!(caught(&["store", "sqlite"], source), "{source}");
    }
    assert!(caught(&["cache"], "use crate::store::Store;"), "rooms of one floor do not meet");
    assert!(caught(&["protocol"], "use crate::text::Locale;"));
    assert!(caught(&["attic"], ""), "a room without a floor");
}

#[test]
fn strangers_are_caught() {
    for (room, source) in [
        ("ui", "use mongodb::Client;"),
        ("ui", "fn f() { rusqlite::Connection::open_in_memory(); }"),
        ("ui", "extern crate fred;"),
        ("ui", "use {typst::World as W};"),
        ("domain", "use tokio::sync::mpsc;"),
        ("domain", "fn f() { vec![ratatui::text::Line::default()]; }"),
    ] {
        assert_eq!(faults(&[room, "x"], source).len(), 1, "{source}");
    }
}

#[test]
fn downward_imports_pass() {
    for (module, source) in [
        (&["ui", "screens", "home"][..], "use crate::{backend::Link, domain::id, t}; use super::super::theme;"),
        (&["store"], "use super::domain::id; mod inner { use super::super::store::x; use self::y; }"),
        (&["text"], "use crate::protocol::Failure;"),
        (&["domain", "words"], "use super::score; use std::fmt; fn f() { let tokio = 1; }"),
        (&["main"], "use carnet::cli; fn main() { carnet::cli::main() }"),
    ] {
        assert_eq!(faults(module, source), Vec::<String>::new(), "{source}");
    }
}
