//! What the history says, in words: acts and values.

use serde_json::Value;

use super::{Locale, format, sanitise};
use crate::{
    domain::{
        entities::Evaluation,
        history::{
            BULLETIN_CLOSE, BULLETIN_REDO, BULLETIN_SET, BULLETIN_UNDO, EVALUATION_DELETE, EVALUATION_RESTORE,
            MARK_REDO, MARK_SET, MARK_UNDO, SHEET_CLOSE,
        },
    },
    t,
};

/// What was done to a sheet: `annulation`, `import`, `évaluation supprimée`… An act without a name is told as it is
/// called.
#[must_use]
pub fn act(locale: &Locale, action: &str) -> String {
    match action {
        MARK_SET => t!(locale, "change-mark-set"),
        MARK_UNDO => t!(locale, "change-mark-undo"),
        MARK_REDO => t!(locale, "change-mark-redo"),
        "mark.import" => t!(locale, "change-mark-import"),
        "mark.restore" => t!(locale, "change-mark-restore"),
        "evaluation.save" => t!(locale, "change-evaluation-save"),
        "evaluation.move" => t!(locale, "change-evaluation-move"),
        EVALUATION_DELETE => t!(locale, "change-evaluation-delete"),
        EVALUATION_RESTORE => t!(locale, "change-evaluation-restore"),
        SHEET_CLOSE | BULLETIN_CLOSE => t!(locale, "change-sheet-close"),
        BULLETIN_SET => t!(locale, "change-bulletin-set"),
        BULLETIN_UNDO => t!(locale, "change-mark-undo"),
        BULLETIN_REDO => t!(locale, "change-mark-redo"),
        "sheet.reopen" => t!(locale, "change-sheet-reopen"),
        other => sanitise::line(other),
    }
}

/// A mark with two decimals, a code, a column by its title, scale and coefficient; a dash for nothing.
#[must_use]
pub fn value(locale: &Locale, value: &Value) -> String {
    match value {
        Value::Number(number) => {
            number.as_f64().map_or_else(String::new, |number| format::decimal(number, 2, locale.lang()))
        }
        Value::String(code) => sanitise::line(code),
        Value::Object(_) => match serde_json::from_value::<Evaluation>(value.clone()) {
            Ok(column) => {
                let scale = format::decimal(column.scale.to_f64(), 0, locale.lang());
                let title = sanitise::line(column.title.as_str());
                let said = t!(locale, "change-column", title = title, scale = scale, coefficient = column.coefficient);
                if column.published { said } else { t!(locale, "change-column-unpublished", column = said) }
            }
            Err(_) => "…".to_owned(),
        },
        Value::Null | Value::Bool(_) | Value::Array(_) => "—".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::text::Lang;

    #[test]
    fn values_are_shown_as_on_the_sheet() {
        let locale = Locale::new(Lang::Fr);
        let said = [json!(12.5), json!("ABS"), json!(null)].map(|it| value(&locale, &it));
        assert_eq!(said, ["12,50", "ABS", "—"]);
        let column = json!({"id": "e", "kind": "test", "title": "Devoir 1", "date": null, "scale": 40,
            "coefficient": 2, "published": true});
        assert_eq!(value(&locale, &column), "Devoir 1 /40 coef. 2");
        let mut hidden = column;
        hidden["published"] = json!(false);
        assert_eq!(value(&locale, &hidden), "Devoir 1 /40 coef. 2 (non publiée)");
    }

    #[test]
    fn every_act_of_a_sheet_has_its_word() {
        for lang in Lang::ALL {
            let locale = Locale::new(lang);
            for action in [
                MARK_SET,
                MARK_UNDO,
                MARK_REDO,
                "mark.import",
                "mark.restore",
                "evaluation.save",
                EVALUATION_DELETE,
                EVALUATION_RESTORE,
                SHEET_CLOSE,
                BULLETIN_SET,
                BULLETIN_UNDO,
                BULLETIN_REDO,
                BULLETIN_CLOSE,
                "sheet.reopen",
            ] {
                let said = act(&locale, action);
                assert!(!said.contains('.') && !said.contains("change-"), "{said}");
            }
            assert_eq!(act(&locale, "new\u{1b}.act"), sanitise::line("new\u{1b}.act"));
        }
    }
}
