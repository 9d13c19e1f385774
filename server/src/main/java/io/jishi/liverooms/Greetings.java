package io.jishi.liverooms;

import com.fasterxml.jackson.databind.util.RawValue;
import io.jishi.core.BoundedMap;
import io.jishi.core.Id;
import io.jishi.core.Timers;
import io.jishi.realtime.Json;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What newcomers are told. All who come within a tick share one reading, written as JSON once; a reading begins only
 * after they came, so that nothing falls between it and the first publication that they hear. Thread-safe.
 */
final class Greetings {
    static final long TICK_MILLIS = 100;
    private static final int ROOMS_MAX = 10_000;
    private static final int DEADLINE_MILLIS = 5_000;

    private final Function<Id<Room>, Future<RoomAnswer.Greeting>> read;
    private final InstantSource clock;
    private final Timers timers;
    private final Map<Id<Room>, Door> doors = new BoundedMap<>(ROOMS_MAX);

    /** Where newcomers of one room wait for the next reading. */
    private static final class Door {
        private long readAtMillis = Long.MIN_VALUE / 2;
        private boolean reading;
        private @Nullable Promise<Object> waiting;
    }

    Greetings(Function<Id<Room>, Future<RoomAnswer.Greeting>> read, InstantSource clock, Timers timers) {
        this.read = read;
        this.clock = clock;
        this.timers = timers;
    }

    Future<Object> of(Id<Room> room) {
        Promise<Object> mine = Promise.promise();
        Door door;
        synchronized (this) {
            door = doors.computeIfAbsent(room, r -> new Door());
            if (door.waiting != null) {
                return door.waiting.future();
            }
            door.waiting = mine;
            if (door.reading) {
                return mine.future();
            }
        }
        readInTime(room, door);
        return mine.future();
    }

    private void readInTime(Id<Room> room, Door door) {
        long wait;
        synchronized (this) {
            wait = door.readAtMillis + TICK_MILLIS - clock.millis();
        }
        if (wait <= 0) {
            readNow(room, door);
        } else {
            timers.after(Duration.ofMillis(wait), () -> readNow(room, door));
        }
    }

    private void readNow(Id<Room> room, Door door) {
        Promise<Object> answer;
        synchronized (this) {
            answer = door.waiting;
            if (answer == null || door.reading) {
                return;
            }
            door.waiting = null;
            door.reading = true;
            door.readAtMillis = clock.millis();
        }
        read.apply(room)
                .timeout(DEADLINE_MILLIS, TimeUnit.MILLISECONDS)
                .<Object>map(greeting -> new RawValue(Json.encode(greeting).toString(StandardCharsets.UTF_8)))
                .onComplete(done -> {
                    boolean again;
                    synchronized (this) {
                        door.reading = false;
                        again = door.waiting != null;
                    }
                    answer.handle(done);
                    if (again) {
                        readInTime(room, door);
                    }
                });
    }
}
