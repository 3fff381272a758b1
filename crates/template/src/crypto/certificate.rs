//! Certificates, as far as filters and chains look at them.

use x509_parser::extensions::{GeneralName, ParsedExtension};
use x509_parser::prelude::{FromDer, X509Certificate};

use crate::fault::Fault;

/// What is read of a certificate.
pub(crate) struct Certificate {
    /// All of it, in DER
    pub(crate) raw: Vec<u8>,
    /// The subject's DER
    pub(crate) subject: Vec<u8>,
    /// The subject in words
    pub(crate) name: String,
    /// The public key's structure
    pub(crate) public_info: Vec<u8>,
    pub(crate) subject_key: Option<Vec<u8>>,
    pub(crate) authority_key: Option<Vec<u8>>,
    /// DNS names, addresses, e-mail addresses, URIs
    pub(crate) names: [Vec<String>; 4],
}

impl Certificate {
    /// Reads one certificate that is all there is.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, Fault> {
        let malformed = || Fault::plain("x509: malformed certificate");
        let (rest, cert) = X509Certificate::from_der(bytes).map_err(|_| malformed())?;
        if !rest.is_empty() {
            return Err(Fault::plain("x509: trailing data"));
        }
        let mut out = Self {
            raw: bytes.to_vec(),
            subject: cert.subject().as_raw().to_vec(),
            name: cert.subject().to_string(),
            public_info: cert.public_key().raw.to_vec(),
            subject_key: None,
            authority_key: None,
            names: Default::default(),
        };
        for extension in cert.extensions() {
            match extension.parsed_extension() {
                ParsedExtension::SubjectKeyIdentifier(id) => out.subject_key = Some(id.0.to_vec()),
                ParsedExtension::AuthorityKeyIdentifier(id) => {
                    out.authority_key = id.key_identifier.as_ref().map(|k| k.0.to_vec())
                }
                ParsedExtension::SubjectAlternativeName(names) => {
                    for name in &names.general_names {
                        out.add_name(name)?;
                    }
                }
                ParsedExtension::ParseError { .. } => return Err(malformed()),
                _ => {}
            }
        }
        Ok(out)
    }

    fn add_name(&mut self, name: &GeneralName<'_>) -> Result<(), Fault> {
        let [dns, addresses, mails, uris] = &mut self.names;
        match name {
            GeneralName::DNSName(name) => dns.push((*name).to_owned()),
            GeneralName::RFC822Name(name) => mails.push((*name).to_owned()),
            GeneralName::URI(name) => uris.push((*name).to_owned()),
            GeneralName::IPAddress(bytes) => addresses
                .push(address(bytes).ok_or_else(|| Fault::plain("x509: cannot parse IP address"))?),
            _ => {}
        }
        Ok(())
    }

    /// Signed by itself, or nobody says by whom.
    pub(crate) fn is_root(&self) -> bool {
        self.authority_key.is_none() || self.authority_key == self.subject_key
    }
}

fn address(bytes: &[u8]) -> Option<String> {
    if let Ok(four) = <[u8; 4]>::try_from(bytes) {
        return Some(core::net::Ipv4Addr::from(four).to_string());
    }
    let six = core::net::Ipv6Addr::from(<[u8; 16]>::try_from(bytes).ok()?);
    Some(
        six.to_ipv4_mapped()
            .map_or_else(|| six.to_string(), |four| four.to_string()),
    )
}

/// Sorts certificates from leaf to root by their key ids; no signature is looked at. Two ids that are absent are equal.
pub(crate) fn order(certificates: Vec<Certificate>) -> Result<Vec<Certificate>, Fault> {
    let id = |key: &Option<Vec<u8>>| key.clone().unwrap_or_default();
    let issuer = |child: usize, certificate: &Certificate| {
        let wanted = id(&certificate.authority_key);
        let issues =
            |(at, other): (usize, &Certificate)| at != child && id(&other.subject_key) == wanted;
        certificates.iter().enumerate().position(issues)
    };
    let issuers: Vec<Option<usize>> = certificates
        .iter()
        .enumerate()
        .map(|(at, certificate)| issuer(at, certificate))
        .collect();
    let mut leaves = (0..issuers.len()).filter(|at| !issuers.contains(&Some(*at)));
    let first = leaves
        .next()
        .ok_or_else(|| Fault::plain("no leaf certificate found"))?;
    if leaves.next().is_some() {
        return Err(Fault::plain("found multiple leaf or disjunct certificates"));
    }
    let mut left: Vec<Option<Certificate>> = certificates.into_iter().map(Some).collect();
    let upwards = std::iter::successors(Some(first), |at| issuers.get(*at).copied().flatten());
    upwards
        .map(|at| left.get_mut(at).and_then(Option::take))
        .map(|next| next.ok_or_else(|| Fault::plain("constructing chain resulted in cycle")))
        .collect()
}
