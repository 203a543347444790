//! What is wrong with the audit trail, in words.

use crate::{
    protocol::{AuditFault, AuditFinding},
    t,
    text::{Locale, sanitise},
};

/// The sentence of a finding.
#[must_use]
pub fn audit_finding(locale: &Locale, finding: &AuditFinding) -> String {
    let stream = sanitise::line(&finding.stream);
    let seq = finding.seq.to_string();
    match finding.fault {
        AuditFault::Altered => t!(locale, "audit-altered", stream = stream, seq = seq),
        AuditFault::Missing => t!(locale, "audit-missing", stream = stream, seq = seq),
        AuditFault::Cut => t!(locale, "audit-cut", stream = stream, seq = seq),
        AuditFault::Replaced => t!(locale, "audit-replaced", stream = stream, seq = seq),
        AuditFault::Behind => t!(locale, "audit-behind", stream = stream, seq = seq),
        AuditFault::Anchor => t!(locale, "audit-anchor", seq = seq),
    }
}

/// The same in a few words, beside chain and number.
#[must_use]
pub fn audit_fault(locale: &Locale, fault: AuditFault) -> String {
    match fault {
        AuditFault::Altered => t!(locale, "audit-short-altered"),
        AuditFault::Missing => t!(locale, "audit-short-missing"),
        AuditFault::Cut => t!(locale, "audit-short-cut"),
        AuditFault::Replaced => t!(locale, "audit-short-replaced"),
        AuditFault::Behind => t!(locale, "audit-short-behind"),
        AuditFault::Anchor => t!(locale, "audit-short-anchor"),
    }
}

/// A value of an entry on one line.
#[must_use]
pub fn audit_value(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Null => String::new(),
        serde_json::Value::String(text) => sanitise::line(text),
        other => sanitise::line(&other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Lang;

    /// A table cuts longer cells, and what is wrong would be cut off first.
    #[test]
    fn every_fault_fits_a_cell() {
        let all = [
            AuditFault::Altered,
            AuditFault::Missing,
            AuditFault::Cut,
            AuditFault::Replaced,
            AuditFault::Behind,
            AuditFault::Anchor,
        ];
        for lang in Lang::ALL {
            let locale = Locale::new(lang);
            for words in all.map(|fault| audit_fault(&locale, fault)) {
                assert!(words.len() > 10 && sanitise::width(&words) <= 60, "{words}");
            }
        }
    }
}
