//! What stands behind the door.

use crate::{
    backend::core::Core,
    domain::entities::School,
    protocol::{Failure, Greeting, Lamp, Reply},
    store::Records,
};

/// `Request::Greet`.
pub async fn greet(core: &Core) -> Result<Reply, Failure> {
    let store = core.store().await?;
    let school = store.one::<School>(School::ID).await.map_err(|error| core.failure(&error))?;
    Ok(Reply::Greeting(Box::new(Greeting {
        school: school.map(|school| school.body),
        demo: Vec::new(),
        store: core.lamp(),
        cache: Lamp::Good,
    })))
}
