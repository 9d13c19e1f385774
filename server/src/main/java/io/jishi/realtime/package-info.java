/**
 * Real time: sessions, channels and their rules, history, remote procedure calls, and the hub that fans publications
 * out. Sockets live in {@code edge}, Hazelcast in {@code cluster}; both sit behind the seams {@code Transport} and
 * {@code Fanout}.
 */
@NullMarked
package io.jishi.realtime;

import org.jspecify.annotations.NullMarked;
