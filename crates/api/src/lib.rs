//! The resources: SealedSecret as users have it in the field, and the Secret it becomes.
