//! Hash chains of what was done: one a sheet, and one for each other stream.
//!
//! An entry's hash is an HMAC by the school's key over its place in the chain and a salted digest of its payload: who
//! can write to the store but has not the key cannot change, remove or slip in an entry unseen, and a person's
//! payload can be erased without breaking the chain.

use hmac::{Hmac, KeyInit, Mac};
use std::collections::BTreeSet;

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::environment::Ids;
use crate::{
    domain::{calendar::Timestamp, entities::AuditEntry, id::ActId},
    protocol::{AuditFault, AuditFinding},
};

/// What an entry says, before it has its place in a chain.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    pub action: &'static str,
    pub target: String,
    pub student: Option<String>,
    pub reverts: Option<ActId>,
    pub old: Value,
    pub new: Value,
    pub reason: Option<String>,
}

/// The end of a chain: how many entries, and the hash of the last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    pub count: u64,
    pub hash: String,
}

/// Who appends, when, in which act.
pub(super) struct Pen<'a> {
    pub key: &'a [u8],
    pub ids: &'a dyn Ids,
    pub at: Timestamp,
    pub actor: &'a str,
    pub act: &'a ActId,
}

impl Pen<'_> {
    /// The next entry of `stream` after `head`, which moves on.
    pub fn append(&self, stream: &str, head: &mut Head, said: Said) -> AuditEntry {
        let seq = head.count.saturating_add(1);
        let mut salt = [0_u8; 16];
        self.ids.fill(&mut salt);
        let mut entry = AuditEntry {
            id: AuditEntry::id_of(stream, seq),
            stream: stream.to_owned(),
            seq,
            at: self.at,
            actor: self.actor.to_owned(),
            action: said.action.to_owned(),
            target: said.target,
            student: said.student,
            act: self.act.clone(),
            reverts: said.reverts,
            old: said.old,
            new: said.new,
            reason: said.reason,
            salt: data_encoding::HEXLOWER.encode(&salt),
            digest: String::new(),
            prev: head.hash.clone(),
            hash: String::new(),
        };
        entry.digest = digest(&entry);
        entry.hash = chain_hash(self.key, &entry);
        head.count = seq;
        head.hash.clone_from(&entry.hash);
        entry
    }
}

/// The same text for the same value, however a store keeps numbers and orders members.
fn canonical(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => out.push_str(&whole.to_string()),
            // Stores may give 12.0 back as 12: both are written `12`.
            (None, Some(float)) => out.push_str(&float.to_string()),
            (None, None) => out.push_str(&number.to_string()),
        },
        Value::String(text) => out.push_str(&Value::String(text.clone()).to_string()),
        Value::Array(items) => {
            out.push('[');
            for item in items {
                canonical(item, out);
                out.push(',');
            }
            out.push(']');
        }
        Value::Object(members) => {
            let mut names: Vec<&String> = members.keys().collect();
            names.sort();
            out.push('{');
            for name in names {
                out.push_str(&Value::String(name.clone()).to_string());
                out.push(':');
                canonical(members.get(name).unwrap_or(&Value::Null), out);
                out.push(',');
            }
            out.push('}');
        }
    }
}

/// SHA-256 over salt and payload.
fn digest(entry: &AuditEntry) -> String {
    let mut payload = String::new();
    let reason = entry.reason.clone().map_or(Value::Null, Value::String);
    let student = entry.student.clone().map_or(Value::Null, Value::String);
    let parts =
        Value::Array(vec![Value::String(entry.target.clone()), student, entry.old.clone(), entry.new.clone(), reason]);
    canonical(&parts, &mut payload);
    let mut hasher = Sha256::new();
    hasher.update(entry.salt.as_bytes());
    hasher.update(payload.as_bytes());
    data_encoding::HEXLOWER.encode(&hasher.finalize())
}

/// HMAC-SHA-256 over the entry's place, act and digest. Parts are told apart by their lengths.
fn chain_hash(key: &[u8], entry: &AuditEntry) -> String {
    // HMAC takes a key of any length, so this cannot fail; an empty text would never verify.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return String::new() };
    let seq = entry.seq.to_string();
    let at = entry.at.as_millisecond().to_string();
    let reverts = entry.reverts.as_ref().map_or("", ActId::as_str);
    let parts = [
        entry.stream.as_str(),
        &seq,
        &at,
        &entry.actor,
        &entry.action,
        &entry.target,
        entry.act.as_str(),
        reverts,
        &entry.digest,
        &entry.prev,
    ];
    for part in parts {
        mac.update(part.len().to_string().as_bytes());
        mac.update(b":");
        mac.update(part.as_bytes());
    }
    data_encoding::HEXLOWER.encode(&mac.finalize().into_bytes())
}

/// Is the entry as it was written, by who has the key?
#[must_use]
pub fn genuine(key: &[u8], entry: &AuditEntry) -> bool {
    entry.digest == digest(entry) && entry.hash == chain_hash(key, entry)
}

