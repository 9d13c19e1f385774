package io.jishi.realtime;

import io.jishi.realtime.Fanout.Attendee;
import io.jishi.realtime.Fanout.Presence;
import io.netty.util.collection.LongObjectHashMap;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Who is in one channel: by name up to a limit, beyond it counted, so that a full room costs little more than a half
 * empty one. Each coming and going takes the same few steps however many are there. Those who are only counted are kept
 * as a number of 64 bits each, so that what the cluster carries out twice counts once. A plain state machine, the same
 * in one process and on the partition of a cluster. Not thread-safe.
 */
public final class Attendance {
    private final Map<String, Known> known = new LinkedHashMap<>();
    private final Map<String, Integer> users = new HashMap<>();
    private final Map<String, LongObjectHashMap<Boolean>> counted = new HashMap<>();
    private final Map<String, Buffer> departed = new LinkedHashMap<>();
    private int countedSize;

    /** @param node the node that the client is connected to */
    public record Known(String node, Attendee attendee) {}

    /** @return how many are there now */
    public int enter(String node, Attendee attendee, int knownMax) {
        if (known.size() < knownMax || known.containsKey(attendee.client())) {
            uncount(node, attendee.client());
            know(new Known(node, attendee));
        } else {
            count(node, fingerprint(attendee.client()));
        }
        return size();
    }

    /** @return how many are there still */
    public int exit(String node, String client) {
        Known gone = known.remove(client);
        if (gone == null) {
            uncount(node, client);
        } else {
            forgetUser(gone.attendee().user());
        }
        return size();
    }

    private void know(Known each) {
        Known before = known.put(each.attendee().client(), each);
        if (before != null) {
            forgetUser(before.attendee().user());
        }
        users.merge(each.attendee().user(), 1, Integer::sum);
    }

    private void forgetUser(String user) {
        users.computeIfPresent(user, (u, clients) -> clients == 1 ? null : clients - 1);
    }

    private void count(String node, long fingerprint) {
        boolean isNew =
                counted.computeIfAbsent(node, n -> new LongObjectHashMap<>()).put(fingerprint, Boolean.TRUE) == null;
        countedSize += isNew ? 1 : 0;
    }

    private void uncount(String node, String client) {
        LongObjectHashMap<Boolean> there = counted.get(node);
        if (there != null && there.remove(fingerprint(client)) != null) {
            countedSize--;
            if (there.isEmpty()) {
                counted.remove(node);
            }
        }
    }

    /** Ids are random (RFC 9562, version 4): of 100,000 clients two have the same number once in three thousand million rooms. */
    private static long fingerprint(String client) {
        try {
            UUID id = UUID.fromString(client);
            return id.getMostSignificantBits() ^ Long.rotateLeft(id.getLeastSignificantBits(), 1);
        } catch (IllegalArgumentException e) {
            return client.hashCode();
        }
    }

    /**
     * Forgets all clients of nodes that are gone. Those of whose coming others were told are kept apart, until
     * {@link #told} says that others were told of their going too.
     */
    public void forget(Set<String> nodes) {
        List<Known> gone = new ArrayList<>();
        for (Known each : known.values()) {
            if (nodes.contains(each.node())) {
                gone.add(each);
            }
        }
        for (Known each : gone) {
            exit(each.node(), each.attendee().client());
            if (each.attendee().told()) {
                departed.put(each.attendee().client(), each.attendee().info());
            }
        }
        for (String node : nodes) {
            LongObjectHashMap<Boolean> there = counted.remove(node);
            countedSize -= there == null ? 0 : there.size();
        }
    }

    /** The infos, by client, of those who went with a node and of whose going nobody was told yet. */
    public Map<String, Buffer> departed() {
        return Map.copyOf(departed);
    }

    /** Others were told that these clients went. */
    public void told(Collection<String> clients) {
        departed.keySet().removeAll(clients);
    }

    /** The nodes that those who are there are connected to. */
    public Set<String> nodes() {
        Set<String> nodes = new HashSet<>(counted.keySet());
        known.values().forEach(each -> nodes.add(each.node()));
        return nodes;
    }

    public int size() {
        return known.size() + countedSize;
    }

    /** Whether there is nothing to remember. */
    public boolean isEmpty() {
        return size() == 0 && departed.isEmpty();
    }

    /**
     * @param withInfos whether it is asked who is there, or only how many; where not everybody is known by name there
     *     are no infos, as nobody is shown a part of a list
     */
    public Presence present(boolean withInfos) {
        Map<String, Buffer> infos = new LinkedHashMap<>();
        if (withInfos && countedSize == 0) {
            known.forEach((client, each) -> infos.put(client, each.attendee().info()));
        }
        return new Presence(infos, size(), users.size() + countedSize);
    }

    /** Everybody who is known by name. */
    public List<Known> known() {
        return List.copyOf(known.values());
    }

    /** The numbers that stand for those who are only counted, by node. */
    public Map<String, long[]> counted() {
        Map<String, long[]> all = new HashMap<>();
        counted.forEach((node, there) -> {
            long[] fingerprints = new long[there.size()];
            int index = 0;
            for (var each : there.entries()) {
                fingerprints[index++] = each.key();
            }
            all.put(node, fingerprints);
        });
        return all;
    }

    /** As it was written on another node. */
    public static Attendance of(Iterable<Known> known, Map<String, long[]> counted, Map<String, Buffer> departed) {
        Attendance attendance = new Attendance();
        known.forEach(attendance::know);
        counted.forEach((node, fingerprints) -> {
            for (long fingerprint : fingerprints) {
                attendance.count(node, fingerprint);
            }
        });
        attendance.departed.putAll(departed);
        return attendance;
    }
}
