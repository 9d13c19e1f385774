package io.jishi.accounts;

import io.vertx.core.Future;

/** Where a set of public keys (JWKS, RFC 7517) is read from. */
@FunctionalInterface
public interface KeySource {
    /** The set as JSON. Fails where it cannot be had within a few seconds. */
    Future<String> fetch();
}
