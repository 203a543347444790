//! `carnet completions` and `carnet man`: made from the command line itself.

use std::path::Path;

use crate::{
    cli::{
        app::App,
        args::{Completions, Man, help},
        stop::Stop,
    },
    t,
    text::{self, sanitise},
};

pub fn completions(app: &mut App, args: &Completions) -> Result<(), Stop> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut help::command(&app.locale), "carnet", &mut script);
    app.out.raw(&String::from_utf8_lossy(&script))
}

pub fn man(app: &mut App, args: &Man) -> Result<(), Stop> {
    let command = help::command(&app.locale);
    if let Some(folder) = &args.output {
        return pages(app, command, folder);
    }
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page)?;
    app.out.raw(&String::from_utf8_lossy(&page))
}

fn pages(app: &mut App, command: clap::Command, folder: &Path) -> Result<(), Stop> {
    let written = std::fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(command, folder));
    let path = sanitise::line(&folder.display().to_string());
    match written {
        Ok(()) => app.out.say(&t!(app.locale, "cli-man-written", path = path)),
        Err(error) => {
            let why = text::io_error(&app.locale, &error);
            Err(Stop::Failed(t!(app.locale, "cli-cannot-write", path = path, why = why)))
        }
    }
}
