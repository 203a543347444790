//! Addresses of the servers that tests run against.

/// What `scripts/test` has set; a test that needs a server never passes without it.
fn address(name: &str) -> String {
    match std::env::var(name) {
        Ok(address) if !address.is_empty() => address,
        _ => panic!("{name} is not set: run scripts/test, which starts the servers that tests need"),
    }
}

/// A replica set of one node.
pub fn mongodb() -> String {
    address("CARNET_TEST_MONGODB")
}
