//! A form: labelled fields, one with the keys, errors in words under the field they concern.
//!
//! Tab, Shift-Tab, Enter and the up and down arrows move; Enter on the last field and Ctrl-S anywhere hand it in.
//! In a choice field one types to find, Left and Right change, Backspace forgets what was typed.

mod choice;
mod single;
mod view;

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::input::TextInput;
use crate::{
    protocol::{self, Failure},
    t, text,
    ui::{
        ctx::Ctx,
        effect::{Effect, Status},
    },
};
pub use choice::ChoiceField;
pub use single::Single;

/// What a field holds.
#[derive(Clone, Debug)]
pub enum FieldKind {
    Text(TextInput),
    Choice(ChoiceField),
}

/// One field.
#[derive(Clone, Debug)]
pub struct FormField {
    /// The name by which failures point at it.
    pub id: protocol::Field,
    /// As shown; already in the user's language.
    pub label: String,
    pub kind: FieldKind,
    /// A hint while the field has the keys.
    pub help: Option<String>,
    pub error: Option<String>,
}

impl FormField {
    #[must_use]
    pub fn text(id: protocol::Field, label: String, input: TextInput) -> Self {
        Self { id, label, kind: FieldKind::Text(input), help: None, error: None }
    }

    #[must_use]
    pub fn choice(id: protocol::Field, label: String, choice: ChoiceField) -> Self {
        Self { id, label, kind: FieldKind::Choice(choice), help: None, error: None }
    }

    #[must_use]
    pub fn help(mut self, help: String) -> Self {
        self.help = Some(help);
        self
    }

    /// What was typed or chosen, as text.
    #[must_use]
    pub fn value(&self) -> &str {
        match &self.kind {
            FieldKind::Text(input) => input.text(),
            FieldKind::Choice(choice) => choice.label(),
        }
    }
}

/// A word in the status line about what did not fit; nothing otherwise.
#[must_use]
pub fn told(ctx: &Ctx, event: FormEvent) -> Vec<Effect> {
    match event {
        FormEvent::Cut => vec![Effect::Bell, Effect::Say(Status::bad(t!(ctx.locale, "input-cut")))],
        FormEvent::Ignored | FormEvent::Moved | FormEvent::Changed | FormEvent::Submit => Vec::new(),
    }
}

/// What a key did to a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormEvent {
    /// Not a key of forms.
    Ignored,
    Moved,
    Changed,
    /// Something typed or pasted did not fit and was left out: say so and ring.
    Cut,
    Submit,
}

/// A form.
#[derive(Clone, Debug)]
pub struct Form {
    fields: Vec<FormField>,
    focus: usize,
    changed: bool,
}

impl Form {
    #[must_use]
    pub fn new(fields: Vec<FormField>) -> Self {
        Self { fields, focus: 0, changed: false }
    }

