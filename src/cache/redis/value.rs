//! How a value stands in Redis: `{"v":1,"version":…,"epoch":…,"value":…}`, written and read in just this form. Whatever
//! has another one is a miss.

use crate::cache::FORMAT;

/// A value as it is kept.
pub(super) fn write(generation: u64, epoch: u64, json: &str) -> String {
    format!(r#"{{"v":{FORMAT},"version":{generation},"epoch":{epoch},"value":{json}}}"#)
}

/// The value's JSON, if it is of this generation and epoch.
pub(super) fn read(text: &str, generation: u64, epoch: u64) -> Option<&str> {
    let head = format!(r#"{{"v":{FORMAT},"version":{generation},"epoch":{epoch},"value":"#);
    text.strip_prefix(head.as_str())?.strip_suffix('}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comes_back_as_it_was() {
        let json = r#"{"name":"Œuvrard","list":[1,2,{}]}"#;
        let text = write(1_763_000_000_000_123, u64::MAX, json);
        assert_eq!(read(&text, 1_763_000_000_000_123, u64::MAX), Some(json));
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap()["value"]["list"][0], 1);
        assert_eq!(read(&text, 1_763_000_000_000_124, u64::MAX), None);
        assert_eq!(read(&text, 1_763_000_000_000_123, 0), None);
    }

    #[test]
    fn anything_else_is_none() {
        for text in ["", "}", "null", r#"{"v":2,"version":7,"epoch":0,"value":1}"#, r#"{"v":1,"version":7,"epoch":0,"#]
        {
            assert_eq!(read(text, 7, 0), None, "{text}");
        }
    }
}
