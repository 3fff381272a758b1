//! Kubernetes manifests with byte spans: read as kubectl does, written for it, edited in place.
