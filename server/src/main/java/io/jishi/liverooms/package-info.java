/**
 * Live sessions: a host schedules, starts and ends them; viewers comment and like; a product is pinned; newcomers are
 * told what there is. Owns the tables {@code room}, {@code room_comment} and {@code room_likes} and the channels
 * {@code room:{id}}. Uses the kernel alone: products and sales come in through the seams {@link
 * io.jishi.liverooms.LiveRooms.Products} and {@link io.jishi.liverooms.LiveRooms.Sales}.
 *
 * <p>A comment's way: {@code LiveRooms} (the method) → {@code CommentDesk} (may it be said, was it said already) → {@code
 * Channels} (published; from here on it survives any one node, and it is acknowledged) → {@code CommentBuffer} (written
 * in batches behind) → {@code CommentStore}. Until it is in the table it is in the channel's history, which the buffer's
 * bound keeps long enough; {@code CommentRecovery} writes a dead node's comments from there.
 */
@NullMarked
@Uses({})
package io.jishi.liverooms;

import io.jishi.core.Uses;
import org.jspecify.annotations.NullMarked;
