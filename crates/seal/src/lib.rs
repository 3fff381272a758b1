//! From a Secret to a SealedSecret: what is refused, what is warned of, what is stamped.
