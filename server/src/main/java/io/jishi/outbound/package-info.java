/**
 * HTTP requests to other people's servers: payment providers and subscribers of events. Part of the kernel; the only
 * sender of requests, so that none is without a deadline, an unbounded answer, or a way into the own network.
 */
@NullMarked
package io.jishi.outbound;

import org.jspecify.annotations.NullMarked;
