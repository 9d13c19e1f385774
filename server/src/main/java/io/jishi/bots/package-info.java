/**
 * Clients that behave like people and machines: the replay of recorded chats and the bots of the demo. They use the
 * public routes and the public wire protocol alone (no back door), so they may use nothing of the server beside
 * {@code core}. Owns no table.
 */
@NullMarked
package io.jishi.bots;

import org.jspecify.annotations.NullMarked;
