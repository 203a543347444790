//! Finding the file: a path with completion.

use std::path::{Path, PathBuf};

use ratatui::crossterm::event::KeyEvent;

use super::{Import, PATH_KEYS, PathDo, Step, columns};
use crate::{
    exchange::read_csv::{self, Limits},
    t,
    text::sanitise,
    ui::{
        ctx::Ctx,
        effect::{Effect, FileDone, FileJob, Slot},
        keymap::find,
        msg::{FileTrouble, FileWhy},
        widgets::TextInput,
    },
};

const LIST: Slot = Slot("import-list");
const READ: Slot = Slot("import-read");
/// Longest path that can be typed.
const LONGEST: usize = 1_000;

/// Looking for the file.
pub(super) struct Finding {
    pub typed: TextInput,
    /// The folder that is listed, and what it holds.
    folder: Option<PathBuf>,
    entries: Vec<(String, bool)>,
    pub selected: usize,
    pub reading: bool,
    pub trouble: Option<String>,
}

/// Folder and beginning of a name: what stands before and after the last slash.
fn parts(typed: &str) -> (&str, &str) {
    typed.rfind('/').map_or(("", typed), |slash| typed.split_at(slash + 1))
}

impl Finding {
    pub fn new(typed: &str) -> Self {
        Self {
            typed: TextInput::new(LONGEST).with(typed),
            folder: None,
            entries: Vec::new(),
            selected: 0,
            reading: false,
            trouble: None,
        }
    }

    /// Asks what the folder holds, if it is another one.
    pub fn list(&mut self, ctx: &Ctx) -> Vec<Effect> {
        let (folder, _) = parts(self.typed.text());
        let folder = if folder.is_empty() { PathBuf::from(".") } else { ctx.path(folder) };
        if self.folder.as_ref() == Some(&folder) {
            return Vec::new();
        }
        self.folder = Some(folder.clone());
        self.entries.clear();
        vec![Effect::File { slot: LIST, job: FileJob::List { folder } }]
    }

    /// What the typed name may become: folders and files that begin so. Hidden ones only if a dot is typed.
    pub fn fitting(&self) -> Vec<&(String, bool)> {
        let (_, begun) = parts(self.typed.text());
        let begun = begun.to_lowercase();
        let fits =
            |name: &str| name.to_lowercase().starts_with(&begun) && (begun.starts_with('.') || !name.starts_with('.'));
        self.entries.iter().filter(|(name, _)| fits(name)).collect()
    }

    /// Puts the selected entry into the field. `true`: it is a folder.
    fn complete(&mut self) -> Option<bool> {
        let (name, folder) = self.fitting().get(self.selected).map(|(name, folder)| (name.clone(), *folder))?;
        let (before, _) = parts(self.typed.text());
        let whole = format!("{before}{name}{}", if folder { "/" } else { "" });
        self.typed.set(&whole);
        self.selected = 0;
        Some(folder)
    }

    fn open(&mut self, ctx: &Ctx) -> Vec<Effect> {
        let exact = self.fitting().iter().any(|(name, folder)| !folder && name == parts(self.typed.text()).1);
        // A whole name is meant as it stands; otherwise the line under the cursor.
        if !exact && self.complete() == Some(true) {
            return self.list(ctx);
        }
        let path = self.typed.text().to_owned();
        if path.trim().is_empty() {
            self.trouble = Some(t!(ctx.locale, "import-no-path"));
            return vec![Effect::Bell];
        }
        self.reading = true;
        self.trouble = None;
        let job = FileJob::Read { path: ctx.path(&path), max: Limits::default().bytes };
        vec![Effect::File { slot: READ, job }]
    }

    pub fn key(&mut self, ctx: &Ctx, key: KeyEvent) -> Vec<Effect> {
        match find(PATH_KEYS, key) {
            Some(PathDo::Open) if self.reading => Vec::new(),
            Some(PathDo::Open) => self.open(ctx),
            Some(PathDo::Complete) => {
                self.complete();
                self.list(ctx)
            }
            Some(PathDo::Down) => {
                self.selected = (self.selected + 1).min(self.fitting().len().saturating_sub(1));
                Vec::new()
            }
            Some(PathDo::Up) => {
                self.selected = self.selected.saturating_sub(1);
                Vec::new()
            }
            None if self.typed.key(key) => self.typed_on(ctx),
            None => Vec::new(),
        }
    }

    pub fn typed_on(&mut self, ctx: &Ctx) -> Vec<Effect> {
        self.selected = 0;
        self.trouble = None;
        self.list(ctx)
    }

    fn listed(&mut self, folder: &Path, entries: Vec<(String, bool)>) {
        if self.folder.as_deref() == Some(folder) {
            self.entries = entries;
        }
    }
}

impl Import {
    /// A file has been read, or a folder listed.
    pub(super) fn file(&mut self, ctx: &Ctx, slot: Slot, result: Result<FileDone, FileTrouble>) -> Vec<Effect> {
        let Step::Path(finding) = &mut self.step else { return Vec::new() };
        match result {
            Ok(FileDone::Folder { folder, entries }) => finding.listed(&folder, entries),
            Ok(FileDone::Bytes { path, bytes }) => {
                finding.reading = false;
                match read_csv::read(&bytes, &Limits::default()) {
                    Ok(table) => {
                        let source = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
                        finding.typed.text().clone_into(&mut self.path);
                        self.columns = Some(columns::Columns::new(ctx, table, source));
                        self.step = Step::Columns;
                    }
                    Err(error) => finding.trouble = Some(error.sentence(&ctx.locale)),
                }
            }
            Err(trouble) => {
                // A folder that cannot be listed only has no completion.
                if slot == READ {
                    finding.reading = false;
                    finding.trouble = Some(said(ctx, &trouble));
                    return vec![Effect::Bell];
                }
            }
        }
        Vec::new()
    }
}

/// Why a file could not be read, and what to do.
fn said(ctx: &Ctx, trouble: &FileTrouble) -> String {
    let path = sanitise::line(&trouble.path.display().to_string());
    match trouble.why {
        FileWhy::NotFound => t!(ctx.locale, "import-not-found", path = path),
        FileWhy::Denied => t!(ctx.locale, "import-denied", path = path),
        FileWhy::WrongKind => t!(ctx.locale, "import-not-a-file", path = path),
        FileWhy::TooLarge => t!(ctx.locale, "csv-too-large", mebibytes = (Limits::default().bytes >> 20).to_string()),
        FileWhy::Other => t!(ctx.locale, "import-unreadable", path = path),
    }
}
