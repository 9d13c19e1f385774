package io.jishi.liverooms;

import static org.assertj.core.api.Assertions.assertThat;

import io.jishi.core.Id;
import io.jishi.core.ManualTime;
import io.jishi.liverooms.RoomAnswer.Greeting;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class GreetingsTest {
    private static final Id<Room> ROOM = Id.of(1);

    private final ManualTime time = new ManualTime(Instant.ofEpochSecond(1_000));
    private final List<Promise<Greeting>> readings = new ArrayList<>();
    private final Greetings greetings = new Greetings(this::read, time, time);

    private Future<Greeting> read(Id<Room> room) {
        Promise<Greeting> reading = Promise.promise();
        readings.add(reading);
        return reading.future();
    }

    private static Greeting greeting() {
        Room room = new Room(ROOM, "Tea", Id.of(2), "Li", Stage.LIVE, Instant.EPOCH, Instant.EPOCH, null, 0, 0, null);
        return new Greeting(room, List.of(), List.of());
    }

    @Test
    @DisplayName("[LR10] ten thousand who come in one second cost at most one reading a tick")
    void manyJoiners() {
        List<Future<Object>> told = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            told.add(greetings.of(ROOM));
            if (i % 10 == 9) {
                time.pass(Duration.ofMillis(1));
            }
            readings.forEach(reading -> reading.tryComplete(greeting()));
        }
        time.pass(Duration.ofMillis(Greetings.TICK_MILLIS));
        readings.forEach(reading -> reading.tryComplete(greeting()));
        assertThat(told).allMatch(Future::succeeded);
        assertThat(readings).hasSizeLessThanOrEqualTo((int) (1_000 / Greetings.TICK_MILLIS) + 1);
    }

    @Test
    @DisplayName("[LR10] who comes while a reading is under way is told by the next one")
    void noGap() {
        Future<Object> first = greetings.of(ROOM);
        Future<Object> second = greetings.of(ROOM);
        readings.get(0).complete(greeting());
        assertThat(first.succeeded()).isTrue();
        assertThat(second.isComplete()).isFalse();
        time.pass(Duration.ofMillis(Greetings.TICK_MILLIS));
        readings.get(1).complete(greeting());
        assertThat(second.succeeded()).isTrue();
    }

    @Test
    @DisplayName("[LR10] a reading that fails fails those who waited for it, and no more")
    void failure() {
        Future<Object> first = greetings.of(ROOM);
        readings.get(0).fail("database away");
        assertThat(first.failed()).isTrue();
        time.pass(Duration.ofMillis(Greetings.TICK_MILLIS));
        Future<Object> next = greetings.of(ROOM);
        readings.get(1).complete(greeting());
        assertThat(next.succeeded()).isTrue();
    }
}
