//! Pieces that screens are made of. Everything they draw has passed `text::sanitise`.

pub mod form;
pub mod frame;
pub mod input;
pub mod list;
pub mod window;

pub use form::{ChoiceField, Form, FormEvent, FormField};
pub use input::TextInput;
pub use list::PickList;
pub use window::{Want, Window};
