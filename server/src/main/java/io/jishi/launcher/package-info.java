/**
 * Starts Jishi on one machine: the embedded PostgreSQL, the node processes, their supervision and their end. It runs in a
 * process of its own, uses nothing of the server but the names of settings and what it is handed as
 * {@link io.jishi.launcher.NodeConfiguration}, and hands `replay` to the bots.
 */
@NullMarked
package io.jishi.launcher;

import org.jspecify.annotations.NullMarked;
