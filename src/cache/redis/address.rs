//! The address in the configuration: fred's forms, and `tlsCAFile` as MongoDB's addresses have it.

use std::sync::Arc;

use fred::{
    rustls::{
        ClientConfig, RootCertStore,
        crypto::ring,
        pki_types::{CertificateDer, pem::PemObject},
    },
    types::config::{Config, ServerConfig, TlsConnector},
};

const SCHEMES: [&str; 6] = ["redis", "rediss", "redis-sentinel", "rediss-sentinel", "redis-cluster", "rediss-cluster"];

/// How to reach the server.
///
/// # Errors
/// What is wrong with the address, without its password.
pub(super) fn parse(uri: &str) -> Result<Config, String> {
    if !uri.split_once("://").is_some_and(|(scheme, _)| SCHEMES.contains(&scheme)) {
        return Err(format!("{}://", SCHEMES.join("://, ")));
    }
    let mut config = Config::from_url(uri).map_err(|error| error.details().to_owned())?;
    config.fail_fast = true;
    if let Some(file) = parameter(uri, "tlsCAFile") {
        if config.tls.is_none() {
            return Err("tlsCAFile: rediss://".to_owned());
        }
        config.tls = Some(trusting(&file)?.into());
    }
    Ok(config)
}

/// A parameter after the question mark, decoded.
fn parameter(uri: &str, name: &str) -> Option<String> {
    let (_, query) = uri.split_once('?')?;
    let (_, value) = query.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name)?;
    Some(percent_decoded(value))
}

fn percent_decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Trusts the authorities of that file and no other ones.
fn trusting(file: &str) -> Result<TlsConnector, String> {
    let said = |why: &dyn std::fmt::Display| format!("tlsCAFile {file}: {why}");
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file).map_err(|error| said(&error))? {
        roots.add(certificate.map_err(|error| said(&error))?).map_err(|error| said(&error))?;
    }
    if roots.is_empty() {
        return Err(said(&"-----BEGIN CERTIFICATE-----"));
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| said(&error))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth().into())
}

/// Another one of several first: the first of them may hang.
pub(super) fn turn(config: &mut Config) {
    match &mut config.server {
        ServerConfig::Sentinel { hosts, .. } | ServerConfig::Clustered { hosts, .. } if !hosts.is_empty() => {
            hosts.rotate_left(1);
        }
        ServerConfig::Sentinel { .. } | ServerConfig::Clustered { .. } | ServerConfig::Centralized { .. } => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters() {
        let uri = "rediss://u:p@h?tlsCAFile=%2Fetc%2Fmon%20ca.pem&node=b:1";
        assert_eq!(parameter(uri, "tlsCAFile").as_deref(), Some("/etc/mon ca.pem"));
        assert_eq!(parameter(uri, "node").as_deref(), Some("b:1"));
        assert_eq!(parameter("rediss://h", "tlsCAFile"), None);
        assert_eq!(percent_decoded("50%"), "50%");
    }

    #[test]
    fn an_authority_that_cannot_be_read_is_named() {
        let said = parse("rediss://:secret@h?tlsCAFile=/nowhere/ca.pem").unwrap_err();
        assert!(said.contains("/nowhere/ca.pem") && !said.contains("secret"), "{said}");
        assert!(parse("redis://h?tlsCAFile=/nowhere/ca.pem").is_err(), "without TLS it would mean nothing");
        let key = format!("{}/Cargo.toml", env!("CARGO_MANIFEST_DIR"));
        assert!(parse(&format!("rediss://h?tlsCAFile={key}")).is_err(), "no certificate");
    }

    #[test]
    fn each_sentinel_has_its_turn() {
        let uri = "redis-sentinel://a:1?sentinelServiceName=m&node=b:2&node=c:3";
        let mut config = parse(uri).unwrap();
        let first = |config: &Config| match &config.server {
            ServerConfig::Sentinel { hosts, .. } => hosts[0].port,
            other => panic!("{other:?}"),
        };
        let mut seen = Vec::new();
        for _ in 0..3 {
            seen.push(first(&config));
            turn(&mut config);
        }
        seen.sort_unstable();
        assert_eq!(seen, [1, 2, 3]);
    }
}