    /// Something was typed since it was made (or since [`Form::settle`]).
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.changed
    }

    /// Something that belongs to the form, but is kept beside it, was changed.
    pub fn touch(&mut self) {
        self.changed = true;
    }

    /// What stands in it now counts as unchanged.
    pub fn settle(&mut self) {
        self.changed = false;
    }

    #[must_use]
    pub fn fields(&self) -> &[FormField] {
        &self.fields
    }

    #[must_use]
    pub fn field(&self, id: protocol::Field) -> Option<&FormField> {
        self.fields.iter().find(|field| field.id == id)
    }

    pub fn field_mut(&mut self, id: protocol::Field) -> Option<&mut FormField> {
        self.fields.iter_mut().find(|field| field.id == id)
    }

    /// The text of a field; empty if there is none of that name.
    #[must_use]
    pub fn value(&self, id: protocol::Field) -> &str {
        self.field(id).map_or("", FormField::value)
    }

    /// The index of what is chosen in a choice field.
    #[must_use]
    pub fn chosen(&self, id: protocol::Field) -> Option<usize> {
        match &self.field(id)?.kind {
            FieldKind::Choice(choice) => choice.chosen(),
            FieldKind::Text(_) => None,
        }
    }

    /// What is being typed in a choice field and fits none of its labels.
    #[must_use]
    pub fn unmatched(&self) -> Option<(protocol::Field, &str)> {
        self.fields.iter().find_map(|field| match &field.kind {
            FieldKind::Choice(choice) if choice.chosen().is_none() && !choice.typed().is_empty() => {
                Some((field.id, choice.typed().text()))
            }
            FieldKind::Choice(_) | FieldKind::Text(_) => None,
        })
    }

    /// Why a choice field without a choice is refused: nothing stands there, or what is typed fits no label.
    #[must_use]
    pub fn not_chosen(&self, id: protocol::Field) -> protocol::Why {
        match self.field(id).map(|field| &field.kind) {
            Some(FieldKind::Choice(choice)) if !choice.typed().is_empty() => {
                protocol::Why::Unknown { what: choice.typed().text().to_owned() }
            }
            Some(FieldKind::Choice(_) | FieldKind::Text(_)) | None => protocol::Why::Missing,
        }
    }

    /// Writes into a text field.
    pub fn set(&mut self, id: protocol::Field, text: &str) {
        if let Some(FormField { kind: FieldKind::Text(input), .. }) = self.field_mut(id) {
            input.set(text);
        }
    }

    /// Writes a proposal into a text field: what is typed takes its place.
    pub fn propose(&mut self, id: protocol::Field, text: &str) {
        if let Some(FormField { kind: FieldKind::Text(input), .. }) = self.field_mut(id) {
            input.propose(text);
        }
    }

    /// Chooses in a choice field.
    pub fn choose(&mut self, id: protocol::Field, index: Option<usize>) {
        if let Some(FormField { kind: FieldKind::Choice(choice), .. }) = self.field_mut(id) {
            choice.choose(index);
        }
    }

    #[must_use]
    pub fn focused(&self) -> Option<protocol::Field> {
        self.fields.get(self.focus).map(|field| field.id)
    }

    pub fn focus(&mut self, id: protocol::Field) {
        if let Some(place) = self.fields.iter().position(|field| field.id == id) {
            self.focus = place;
        }
    }

    /// Writes an error under a field. Of all that have one the topmost gets the keys: call [`Form::clear_errors`]
    /// before a round.
    pub fn error(&mut self, id: protocol::Field, sentence: String) {
        if let Some(field) = self.field_mut(id) {
            field.error = Some(sentence);
        }
        if let Some(topmost) = self.fields.iter().position(|field| field.error.is_some()) {
            self.focus = topmost;
        }
    }

    /// What a failure says, where it belongs: under its field if the form has it, else in the status line. Rings.
    pub fn refused(&mut self, ctx: &Ctx, failure: &Failure) -> Vec<Effect> {
        match failure {
            Failure::Invalid { field: Some(id), why } if self.field(*id).is_some() => {
                self.error(*id, text::why(&ctx.locale, why));
                vec![Effect::Bell]
            }
            other => vec![Effect::Bell, Effect::Say(Status::bad(text::failure(&ctx.locale, other)))],
        }
    }

    pub fn clear_errors(&mut self) {
        for field in &mut self.fields {
            field.error = None;
        }
    }

    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.fields.iter().any(|field| field.error.is_some())
    }

    pub fn paste(&mut self, text: &str) -> FormEvent {
        let Some(field) = self.fields.get_mut(self.focus) else { return FormEvent::Ignored };
        field.error = None;
        self.changed = true;
        match &mut field.kind {
            FieldKind::Text(input) => {
                input.paste(text);
                if input.was_cut() { FormEvent::Cut } else { FormEvent::Changed }
            }
            FieldKind::Choice(choice) => {
                choice.paste(text);
                FormEvent::Changed
            }
        }
    }

    /// A key. What the form does not know is `Ignored`, so that the screen may use it.
    pub fn key(&mut self, key: KeyEvent) -> FormEvent {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Char('s') if control => return FormEvent::Submit,
            KeyCode::Enter if self.focus + 1 >= self.fields.len() => {
                self.accept();
                return FormEvent::Submit;
            }
            KeyCode::Tab | KeyCode::Down | KeyCode::Enter => return self.go(1),
            KeyCode::BackTab | KeyCode::Up => return self.go(-1),
            _ => {}
        }
        let Some(field) = self.fields.get_mut(self.focus) else { return FormEvent::Ignored };
        let event = match &mut field.kind {
            FieldKind::Text(input) => {
                let before = input.text().len();
                let known = input.key(key);
                match (known, input.was_cut(), input.text().len() == before) {
                    (false, ..) => FormEvent::Ignored,
                    (true, true, _) => FormEvent::Cut,
                    (true, false, true) => FormEvent::Moved,
                    (true, false, false) => FormEvent::Changed,
                }
            }
            FieldKind::Choice(choice) => {
                if choice.key(key) {
                    FormEvent::Changed
                } else {
                    FormEvent::Ignored
                }
            }
        };
        if event == FormEvent::Changed {
            field.error = None;
            self.changed = true;
        }
        event
    }

    /// What was typed to find a choice is done with: what was found stands.
    pub fn accept(&mut self) {
        if let Some(FormField { kind: FieldKind::Choice(choice), .. }) = self.fields.get_mut(self.focus) {
            choice.accept();
        }
    }

    fn go(&mut self, by: isize) -> FormEvent {
        self.accept();
        let count = self.fields.len().max(1);
        self.focus = (self.focus + count).saturating_add_signed(by) % count;
        FormEvent::Moved
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::keymap;

    fn form() -> Form {
        let classes = ["10e A", "11e S", "TSE"].map(str::to_owned).to_vec();
        Form::new(vec![
            FormField::text(protocol::Field::Name, "Nom".into(), TextInput::new(20)),
            FormField::choice(protocol::Field::Class, "Classe".into(), ChoiceField::new(classes, None)),
        ])
    }

    fn press(form: &mut Form, keys: &[&str]) -> FormEvent {
        keys.iter().map(|key| form.key(keymap::parse(key).expect("key"))).last().expect("a key")
    }

    #[test]
    fn enter_walks_and_the_last_hands_in() {
        let mut form = form();
        assert_eq!(press(&mut form, &["A", "<enter>"]), FormEvent::Moved);
        assert_eq!(form.focused(), Some(protocol::Field::Class));
        assert_eq!(press(&mut form, &["t", "s", "<enter>"]), FormEvent::Submit);
        assert_eq!((form.value(protocol::Field::Name), form.value(protocol::Field::Class)), ("A", "TSE"));
        assert!(form.is_changed());
    }

    #[test]
    fn the_topmost_error_gets_the_keys_and_typing_clears_it() {
        let mut form = form();
        form.error(protocol::Field::Class, "laquelle ?".into());
        form.error(protocol::Field::Name, "vide".into());
        assert_eq!(form.focused(), Some(protocol::Field::Name));
        press(&mut form, &["x", "<tab>", "<right>"]);
        assert!(!form.has_errors());
        form.error(protocol::Field::Class, "laquelle ?".into());
        assert_eq!(form.focused(), Some(protocol::Field::Class));
        form.error(protocol::Field::Name, "vide".into());
        press(&mut form, &["<tab>", "<right>"]);
        assert!(form.field(protocol::Field::Class).is_some_and(|field| field.error.is_none()));
        assert!(form.has_errors());
    }
}
