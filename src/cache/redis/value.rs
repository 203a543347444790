//! How a value stands in Redis: `{"v":1,"version":…,"epoch":…,"seal":"…","value":…}`, written and read in just this form.
//! Whatever has another one is a miss.
//!
//! The seal (HMAC-SHA-256, half of it) is over the key's name too: what somebody else has written, what has been cut,
//! what belongs to another key or another generation, is not taken for a value, however good it looks.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::cache::FORMAT;

/// Letters of a seal.
const SEAL: usize = 32;

/// Makes seals; processes with the same secret read each other's values.
pub(super) struct Sealer(Option<Hmac<Sha256>>);

impl Sealer {
    /// `secret`: any bytes; the seals' own key is derived from them.
    pub fn new(secret: &[u8]) -> Self {
        // HMAC takes a key of any length, so neither step can fail; without a sealer nothing is kept or read.
        let derived = Hmac::<Sha256>::new_from_slice(secret).map(|mut mac| {
            mac.update(b"carnet cache seal");
            mac.finalize().into_bytes()
        });
        Self(derived.ok().and_then(|key| Hmac::<Sha256>::new_from_slice(&key).ok()))
    }

    fn seal(&self, key: &str, generation: u64, epoch: u64, json: &str) -> Option<String> {
        let mut mac = self.0.clone()?;
        mac.update(format!("{}:{key}:{generation}:{epoch}:", key.len()).as_bytes());
        mac.update(json.as_bytes());
        let mut seal = data_encoding::HEXLOWER.encode(&mac.finalize().into_bytes());
        seal.truncate(SEAL);
        Some(seal)
    }

    /// A value as it is kept at `key`.
    pub fn write(&self, key: &str, generation: u64, epoch: u64, json: &str) -> Option<String> {
        let seal = self.seal(key, generation, epoch, json)?;
        Some(format!(r#"{{"v":{FORMAT},"version":{generation},"epoch":{epoch},"seal":"{seal}","value":{json}}}"#))
    }

    /// The value's JSON, if it was written for this key, generation and epoch.
    pub fn read<'a>(&self, text: &'a str, key: &str, generation: u64, epoch: u64) -> Option<&'a str> {
        let head = format!(r#"{{"v":{FORMAT},"version":{generation},"epoch":{epoch},"seal":""#);
        let rest = text.strip_prefix(head.as_str())?;
        let (seal, rest) = rest.split_once(r#"","value":"#)?;
        let json = rest.strip_suffix('}')?;
        (seal == self.seal(key, generation, epoch, json)?).then_some(json)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const G: u64 = 1_763_000_000_000_123;

    fn sealer() -> Sealer {
        Sealer::new(b"secret")
    }

    #[test]
    fn comes_back_as_it_was() {
        let json = r#"{"name":"Œuvrard","list":[1,2,{}],"odd":"\",\"value\":"}"#;
        let text = sealer().write("key", G, u64::MAX, json).unwrap();
        assert_eq!(sealer().read(&text, "key", G, u64::MAX), Some(json));
        let parsed = serde_json::from_str::<serde_json::Value>(&text).unwrap();
        assert_eq!((&parsed["v"], &parsed["value"]["list"][0]), (&1.into(), &1.into()));
        assert_eq!(sealer().read(&text, "key", G + 1, u64::MAX), None);
        assert_eq!(sealer().read(&text, "key", G, 0), None);
    }

    #[test]
    fn anything_else_is_none() {
        for text in ["", "}", "null", r#"{"v":2,"version":7,"epoch":0,"value":1}"#, r#"{"v":1,"version":7,"epoch":0,"#]
        {
            assert_eq!(sealer().read(text, "key", 7, 0), None, "{text}");
        }
        let text = sealer().write("key", 7, 0, r#"{"average":12.5}"#).unwrap();
        for end in 0..text.len() {
            assert_eq!(sealer().read(&text[..end], "key", 7, 0), None, "cut at {end}");
        }
    }

    #[test]
    fn what_is_forged_or_elsewhere_is_none() {
        let text = sealer().write("student:+1", 7, 0, r#"{"average":12.5}"#).unwrap();
        assert_eq!(sealer().read(&text, "student:+2", 7, 0), None, "another student's");
        assert_eq!(sealer().read(&text.replace("12.5", "19.5"), "student:+1", 7, 0), None, "another figure");
        let moved = text.replace(r#""version":7"#, r#""version":8"#);
        assert_eq!(sealer().read(&moved, "student:+1", 8, 0), None, "of before");
        assert_eq!(Sealer::new(b"other").read(&text, "student:+1", 7, 0), None, "a stranger's");
    }
}
