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

    Room view(int viewers, @Nullable Object pinned) {
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
