package io.jishi.liverooms;

import java.time.Instant;

/** A session's life: one type a stage, each with the instants that it has reached. */
sealed interface RoomState {
    record Scheduled(Instant startsAt) implements RoomState {}

    record Live(Instant startsAt, Instant startedAt) implements RoomState {}

    record Ended(Instant startsAt, Instant startedAt, Instant endedAt) implements RoomState {}

    default Stage stage() {
        return switch (this) {
            case Scheduled s -> Stage.SCHEDULED;
            case Live l -> Stage.LIVE;
            case Ended e -> Stage.ENDED;
        };
    }
}
