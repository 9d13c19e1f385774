package io.jishi.liverooms;

import static org.assertj.core.api.Assertions.assertThat;

import io.jishi.core.Outcome;
import io.jishi.liverooms.LiveRoom.Command;
import io.jishi.liverooms.RoomState.Ended;
import io.jishi.liverooms.RoomState.Live;
import io.jishi.liverooms.RoomState.Scheduled;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LiveRoomTest {
    private static final Instant PLANNED = Instant.ofEpochSecond(1_000);
    private static final Instant NOW = Instant.ofEpochSecond(2_000);

    @Test
    @DisplayName("[LR1] a session is scheduled, then live, then ended, with the instant of each step")
    void steps() {
        RoomState live = done(LiveRoom.decide(new Scheduled(PLANNED), Command.START, NOW));
        assertThat(live).isEqualTo(new Live(PLANNED, NOW));
        Instant later = NOW.plusSeconds(60);
        assertThat(done(LiveRoom.decide(live, Command.END, later))).isEqualTo(new Ended(PLANNED, NOW, later));
    }

    @Test
    @DisplayName("[LR1] a command that was carried out already changes nothing; one out of turn is refused")
    void repeated() {
        RoomState live = new Live(PLANNED, NOW);
        RoomState ended = new Ended(PLANNED, NOW, NOW.plusSeconds(1));
        assertThat(LiveRoom.decide(live, Command.START, NOW.plusSeconds(5))).isEqualTo(Outcome.done(live));
        assertThat(LiveRoom.decide(ended, Command.END, NOW.plusSeconds(5))).isEqualTo(Outcome.done(ended));
        assertThat(LiveRoom.decide(ended, Command.START, NOW)).isEqualTo(Outcome.refused(RoomRefusal.ALREADY_ENDED));
        assertThat(LiveRoom.decide(new Scheduled(PLANNED), Command.END, NOW))
                .isEqualTo(Outcome.refused(RoomRefusal.NOT_LIVE));
    }

    @Test
    @DisplayName("[LR1] no sequence of commands takes a session back")
    void neverBack() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        RoomState state = new Scheduled(PLANNED);
        for (int i = 0; i < 1_000; i++) {
            Command command = Command.values()[random.nextInt(2)];
            if (LiveRoom.decide(state, command, NOW.plusSeconds(i)) instanceof Outcome.Done<RoomState>(var next)) {
                assertThat(next.stage()).as("seed %d", seed).isGreaterThanOrEqualTo(state.stage());
                state = next;
            }
        }
    }

    private static RoomState done(Outcome<RoomState> outcome) {
        return ((Outcome.Done<RoomState>) outcome).result();
    }
}
