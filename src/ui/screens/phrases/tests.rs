use crate::{
    domain::{
        entities::{Phrase, Role},
        id::{ActId, PhraseId},
        score::Average,
        text_values::Remark,
    },
    protocol::{PhraseRow, Reply, Request},
    text::Lang,
    ui::{
        screens::Route,
        testing::{Driver, sample},
    },
};

fn rows() -> Reply {
    let row = |id: &str, band: Option<u16>, text: &str, editable| PhraseRow {
        phrase: sample::stored(Phrase {
            id: PhraseId::new(id),
            owner: None,
            band: band.and_then(Average::from_hundredths),
            text: Remark::parse(text).expect("phrase"),
        }),
        editable,
    };
    Reply::Phrases(vec![row("p1", None, "À suivre.", true), row("p2", Some(1_400), "Élève {sérieux|sérieuse}.", true)])
}

fn opened(lang: Lang, role: Role) -> Driver {
    let mut driver = Driver::at(lang, role, Route::Phrases);
    assert_eq!(driver.asked(), &Request::Phrases);
    driver.reply(rows());
    driver
}

#[test]
fn a_phrase_is_added_for_a_band_and_one_is_removed() {
    let mut driver = opened(Lang::Fr, Role::Admin);
    assert!(driver.shows("Bien") && driver.shows("À suivre."), "{}", driver.screen());
    driver.press("a Bon<space>travail. <tab> bie <C-s>");
    let Request::SavePhrase(draft) = driver.asked() else { panic!("{:?}", driver.asked()) };
    assert_eq!(
        (draft.text.as_str(), draft.band, draft.school),
        ("Bon travail.", Average::from_hundredths(1_400), true)
    );
    driver.reply(Reply::Acted(ActId::new("a")));
    driver.reply(rows());
    driver.press("g j d o");
    let Request::DeletePhrase { id, version: 1 } = driver.asked() else { panic!("{:?}", driver.asked()) };
    assert_eq!(id.as_str(), "p2");
}

#[test]
fn a_teacher_has_phrases_of_their_own_and_the_usual_ones_come_in_the_users_language() {
    let mut driver = opened(Lang::En, Role::Teacher);
    driver.press("a Fine. <C-s>");
    let Request::SavePhrase(draft) = driver.asked() else { panic!("{:?}", driver.asked()) };
    assert_eq!((draft.text.as_str(), draft.band, draft.school), ("Fine.", None, false));
    for (lang, english) in [(Lang::En, true), (Lang::Fr, false)] {
        let mut driver = opened(lang, Role::Admin);
        driver.press("p");
        assert_eq!(driver.asked(), &Request::FillPhrases { english });
    }
}

#[test]
fn frames() {
    for lang in Lang::ALL {
        insta::assert_snapshot!(format!("phrases_{}_80x24", lang.code()), opened(lang, Role::Admin).frame());
    }
}
