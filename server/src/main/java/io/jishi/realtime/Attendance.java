package io.jishi.realtime;

import io.jishi.realtime.Fanout.Attendee;
import io.jishi.realtime.Fanout.Presence;
import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Who is in one channel: by name up to a limit, beyond it as a number for each node, so that a full room costs no more
 * than a half empty one. A plain state machine, the same in one process and on the partition of a cluster. Not
 * thread-safe.
 */
public final class Attendance {
    private final Map<String, Known> known = new LinkedHashMap<>();
    private final Map<String, Integer> counted = new HashMap<>();

    /** @param node the node that the client is connected to */
    public record Known(String node, Attendee attendee) {}

    /** @return how many are there now */
    public int enter(String node, Attendee attendee, int knownMax) {
        if (known.size() < knownMax || known.containsKey(attendee.client())) {
            known.put(attendee.client(), new Known(node, attendee));
        } else {
            counted.merge(node, 1, Integer::sum);
        }
        return size();
    }

    /** @return how many are there still */
    public int exit(String node, String client) {
        if (known.remove(client) == null) {
            counted.computeIfPresent(node, (n, count) -> count == 1 ? null : count - 1);
        }
        return size();
    }

    /** Forgets all clients of a dead node. */
    public void forget(String node) {
        known.values().removeIf(each -> each.node().equals(node));
        counted.remove(node);
    }

    public int size() {
        int size = known.size();
        for (int count : counted.values()) {
            size += count;
        }
        return size;
    }

    public boolean isEmpty() {
        return known.isEmpty() && counted.isEmpty();
    }

    /** @param withInfos whether it is asked who is there, or only how many */
    public Presence present(boolean withInfos) {
        Map<String, Buffer> infos = new LinkedHashMap<>();
        Set<String> users = new HashSet<>();
        for (Known each : known.values()) {
            users.add(each.attendee().user());
            if (withInfos) {
                infos.put(each.attendee().client(), each.attendee().info());
            }
        }
        return new Presence(infos, size(), users.size() + size() - known.size());
    }

    /** Everybody who is known by name. */
    public Map<String, Known> known() {
        return Map.copyOf(known);
    }

    /** How many more there are, by node. */
    public Map<String, Integer> counted() {
        return Map.copyOf(counted);
    }

    /** As it was written on another node. */
    public static Attendance of(Iterable<Known> known, Map<String, Integer> counted) {
        Attendance attendance = new Attendance();
        known.forEach(each -> attendance.known.put(each.attendee().client(), each));
        attendance.counted.putAll(counted);
        return attendance;
    }
}
