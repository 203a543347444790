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
        AuditFault::Anchor => t!(locale, "audit-anchor", seq = seq),
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
