//! A key or certificate with what is known of it.

use lacre_crypto::{Certificate, UnsealingKey};

use crate::problem::Place;

/// A private key and where it comes from.
#[derive(Debug)]
pub(crate) struct FoundKey {
    pub(crate) key: UnsealingKey,
    pub(crate) place: Place,
    /// Name and namespace of the key Secret that holds it.
    pub(crate) secret: Option<(String, Option<String>)>,
    /// The certificate that belongs to it.
    pub(crate) certificate: Option<Certificate>,
    /// Value of the label `sealedsecrets.bitnami.com/sealed-secrets-key`.
    pub(crate) state: Option<String>,
    /// Creation of the key Secret in seconds since 1970-01-01 UTC.
    pub(crate) created: Option<i64>,
}

/// What a key's place in the order comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OrderedBy {
    /// Start of validity of its certificate.
    Certificate,
    /// Creation of its Secret.
    Creation,
}

impl OrderedBy {
    /// The word in listings.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Certificate => "certificate",
            Self::Creation => "creationTimestamp",
        }
    }
}

impl FoundKey {
    /// A key of which nothing else is known.
    pub(crate) fn bare(key: UnsealingKey, place: Place) -> Self {
        Self {
            key,
            place,
            secret: None,
            certificate: None,
            state: None,
            created: None,
        }
    }

    /// What people call it: the name of its Secret, else its file.
    pub(crate) fn name(&self) -> String {
        name(self.secret.as_ref(), &self.place)
    }

    /// How new it is, in seconds since 1970-01-01 UTC, by the controller's default rule.
    pub(crate) fn ordering(&self) -> Option<(i64, OrderedBy)> {
        let by_certificate = self
            .certificate
            .as_ref()
            .map(|it| (it.not_before(), OrderedBy::Certificate));
        by_certificate.or(self.created.map(|time| (time, OrderedBy::Creation)))
    }

    /// Takes over what `other`, the same key found a second time, knows and this one does not.
    pub(crate) fn learn_from(&mut self, other: Self) {
        if self.secret.is_none() && other.secret.is_some() {
            self.secret = other.secret;
            self.place = other.place;
        }
        self.certificate = self.certificate.take().or(other.certificate);
        self.state = self.state.take().or(other.state);
        self.created = self.created.or(other.created);
    }
}

/// A certificate and where it comes from.
#[derive(Debug)]
pub(crate) struct FoundCertificate {
    pub(crate) certificate: Certificate,
    pub(crate) place: Place,
    /// Name and namespace of the Secret that holds it.
    pub(crate) secret: Option<(String, Option<String>)>,
}

impl FoundCertificate {
    /// What people call it: the name of its Secret, else its file.
    pub(crate) fn name(&self) -> String {
        name(self.secret.as_ref(), &self.place)
    }
}

fn name(secret: Option<&(String, Option<String>)>, place: &Place) -> String {
    secret.map_or_else(|| place.to_string(), |(name, _)| name.clone())
}

/// Gives each key without a certificate the one of the same key pair, wherever it was found.
pub(super) fn pair(keys: &mut [FoundKey], certificates: &[FoundCertificate]) {
    for key in keys.iter_mut().filter(|key| key.certificate.is_none()) {
        let own = certificates
            .iter()
            .find(|found| belongs(&found.certificate, &key.key));
        key.certificate = own.map(|found| found.certificate.clone());
    }
}

/// True if both are of one key pair.
pub(super) fn belongs(certificate: &Certificate, key: &UnsealingKey) -> bool {
    certificate
        .sealing_key()
        .is_ok_and(|public| public.fingerprint() == key.fingerprint())
}
