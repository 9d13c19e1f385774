package io.jishi.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.jishi.core.Id;
import io.jishi.database.Leases;
import io.jishi.realtime.ChannelName;
import io.jishi.realtime.Channels;
import io.jishi.realtime.RecordingChannels;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ZoneFeedTest {
    @Test
    @DisplayName(
            "[DI31] what follows a publication runs where the zone lives, whichever thread the channel answers from")
    void settlesWhereItLives() throws InterruptedException {
        Promise<Channels.Position> answer = Promise.promise();
        RecordingChannels channels = new RecordingChannels() {
            @Override
            public Future<Channels.Position> publish(ChannelName channel, Object message) {
                return answer.future();
            }
        };
        List<Runnable> toRunAtHome = new ArrayList<>();
        List<Throwable> faults = new ArrayList<>();
        // without stores: what followed at once, on the channel's thread, would fail
        ZoneFeed feed = new ZoneFeed(
                null,
                new Leases.Lease("zone", "z", "n", 1),
                null,
                channels,
                null,
                () -> {},
                faults::add,
                toRunAtHome::add);
        feed.publish(List.of(new ZoneEvent(Id.of(1), "z", null, Id.of(2), "{}")), Map.of(), Map.of(), Instant.EPOCH);
        assertThat(toRunAtHome).isEmpty();
        Thread elsewhere = Thread.ofPlatform().start(() -> answer.complete(new Channels.Position("e", 1)));
        elsewhere.join();
        assertThat(toRunAtHome).hasSize(1);
        assertThat(faults).isEmpty();
    }
}
