package io.jishi.realtime;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The sessions of this node by user, guests under the empty name: for limits, and for what is done to a user. */
final class UserSessions {
    /** Holds a user for as long as it has a session, so the limit of connections bounds it. */
    private final Map<String, Set<Session>> sessions = new ConcurrentHashMap<>();

    /** @return false where the user has as many as it may, guests being many users */
    boolean add(String user, Session session, int perUserMax) {
        boolean[] added = {false};
        sessions.compute(user, (u, before) -> {
            Set<Session> own = before == null ? ConcurrentHashMap.newKeySet() : before;
            if (user.isEmpty() || own.size() < perUserMax) {
                own.add(session);
                added[0] = true;
            }
            return own.isEmpty() ? null : own;
        });
        return added[0];
    }

    void remove(String user, Session session) {
        sessions.computeIfPresent(user, (u, own) -> {
            own.remove(session);
            return own.isEmpty() ? null : own;
        });
    }

    List<Session> of(String user) {
        return List.copyOf(sessions.getOrDefault(user, Set.of()));
    }

    /** How many each user has who has as many as that; guests are not counted. */
    Map<String, Integer> withAtLeast(int count) {
        Map<String, Integer> crowded = new HashMap<>();
        sessions.forEach((user, own) -> {
            if (!user.isEmpty() && own.size() >= count) {
                crowded.put(user, own.size());
            }
        });
        return crowded;
    }

    int count(String user) {
        return sessions.getOrDefault(user, Set.of()).size();
    }

    int users() {
        return sessions.size();
    }

    int clients() {
        return sessions.values().stream().mapToInt(Set::size).sum();
    }
}