/// What is wrong with one stream, given its entries (oldest first) and every head that is known of it, from the store or
/// from outside: entries that are not as they were written, that are missing, or that stand where another one stood.
#[must_use]
pub fn verify(key: &[u8], stream: &str, entries: &[AuditEntry], heads: &[Head]) -> Vec<AuditFinding> {
    let mut findings = BTreeSet::new();
    let mut find = |seq: u64, fault: AuditFault| {
        findings.insert(AuditFinding { stream: stream.to_owned(), seq, fault });
    };
    let mut reached = Head::default();
    for entry in entries {
        let next = reached.count.saturating_add(1);
        if entry.seq > next {
            find(next, AuditFault::Missing);
        }
        let follows = entry.seq > next || (entry.seq == next && entry.prev == reached.hash);
        if entry.stream != stream || !follows || !genuine(key, entry) {
            find(entry.seq, AuditFault::Altered);
        }
        reached = Head { count: entry.seq, hash: entry.hash.clone() };
    }
    for head in heads.iter().filter(|head| head.count > 0) {
        if head.count > reached.count {
            find(reached.count.saturating_add(1), AuditFault::Cut);
        } else if entries.iter().any(|entry| entry.seq == head.count && entry.hash != head.hash) {
            find(head.count, AuditFault::Replaced);
        }
    }
    findings.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::backend::SeededIds;

    fn chain() -> (Vec<AuditEntry>, Head) {
        let ids = SeededIds::new(7);
        let act = ActId::new("act");
        let pen = Pen { key: b"key", ids: &ids, at: Timestamp::UNIX_EPOCH, actor: "awa", act: &act };
        let mut head = Head::default();
        let entries = (0..5)
            .map(|n| {
                let said = Said { action: "mark.set", target: format!("e:{n}"), new: json!(n), ..Said::default() };
                pen.append("s", &mut head, said)
            })
            .collect();
        (entries, head)
    }

    #[test]
    fn a_whole_chain_verifies() {
        let (entries, head) = chain();
        assert_eq!(verify(b"key", "s", &entries, std::slice::from_ref(&head)), Vec::new());
        assert_eq!(verify(b"other", "s", &entries, &[head]).len(), 5);
    }

    fn found(entries: &[AuditEntry], heads: &[Head]) -> Vec<(u64, AuditFault)> {
        verify(b"key", "s", entries, heads).into_iter().map(|finding| (finding.seq, finding.fault)).collect()
    }

    #[test]
    fn tampering_is_found_and_located() {
        let (entries, head) = chain();
        let heads = [head.clone()];
        let mut changed = entries.clone();
        changed[2].new = json!(20);
        assert_eq!(found(&changed, &heads), [(3, AuditFault::Altered)]);
        let mut actor = entries.clone();
        actor[1].actor = "issa".to_owned();
        assert_eq!(found(&actor, &heads), [(2, AuditFault::Altered)]);
        let mut removed = entries.clone();
        removed.remove(2);
        assert_eq!(found(&removed, &heads), [(3, AuditFault::Missing)]);
        assert_eq!(found(&entries[..4], &heads), [(5, AuditFault::Cut)]);
        assert_eq!(found(&[], &heads), [(1, AuditFault::Cut)]);
    }

    #[test]
    fn a_chain_written_anew_differs_from_what_is_known_outside() {
        let (entries, head) = chain();
        let ids = SeededIds::new(8);
        let act = ActId::new("act");
        let mut other = Head { count: 3, hash: entries[2].hash.clone() };
        let pen = Pen { key: b"key", ids: &ids, at: Timestamp::UNIX_EPOCH, actor: "awa", act: &act };
        let mut rewritten = entries[..3].to_vec();
        for n in 3..6 {
            let said = Said { action: "mark.set", target: format!("e:{n}"), new: json!(20), ..Said::default() };
            rewritten.push(pen.append("s", &mut other, said));
        }
        // Whole in itself and with its own head, as one with the key can make it.
        assert_eq!(found(&rewritten, std::slice::from_ref(&other)), []);
        assert_eq!(found(&rewritten, &[other, head]), [(5, AuditFault::Replaced)]);
        // And without the key.
        let pen = Pen { key: b"guessed", ..pen };
        let mut forged = entries[..4].to_vec();
        let mut other = Head { count: 4, hash: entries[3].hash.clone() };
        forged.push(pen.append("s", &mut other, Said { action: "mark.set", ..Said::default() }));
        assert_eq!(found(&forged, &[other]), [(5, AuditFault::Altered)]);
    }

    #[test]
    fn erasing_a_payload_is_seen_only_in_its_digest() {
        let (entries, _) = chain();
        assert_eq!(digest(&entries[0]), entries[0].digest);
        let mut float = entries[0].clone();
        float.new = json!(0.0);
        assert_eq!(digest(&float), entries[0].digest);
    }
}
