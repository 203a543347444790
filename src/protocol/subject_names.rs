//! Subjects by their names, as people type several of them.

use super::Setup;
use crate::domain::{id::SubjectId, words};

impl Setup {
    /// The subject of that name or short name; accents and case do not count.
    fn subject_called(&self, typed: &str) -> Option<&SubjectId> {
        let typed = words::fold(typed.trim());
        let all = || self.subjects.iter().map(|subject| &subject.body);
        let named = all().find(|subject| words::fold(subject.name.as_str()) == typed);
        let short = || all().find(|one| one.short.as_ref().is_some_and(|short| words::fold(short.as_str()) == typed));
        named.or_else(short).map(|subject| &subject.id)
    }

    /// Reads names of subjects with commas or semicolons between them, each once, in that order. A name may itself
    /// hold a comma: the longest that is known counts.
    ///
    /// # Errors
    /// The first word that names no subject.
    pub fn subjects_called(&self, typed: &str) -> Result<Vec<SubjectId>, String> {
        const BETWEEN: [char; 2] = [',', ';'];
        let mut found: Vec<SubjectId> = Vec::new();
        let mut rest = typed.trim();
        loop {
            rest = rest.trim_start_matches(|c: char| BETWEEN.contains(&c) || c.is_whitespace());
            if rest.is_empty() {
                return Ok(found);
            }
            let ends = std::iter::once(rest.len()).chain(rest.rmatch_indices(BETWEEN).map(|(at, _)| at));
            let hit = ends
                .filter_map(|end| rest.split_at_checked(end))
                .find_map(|(name, after)| self.subject_called(name).map(|id| (id.clone(), after)));
            let Some((id, after)) = hit else {
                return Err(rest.split(BETWEEN).next().unwrap_or_default().trim().to_owned());
            };
            if !found.contains(&id) {
                found.push(id);
            }
            rest = after;
        }
    }

    /// The names of those subjects that the school has, in the given order.
    #[must_use]
    pub fn subject_names(&self, ids: &[SubjectId]) -> Vec<&str> {
        ids.iter().filter_map(|id| self.subject(id)).map(|subject| subject.name.as_str()).collect()
    }
}
