//! From typed text to words: quotes, operators with blanks around them, phones typed in groups of digits.

use std::{iter::Peekable, str::Chars};

use super::fields::FieldKey;

/// How a field is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    /// `:` or `=`
    Is,
    /// `<`
    Below,
    /// `<=`
    AtMost,
    /// `>`
    Above,
    /// `>=`
    AtLeast,
}

/// One word of a filter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Token {
    /// `-` stood before it.
    pub negated: bool,
    /// Empty for a free word.
    pub field: String,
    pub op: Option<Op>,
    pub value: String,
    /// As typed.
    pub raw: String,
    /// Part of it stood in quotes.
    quoted: bool,
}

impl Token {
    /// The digits, if it is a phone or part of one: at least two of them with nothing but phone punctuation between.
    pub(super) fn digits(&self) -> Option<String> {
        let punctuation = |c: char| matches!(c, '+' | '-' | '.' | '(' | ')' | '/') || c.is_whitespace();
        if !self.value.chars().all(|c| c.is_ascii_digit() || punctuation(c)) {
            return None;
        }
        let digits: String = self.value.chars().filter(char::is_ascii_digit).collect();
        (digits.len() >= 2).then_some(digits)
    }

    fn is_empty(&self) -> bool {
        self.value.is_empty() && self.op.is_none() && !self.quoted
    }

    /// What stands before an operator may be a field's name.
    fn names_a_field(&self) -> bool {
        let name = self.value.strip_prefix('-').unwrap_or(&self.value);
        self.op.is_none() && !self.quoted && !name.is_empty() && name.chars().all(|c| c.is_alphabetic() || c == '_')
    }

    /// The `-` is taken off the front of what was typed.
    fn finish(mut self) -> Self {
        let head = if self.op.is_some() { &mut self.field } else { &mut self.value };
        if let Some(rest) = head.strip_prefix('-') {
            *head = rest.to_owned();
            self.negated = true;
        }
        self
    }
}

fn closing(open: char) -> Option<char> {
    match open {
        '"' => Some('"'),
        '“' | '„' => Some('”'),
        '«' => Some('»'),
        _ => None,
    }
}

fn is_operator(c: char) -> bool {
    matches!(c, ':' | '=' | '<' | '>' | '≤' | '≥')
}

/// Reads the operator that begins with `first`.
fn operator(first: char, rest: &mut Peekable<Chars<'_>>, raw: &mut String) -> Op {
    raw.push(first);
    let or_equal = matches!(first, '<' | '>') && rest.next_if_eq(&'=').is_some();
    if or_equal {
        raw.push('=');
    }
    match (first, or_equal) {
        ('<', false) => Op::Below,
        ('<', true) | ('≤', _) => Op::AtMost,
        ('>', false) => Op::Above,
        ('>', true) | ('≥', _) => Op::AtLeast,
        _ => Op::Is,
    }
}

/// The words of a text.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut token = Token::default();
    let mut quote: Option<char> = None;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if let Some(close) = quote {
            token.raw.push(c);
            if c == close {
                quote = None;
            } else {
                token.value.push(c);
            }
        } else if let Some(close) = closing(c) {
            quote = Some(close);
            token.quoted = true;
            token.raw.push(c);
        } else if c.is_whitespace() {
            while rest.next_if(|c| c.is_whitespace()).is_some() {}
            let waits = token.op.is_some() && token.value.is_empty() && !token.quoted;
            let goes_on = token.names_a_field() && rest.peek().is_some_and(|c| is_operator(*c));
            if !waits && !goes_on && !token.is_empty() {
                tokens.push(std::mem::take(&mut token).finish());
            }
        } else if is_operator(c) && token.names_a_field() {
            token.field = std::mem::take(&mut token.value);
            token.op = Some(operator(c, &mut rest, &mut token.raw));
        } else {
            token.raw.push(c);
            token.value.push(c);
        }
    }
    if !token.is_empty() {
        tokens.push(token.finish());
    }
    join_phones(tokens)
}

/// `76 12 34`, typed in groups, is one run of digits. The last group may still be a single digit: it is being typed.
fn join_phones(tokens: Vec<Token>) -> Vec<Token> {
    let mut joined: Vec<Token> = Vec::new();
    for token in tokens {
        let plain = token.op.is_none() && !token.negated && !token.quoted;
        let before = joined.last_mut().filter(|last| !last.quoted && plain).and_then(|last| {
            let digits = last.digits()?;
            // A number such as an average's is complete in itself.
            let phone = last.op.is_none() || FieldKey::parse(&last.field) == Some(FieldKey::Phone);
            phone.then_some((last, digits))
        });
        let single = token.value.len() == 1 && token.value.bytes().all(|b| b.is_ascii_digit());
        match before {
            Some((last, digits)) if token.digits().is_some() || (single && digits.len() >= 4) => {
                last.value.push(' ');
                last.value.push_str(&token.value);
                last.raw.push(' ');
                last.raw.push_str(&token.raw);
            }
            _ => joined.push(token),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        tokens(text)
            .into_iter()
            .map(|token| {
                let sign = if token.negated { "-" } else { "" };
                let op = token.op.map(|op| format!("{op:?} ")).unwrap_or_default();
                format!("{sign}{}|{op}{}", token.field, token.value)
            })
            .collect()
    }

    #[test]
    fn fields_operators_and_quotes() {
        assert_eq!(shown("classe:TSE moy<10 tra"), ["classe|Is TSE", "moy|Below 10", "|tra"]);
        assert_eq!(shown("moy >= 12,5 -classe : TSE"), ["moy|AtLeast 12,5", "-classe|Is TSE"]);
        assert_eq!(shown("moy≤9 classe:\"10e A\" «ba traoré»"), ["moy|AtMost 9", "classe|Is 10e A", "|ba traoré"]);
        assert_eq!(shown("  \"never closed"), ["|never closed"]);
        assert_eq!(shown("classe:"), ["classe|Is "]);
        assert_eq!(shown("12:30 <10"), ["|12:30", "|<10"]);
    }

    #[test]
    fn groups_of_digits_are_one_phone() {
        assert_eq!(shown("76 12 34"), ["|76 12 34"]);
        assert_eq!(shown("76 12 3"), ["|76 12 3"]);
        assert_eq!(shown("tel:76 12 moy<10"), ["tel|Is 76 12", "moy|Below 10"]);
        assert_eq!(shown("+223 76-12 awa"), ["|+223 76-12", "|awa"]);
        assert_eq!(shown("moy<10 76 12"), ["moy|Below 10", "|76 12"]);
        assert_eq!(shown("1 2"), ["|1", "|2"]);
        assert_eq!(shown("76 -12"), ["|76", "-|12"]);
    }
}
