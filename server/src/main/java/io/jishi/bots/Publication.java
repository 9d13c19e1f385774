package io.jishi.bots;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A message of a channel.
 *
 * @param offset its place in the channel from 1, 0 where the channel has no history
 * @param data what was published
 * @param receivedNanos {@link System#nanoTime()} when its frame was read
 */
public record Publication(String channel, long offset, JsonNode data, long receivedNanos) {}
