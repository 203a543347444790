//! Every verb of the command line has a screen, and every screen a verb: the two lists are compared, so that a new one
//! of either kind breaks this test until it is said where its twin is.

use std::collections::BTreeSet;

use carnet::{
    cli::args,
    text::{Lang, Locale},
    ui::screens::menu::MENU,
};

/// Where a verb is found in the program.
enum Twin {
    /// Menu entries (locale ids) whose screens do it.
    Menu(&'static [&'static str]),
    /// Not in the menu: why.
    Else(&'static str),
}

const TWINS: &[(&str, Twin)] = &[
    ("demo", Twin::Else("builds a school before any program runs")),
    ("init", Twin::Else("the first-run wizard")),
    ("doctor", Twin::Menu(&["menu-health", "menu-kept"])),
    ("seed", Twin::Menu(&["menu-health"])),
    ("students", Twin::Menu(&["students-title", "student-form-title-new"])),
    ("guardians", Twin::Menu(&["directory-title"])),
    ("years", Twin::Menu(&["years-title", "turn-title"])),
    ("levels", Twin::Menu(&["levels-title"])),
    ("options", Twin::Menu(&["options-title"])),
    ("classes", Twin::Menu(&["classes-title"])),
    ("subjects", Twin::Menu(&["subjects-title"])),
    ("evaluations", Twin::Menu(&["menu-evaluations"])),
    ("remarks", Twin::Menu(&["menu-remarks", "menu-council"])),
    ("followup", Twin::Menu(&["menu-follow-up"])),
    ("honours", Twin::Menu(&["menu-council"])),
    ("phrases", Twin::Menu(&["phrases-title"])),
    ("assignments", Twin::Menu(&["assignments-title"])),
    ("terms", Twin::Menu(&["menu-health", "closing-title"])),
    ("rules", Twin::Menu(&["rules-title"])),
    ("explain", Twin::Menu(&["students-title"])),
    ("users", Twin::Menu(&["users-title"])),
    ("marks", Twin::Menu(&["menu-sheets", "menu-my-marks"])),
    ("stats", Twin::Menu(&["stats-title", "completion-title"])),
    ("import", Twin::Menu(&["import-title"])),
    ("backup", Twin::Menu(&["menu-health"])),
    ("audit", Twin::Menu(&["audit-title"])),
    ("cache", Twin::Menu(&["menu-health"])),
    ("undo", Twin::Else("the u key right after an act")),
    ("completions", Twin::Else("writes a file for a shell")),
    ("man", Twin::Else("writes a file for a pager")),
];

/// Menu entries that no command does, and why.
const SCREENS_ALONE: &[(&str, &str)] = &[("menu-password", "a password is typed unseen, never an argument")];

#[test]
fn every_verb_has_a_screen_and_every_screen_a_verb() {
    let command = args::help::command(&Locale::new(Lang::En));
    let verbs: BTreeSet<&str> =
        command.get_subcommands().map(clap::Command::get_name).filter(|name| *name != "help").collect();
    let told: BTreeSet<&str> = TWINS.iter().map(|(verb, _)| *verb).collect();
    assert_eq!(verbs, told, "the command line and this table differ");
    let entries: BTreeSet<&str> = MENU.iter().map(|item| item.label).collect();
    let mut reached: BTreeSet<&str> = SCREENS_ALONE.iter().map(|(entry, _)| *entry).collect();
    for (verb, twin) in TWINS {
        match twin {
            Twin::Menu(ids) => {
                for id in *ids {
                    assert!(entries.contains(id), "{verb}: the menu has no {id}");
                    reached.insert(id);
                }
            }
            Twin::Else(why) => assert!(!why.is_empty()),
        }
    }
    let alone: Vec<_> = entries.difference(&reached).collect();
    assert!(alone.is_empty(), "no verb does what these do: {alone:?}");
}
