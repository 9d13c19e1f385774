/**
 * The outside: HTTP, sockets, limits, health, metrics, logs. Sees every other part; no other part sees it. What it is
 * asked it checks, decodes and hands to a capability, and what the capability answers it encodes.
 */
@NullMarked
package io.jishi.edge;

import org.jspecify.annotations.NullMarked;
