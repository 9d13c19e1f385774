package io.jishi.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.jishi.realtime.Fanout.Attendee;
import io.vertx.core.buffer.Buffer;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A room with a hundred thousand in it. */
class AttendanceTest {
    private static final int MANY = 100_000;
    private static final int KNOWN_MAX = 1_000;
    private static final int NODES = 4;

    private final Attendance room = new Attendance();
    private final List<String> clients = new ArrayList<>();

    private static Attendee attendee(String client) {
        return new Attendee(client, "user of " + client, Buffer.buffer("{}"), true);
    }

    private static String node(int index) {
        return "node-" + index % NODES;
    }

    private void fill() {
        Random random = new Random(1);
        for (int i = 0; i < MANY; i++) {
            clients.add(new UUID(random.nextLong(), random.nextLong()).toString());
        }
        for (int i = 0; i < MANY; i++) {
            assertThat(room.enter(node(i), attendee(clients.get(i)), KNOWN_MAX)).isEqualTo(i + 1);
        }
    }

    @Test
    @DisplayName("[RT17] a hundred thousand are counted to the last one, whatever comes twice and however they go")
    void exact() {
        fill();
        for (int i = 0; i < MANY; i += 3) {
            assertThat(room.enter(node(i), attendee(clients.get(i)), KNOWN_MAX)).isEqualTo(MANY);
        }
        for (int i = 0; i < 10_000; i++) {
            room.exit(node(i), clients.get(i));
            assertThat(room.exit(node(i), clients.get(i))).isEqualTo(MANY - i - 1);
        }
        room.forget(Set.of("node-1", "node-2"));
        int left = (MANY - 10_000) / 2;
        assertThat(room.present(false)).isEqualTo(new Fanout.Presence(java.util.Map.of(), left, left));
        for (int i = 10_000; i < MANY; i++) {
            room.exit(node(i), clients.get(i));
        }
        assertThat(room.size()).isZero();
        assertThat(room.isEmpty()).isTrue();
    }

    @Test
    @DisplayName("[RT17] the same is counted after it has moved to another node as bytes")
    void moved() {
        fill();
        Attendance copy = Attendance.of(room.known(), room.counted(), room.departed());
        assertThat(copy.size()).isEqualTo(MANY);
        assertThat(copy.enter(node(5_000), attendee(clients.get(5_000)), KNOWN_MAX))
                .isEqualTo(MANY);
        copy.forget(Set.of("node-3"));
        assertThat(copy.size()).isEqualTo(MANY / NODES * (NODES - 1));
        assertThat(copy.departed())
                .as("of those who were counted nobody was told")
                .hasSize(KNOWN_MAX / NODES);
    }

    @Test
    @DisplayName("[RT70] who comes costs no more in a room of a hundred thousand than in one of three thousand")
    void costOfOne() {
        fill();
        long small = bytesOf(new Attendance(), 3_000);
        long large = bytesOf(room, MANY);
        assertThat(large).isLessThan(small * 2 + 1_000_000);
        assertThat(room.present(true).infos())
                .as("and a list that would lack some is not made")
                .isEmpty();
    }

    /** What a thousand that come, and are asked about, allocate. */
    private static long bytesOf(Attendance attendance, int before) {
        for (int i = attendance.size(); i < before; i++) {
            attendance.enter("n", attendee(UUID.randomUUID().toString()), KNOWN_MAX);
        }
        List<Attendee> next = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            next.add(attendee(UUID.randomUUID().toString()));
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long start = threads.getCurrentThreadAllocatedBytes();
        for (Attendee each : next) {
            attendance.enter("n", each, KNOWN_MAX);
            assertThat(attendance.present(false).clients()).isGreaterThan(before);
        }
        return threads.getCurrentThreadAllocatedBytes() - start;
    }
}
