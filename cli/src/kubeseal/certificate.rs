//! The certificate to seal with.

use jiff::Timestamp;
use lacre_crypto::{Certificate, CertificateError, SealingKey};

use super::{Failure, Run};
use crate::cert_source;
use crate::cluster::{Controller, Port};

/// The certificate's text: from `--cert`, else from the controller.
///
/// # Errors
/// Why it can't be had.
pub(super) fn load(run: &Run<'_>) -> Result<Vec<u8>, Failure> {
    let flags = run.flags;
    match flags.cert.as_str() {
        "" => Controller::fetch_certificate(
            run.settings(),
            &flags.controller_namespace,
            &flags.controller_name,
            Port::First,
        )
        .map_err(Failure::said),
        source => cert_source::read(source, run.environment).map_err(Failure::said),
    }
}

/// The key of the first certificate in `text`.
///
/// # Errors
/// No certificate, one of another kind of key, or one that is no longer valid.
pub(super) fn sealing_key(text: &[u8]) -> Result<SealingKey, Failure> {
    let certificates = Certificate::read_all_pem(text).map_err(told)?;
    let first = certificates.first();
    let first = first.ok_or_else(|| Failure::said("failed to read any certificates"))?;
    let key = first.sealing_key().map_err(told)?;
    if first.is_expired_at(Timestamp::now().as_second()) {
        let date = Timestamp::from_second(first.not_after())
            .map(|end| end.strftime("%B %-d, %Y").to_string())
            .unwrap_or_default();
        return Err(Failure::said(format!(
            "failed to encrypt using an expired certificate on {date}"
        )));
    }
    Ok(key)
}

/// The error in upstream's words where it has any.
fn told(error: CertificateError) -> Failure {
    Failure::said(match error {
        CertificateError::NoCertificate | CertificateError::PrivateKeyGiven => {
            "data does not contain any valid RSA or ECDSA certificates".to_owned()
        }
        CertificateError::NotRsa { algorithm } => {
            format!("expected RSA public key but found {algorithm}")
        }
        other => other.to_string(),
    })
}
