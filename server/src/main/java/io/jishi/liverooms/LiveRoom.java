package io.jishi.liverooms;

import io.jishi.core.Outcome;
import io.jishi.liverooms.RoomState.Ended;
import io.jishi.liverooms.RoomState.Live;
import io.jishi.liverooms.RoomState.Scheduled;
import java.time.Instant;

/** The decisions about one session: pure, so that the same question has the same answer on every node. */
final class LiveRoom {
    private LiveRoom() {}

    /** What a host tells the session to do. */
    enum Command {
        START,
        END
    }

    /** @return the state afterwards; the same state where the command had been carried out before */
    static Outcome<RoomState> decide(RoomState state, Command command, Instant now) {
        return switch (command) {
            case START -> start(state, now);
            case END -> end(state, now);
        };
    }

    private static Outcome<RoomState> start(RoomState state, Instant now) {
        return switch (state) {
            case Scheduled scheduled -> Outcome.done(new Live(scheduled.startsAt(), now));
            case Live live -> Outcome.done(live);
            case Ended ended -> Outcome.refused(RoomRefusal.ALREADY_ENDED);
        };
    }

    private static Outcome<RoomState> end(RoomState state, Instant now) {
        return switch (state) {
            case Scheduled scheduled -> Outcome.refused(RoomRefusal.NOT_LIVE);
            case Live live -> Outcome.done(new Ended(live.startsAt(), live.startedAt(), now));
            case Ended ended -> Outcome.done(ended);
        };
    }
}
