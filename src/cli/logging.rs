//! The technical log: a file that changes every day, seven kept. Never the terminal, and never a pupil's data.

use tracing_appender::{
    non_blocking::WorkerGuard,
    rolling::{RollingFileAppender, Rotation},
};
use tracing_subscriber::filter::LevelFilter;

use super::{
    config::{Config, LogLevel},
    keys::make_folder,
};

/// How many days of log are kept.
const KEPT: usize = 7;

/// Starts the log; the guard writes the rest when it goes. A log that cannot be written stops nobody from working:
/// `carnet doctor` says so.
#[must_use]
pub fn start(config: &Config) -> Option<WorkerGuard> {
    make_folder(&config.log_dir).ok()?;
    let appender = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("carnet")
        .filename_suffix("log")
        .max_log_files(KEPT)
        .build(&config.log_dir)
        .ok()?;
    let (writer, guard) = tracing_appender::non_blocking(appender);
    let level = match config.log_level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
    };
    tracing_subscriber::fmt().with_writer(writer).with_ansi(false).with_max_level(level).try_init().ok()?;
    Some(guard)
}
