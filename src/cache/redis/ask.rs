//! Sending commands, and what is made of the answers.

use fred::{
    clients::{Client, Pipeline},
    error::{Error, ErrorKind},
    interfaces::ClientLike,
    types::{ClusterHash, CustomCommand, FromValue, Value},
};
use tokio::time::{Instant, timeout};

use super::{
    CacheError, CacheFault, Hold, RedisCache, fault,
    link::{COMMAND, Link},
    scripts::Script,
};

/// Nothing more is to be had of this connection: no answer, a server that takes no writes, slots that have moved. (A
/// server that does not know our scripts is met anew.)
fn useless(error: &Error) -> bool {
    let silent = [ErrorKind::Timeout, ErrorKind::IO, ErrorKind::Canceled, ErrorKind::Tls, ErrorKind::Cluster];
    let anew = ["NOSCRIPT", fault::MOVED].iter().any(|word| error.details().starts_with(word));
    silent.contains(error.kind()) || anew || fault::refusal(error).is_some()
}

/// A command as it is sent.
pub(super) struct Command {
    name: &'static str,
    /// Which argument says whose it is, in a Cluster.
    key: usize,
    arguments: Vec<String>,
}

impl Command {
    /// The first argument is the key.
    pub fn plain(name: &'static str, arguments: Vec<String>) -> Self {
        Self { name, key: 0, arguments }
    }

    pub fn script(link: &Link, script: Script, key: &str, arguments: Vec<String>) -> Self {
        let mut all = vec![link.hash(script).to_owned(), "1".to_owned(), key.to_owned()];
        all.extend(arguments);
        Self { name: "EVALSHA", key: 2, arguments: all }
    }

    /// To be sent with the others.
    pub async fn queue(self, pipeline: &Pipeline<Client>) -> Result<(), Error> {
        // Of its own accord the client goes by the first argument, which is a script's hash.
        let slot = self.arguments.get(self.key).map_or(ClusterHash::FirstKey, |key| ClusterHash::from(key.as_str()));
        let kind = CustomCommand::new_static(self.name, slot, false);
        pipeline.custom(kind, self.arguments).await
    }
}

/// A stranger's text as we would have written it, or nothing: JSON `null` and what is no text included.
pub(super) fn text<T: FromValue>(answer: Result<Value, Error>) -> Option<T> {
    answer.ok().filter(|value| !value.is_null()).and_then(|value| value.convert().ok())
}

impl RedisCache {
    /// Not heard in time, or not at all: whoever comes next must not wait as well.
    pub(super) fn failed(&self, link: &Link, error: &Error) -> CacheError {
        if useless(error) {
            self.keeper.lose(link, fault::of(error));
        }
        CacheError::Unavailable(error.to_string())
    }

    /// Sends the commands in one go; the answers, one a command. A server whose scripts were flushed does not know ours:
    /// it is then got acquainted with anew.
    pub(super) async fn ask(
        &self,
        link: &Link,
        commands: Vec<Command>,
    ) -> Result<Vec<Result<Value, Error>>, CacheError> {
        let pipeline = link.client.pipeline();
        let expected = commands.len();
        for command in commands {
            command.queue(&pipeline).await.map_err(|error| self.failed(link, &error))?;
        }
        let asked = Instant::now();
        let Ok(answers) = timeout(COMMAND, pipeline.try_all::<Value>()).await else {
            return Err(self.failed(link, &Error::new(ErrorKind::Timeout, "no answer in time")));
        };
        if link.pace.too_slow(asked, Instant::now()) {
            self.keeper.lose(link, CacheFault::Slow);
        }
        for error in answers.iter().filter_map(|answer| answer.as_ref().err()) {
            let failed = self.failed(link, error);
            if useless(error) {
                return Err(failed);
            }
        }
        if answers.len() != expected {
            return Err(self.failed(link, &Error::new(ErrorKind::Canceled, "not every command was answered")));
        }
        Ok(answers)
    }

    /// One command; the server's refusal is an error.
    pub(super) async fn one(&self, link: &Link, command: Command) -> Result<Value, CacheError> {
        let answer = self.ask(link, vec![command]).await?.pop();
        let answer = answer.unwrap_or_else(|| Err(Error::new(ErrorKind::Protocol, "no answer")));
        answer.map_err(|error| CacheError::Unavailable(error.to_string()))
    }

    /// One script on one key.
    pub(super) async fn run(&self, script: Script, key: &str, arguments: Vec<String>) -> Result<Value, CacheError> {
        let link = self.keeper.link().await?;
        self.one(&link, Command::script(&link, script, key, arguments)).await
    }

    /// Does every server take all that we write?
    pub(super) async fn probe(&self, link: &Link) -> Result<(), CacheError> {
        match link.probe().await {
            Ok(()) => Ok(()),
            Err(error) => {
                self.keeper.lose(link, fault::of(&error));
                Err(CacheError::Unavailable(error.to_string()))
            }
        }
    }

    /// Holds or releases every tag, forgetting what they remember.
    pub(super) async fn each_tag(&self, script: Script, hold: &Hold, arguments: &[String]) -> Result<(), CacheError> {
        let link = self.keeper.link().await?;
        let mut commands = Vec::new();
        if !hold.keys.is_empty() && !link.clustered {
            commands.push(Command::plain("UNLINK", hold.keys.clone()));
        }
        commands.extend(hold.tags.iter().map(|tag| Command::script(&link, script, tag, arguments.to_vec())));
        let answers = self.ask(&link, commands).await?;
        let mut stale: Vec<String> = if link.clustered { hold.keys.clone() } else { Vec::new() };
        for answer in answers {
            let value = answer.map_err(|error| CacheError::Unavailable(error.to_string()))?;
            if value.is_array() {
                stale.extend(value.convert::<Vec<String>>().unwrap_or_default());
            }
        }
        if stale.is_empty() {
            return Ok(());
        }
        self.drop_keys(&link, &stale).await
    }

    /// In a Cluster each key is a server's of its own.
    pub(super) async fn drop_keys(&self, link: &Link, keys: &[String]) -> Result<(), CacheError> {
        let commands = if link.clustered {
            keys.iter().map(|key| Command::plain("UNLINK", vec![key.clone()])).collect()
        } else {
            vec![Command::plain("UNLINK", keys.to_vec())]
        };
        let answers = self.ask(link, commands).await?;
        let failed = answers.into_iter().find_map(Result::err);
        failed.map_or(Ok(()), |error| Err(CacheError::Unavailable(error.to_string())))
    }
}
