//! Scopes, envelopes, keys and certificates of sealed secrets.
