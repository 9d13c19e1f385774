/**
 * Who somebody is: accounts with a password, sessions with rotating refresh tokens, devices with credentials of their
 * own, and the signed tokens by which every other part knows a caller.
 *
 * <p>Owns the tables {@code account}, {@code session} and {@code device}. Uses the kernel ({@code core},
 * {@code realtime}, {@code database}) and no other capability.
 */
@NullMarked
@Uses({})
package io.jishi.accounts;

import io.jishi.core.Uses;
import org.jspecify.annotations.NullMarked;
