package io.jishi.realtime;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * How many connections a user may have in the whole cluster. A node lets a user have that many by itself, without
 * asking anybody. Each second it tells the others of the users who have a good part of them here, and of what changed
 * since; what it hears of a user who stays over the bound makes nodes close the newest connections and take no more. So
 * a connection costs no message, ten thousand that come back after a node's death are not held up, and what a node
 * said before it died counts no more.
 *
 * <p>In a cluster of n nodes a user who is at it has up to n times the bound for a few seconds, and from then on up to
 * n − 1 tenths more than it: that is what nodes do not tell. All but {@link #capOf} runs on one loop.
 */
final class UserLimit {
    static final int TICK_MILLIS = 1_000;
    /** All is told anew so often, for nodes that are new, and at once where something was not heard. */
    private static final int TICKS_TO_WHOLE = 10;
    /** How often a user must be seen over the bound: one who moves to another node is counted on both for a moment. */
    private static final int TICKS_OVER_MAX = 3;
    /** What a node has of the bound's parts before it tells. */
    private static final int PARTS = 10;

    private final UserSessions users;
    private final Fanout fanout;
    private final HubMeters meters;
    private final int max;
    private final Map<String, Map<String, Integer>> others = new TreeMap<>();
    private final Map<String, Integer> ticksOver = new HashMap<>();
    private Map<String, Integer> told = Map.of();
    private int ticks;
    private volatile boolean isLost;
    private volatile Map<String, Integer> caps = Map.of();

    UserLimit(UserSessions users, Fanout fanout, HubMeters meters, int max) {
        this.users = users;
        this.fanout = fanout;
        this.meters = meters;
        this.max = max;
    }

    /** How many connections a user may have here, before one more is refused; from any thread. */
    int capOf(String user) {
        return caps.getOrDefault(user, max);
    }

    /** Another node has told. */
    void heard(String node, boolean whole, Map<String, Integer> counts) {
        Map<String, Integer> there = others.computeIfAbsent(node, n -> new HashMap<>());
        if (whole) {
            there.clear();
        }
        there.putAll(counts);
        there.values().removeIf(count -> count == 0);
    }

    void died(String node) {
        others.remove(node);
        judge();
    }

    void tick() {
        tell();
        judge();
    }

    private void tell() {
        Map<String, Integer> now = users.withAtLeast(Math.max(1, max / PARTS));
        boolean whole = ticks++ % TICKS_TO_WHOLE == 0 || isLost;
        isLost = false;
        Map<String, Integer> news = new HashMap<>(now);
        if (!whole) {
            news.entrySet().removeAll(told.entrySet());
            told.keySet().forEach(user -> {
                if (!now.containsKey(user)) {
                    news.put(user, 0);
                }
            });
        }
        if (!news.isEmpty() || (whole && !told.isEmpty())) {
            fanout.crowd(whole, news).onFailure(lost -> isLost = true);
        }
        told = now;
    }

    private void judge() {
        Map<String, Integer> next = new HashMap<>();
        Set<String> over = new HashSet<>();
        for (String user : named()) {
            int elsewhere = elsewhere(user);
            int here = users.count(user);
            if (elsewhere > 0 && here + elsewhere >= max) {
                over.add(user);
                if (ticksOver.merge(user, 1, Integer::sum) >= TICKS_OVER_MAX) {
                    next.put(user, Math.max(0, max - elsewhere));
                    closeSurplus(user, here);
                }
            }
        }
        ticksOver.keySet().retainAll(over);
        caps = Map.copyOf(next);
        meters.usersFull(next.size());
    }

    private Set<String> named() {
        Set<String> named = new HashSet<>();
        others.values().forEach(there -> named.addAll(there.keySet()));
        return named;
    }

    private int elsewhere(String user) {
        int count = 0;
        for (Map<String, Integer> there : others.values()) {
            count += there.getOrDefault(user, 0);
        }
        return count;
    }

    /** Nodes keep what is left for them by those before them in the order of their ids, so that not all close. */
    private void closeSurplus(String user, int here) {
        int before = 0;
        for (Map.Entry<String, Map<String, Integer>> other : others.entrySet()) {
            if (other.getKey().compareTo(fanout.self()) < 0) {
                before += other.getValue().getOrDefault(user, 0);
            }
        }
        int surplus = here - Math.max(0, max - before);
        if (surplus > 0) {
            List<Session> newest = new ArrayList<>(users.of(user));
            newest.sort(Comparator.comparingLong(Session::openedMillis).reversed());
            newest.stream()
                    .limit(surplus)
                    .forEach(session -> session.loop().loop.run(() -> session.close(DisconnectCode.CONNECTION_LIMIT)));
        }
    }
}
