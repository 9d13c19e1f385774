package io.jishi.liverooms;

import io.jishi.core.Id;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A session as everybody may see it; also the kind of its ids.
 *
 * @param likes the sum of all nodes, as far as they have written it
 * @param viewers subscribers of the room's channel over all nodes, as of the last second
 * @param pinned the product that the host shows now, as the catalogue describes it
 */
public record Room(
        Id<Room> id,
        String title,
        Id<?> hostId,
        String hostName,
        Stage stage,
        Instant startsAt,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        long likes,
        int viewers,
        @Nullable Object pinned) {}
