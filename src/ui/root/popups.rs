//! What lies over the screens: showing, closing, and what is chosen there.

use super::{Layer, LayerId, Model, ROOT, update::FIND};
use crate::{
    protocol::{Found, Request},
    ui::{
        ctx::Ctx,
        effect::{Command, Effect},
        msg::ScreenMsg,
        popup::{Popup, PopupEvent},
    },
};

impl Model {
    /// The popup that is seen.
    pub(super) fn popup(&self) -> Option<&Popup> {
        self.top().and_then(|top| top.popups.front()).map(|(_, popup)| popup)
    }

    fn top_mut(&mut self) -> Option<&mut Layer> {
        self.gate.as_mut().or(self.stack.last_mut())
    }

    /// Shows a popup over the layer that asked for it, after those that are there; over what is seen if that layer is
    /// gone or it is the root.
    pub(super) fn show(&mut self, owner: LayerId, popup: Popup) {
        let known = self.layer_mut(owner).is_some();
        let layer = if known { self.layer_mut(owner) } else { self.top_mut() };
        if let Some(layer) = layer {
            layer.popups.push_back((owner, popup));
        }
    }

    fn close_popup(&mut self) -> Option<(LayerId, Popup)> {
        self.top_mut().and_then(|top| top.popups.pop_front())
    }

    /// Gives something to the popup that is seen; `false` if there is none.
    pub(super) fn popup_does(
        &mut self,
        out: &mut Vec<Command>,
        does: impl FnOnce(&Ctx, &mut Popup) -> PopupEvent,
    ) -> bool {
        let top = self.gate.as_mut().or(self.stack.last_mut());
        let Some((owner, popup)) = top.and_then(|top| top.popups.front_mut()) else { return false };
        let (owner, event) = (*owner, does(&self.ctx, popup));
        self.on_popup(owner, event, out);
        true
    }

    /// Students that were found for the palette, if it is still open.
    pub(super) fn palette_found(&mut self, found: &[Found]) {
        let top = self.gate.as_mut().or(self.stack.last_mut());
        if let Some((_, Popup::Palette(palette))) = top.and_then(|top| top.popups.front_mut()) {
            palette.found(&self.ctx, found);
        }
    }

    fn on_popup(&mut self, owner: LayerId, event: PopupEvent, out: &mut Vec<Command>) {
        match event {
            PopupEvent::Stay => {}
            PopupEvent::Close => {
                self.close_popup();
                self.arrival = None;
            }
            PopupEvent::Chosen(option) => {
                let Some((_, Popup::Question(question))) = self.close_popup() else { return };
                if owner == ROOT {
                    self.own_choice(question.tag, option, out);
                } else if !question.tag.is_empty() {
                    self.tell(owner, ScreenMsg::Chosen { tag: question.tag, option }, out);
                }
            }
            PopupEvent::Press(key) => {
                self.close_popup();
                if let Some(key) = crate::ui::keymap::parse(key) {
                    self.key(key, out);
                }
            }
            PopupEvent::Open(route) => {
                self.close_popup();
                self.go(route, out);
            }
            PopupEvent::Find(text) => {
                let ask = Effect::Ask {
                    slot: FIND,
                    request: Request::Find { text, limit: crate::ui::popup::palette::OFFERED },
                };
                self.apply(ROOT, vec![ask], out);
            }
        }
    }
}
