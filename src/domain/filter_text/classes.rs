//! Classes by name, level or series.

use super::{FilterContext, FilterErrorKind, absent, fields, is_none, lex::Token};
use crate::domain::{entities::Class, query::Filter, text_values::Name, words::fold};

/// Letters and digits only, folded: `10e A` and `10ea` are the same class.
fn bare(text: &str) -> String {
    fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Names of the classes whose name (or level, or series) is the text, or else begins with it.
pub(super) fn find<'a>(
    context: &FilterContext<'a>,
    text: &str,
    of: impl Fn(&'a Class) -> Option<&'a Name>,
) -> Vec<String> {
    let wanted = bare(text);
    if wanted.is_empty() {
        return Vec::new();
    }
    let known: Vec<(String, &Class)> =
        context.classes.iter().filter_map(|class| Some((bare(of(class)?.as_str()), class))).collect();
    let such = |fits: &dyn Fn(&str) -> bool| -> Vec<String> {
        known.iter().filter(|(name, _)| fits(name)).map(|(_, class)| class.name.to_string()).collect()
    };
    let exact = such(&|name| name == wanted);
    if exact.is_empty() { such(&|name| name.starts_with(&wanted)) } else { exact }
}

/// Classes by name, level or series; several with commas: `classe:TSE,TLL`.
pub(super) fn classes<'a>(
    token: &Token,
    context: &FilterContext<'a>,
    of: impl Fn(&'a Class) -> Option<&'a Name> + Copy,
    unknown: impl Fn(Option<String>) -> FilterErrorKind,
) -> Result<Filter, FilterErrorKind> {
    let mut names = find(context, &token.value, of);
    if names.is_empty() && is_none(&token.value) {
        return Ok(absent("class_name"));
    }
    if names.is_empty() {
        for text in token.value.split(',').filter(|text| !text.trim().is_empty()) {
            let more = find(context, text, of);
            if more.is_empty() {
                return Err(unknown(fields::near(text, context.classes.iter().filter_map(of).map(Name::as_str))));
            }
            names.extend(more);
        }
    }
    names.sort();
    names.dedup();
    if names.is_empty() { Err(FilterErrorKind::NoValue) } else { Ok(Filter::any_of("class_name", names)) }
}
