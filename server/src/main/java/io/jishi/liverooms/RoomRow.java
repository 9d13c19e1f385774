package io.jishi.liverooms;

import io.jishi.core.Id;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A session as the table has it. */
record RoomRow(
        Id<Room> id,
        Id<?> hostId,
        String hostName,
        String title,
        RoomState state,
        long likes,
        @Nullable Id<?> pinnedProductId) {

    boolean isLive() {
        return state instanceof RoomState.Live;
    }

    /** @param likesAtLeast what is known elsewhere already: this row may be a moment old, and likes only grow */
    Room view(int viewers, long likesAtLeast, @Nullable Object pinned) {
        return new RoomRow(id, hostId, hostName, title, state, Math.max(likes, likesAtLeast), pinnedProductId)
                .view(viewers, pinned);
    }

    private Room view(int viewers, @Nullable Object pinned) {
        return switch (state) {
            case RoomState.Scheduled s -> view(s.startsAt(), null, null, viewers, pinned);
            case RoomState.Live l -> view(l.startsAt(), l.startedAt(), null, viewers, pinned);
            case RoomState.Ended e -> view(e.startsAt(), e.startedAt(), e.endedAt(), viewers, pinned);
        };
    }

    private Room view(
            Instant startsAt,
            @Nullable Instant startedAt,
            @Nullable Instant endedAt,
            int viewers,
            @Nullable Object pinned) {
        return new Room(
                id, title, hostId, hostName, state.stage(), startsAt, startedAt, endedAt, likes, viewers, pinned);
    }
}
