package io.jishi.realtime;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * One message of a channel.
 *
 * @param offset from 1, without gaps within the log's epoch; 0 in a channel without history
 * @param data the message as JSON, never changed after it was published
 * @param info who published it, as the JSON of a client info; null for the server's own
 * @param timeMillis when it was appended
 */
public record Publication(long offset, Buffer data, @Nullable Buffer info, long timeMillis) {}
