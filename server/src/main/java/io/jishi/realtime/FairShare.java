package io.jishi.realtime;

import io.jishi.core.BoundedMap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Chooses some of many publications, fairly by author: each gets a turn before any gets a second, those first whose last
 * turn is longest ago. So who says one thing is not crowded out by who says a hundred.
 */
final class FairShare {
    private static final int AUTHORS_MAX = 10_000;

    private final Map<String, Long> lastTurns = new BoundedMap<>(AUTHORS_MAX);
    private long round;

    /** Both in the order in which they came. */
    record Choice(List<Encoded> chosen, List<Encoded> leftOut) {}

    /** What has no author is always chosen, and counts. */
    Choice choose(List<Encoded> publications, int countMax) {
        round++;
        Set<Encoded> chosen = new HashSet<>();
        Map<String, ArrayDeque<Encoded>> waiting = new LinkedHashMap<>();
        for (Encoded each : publications) {
            String author = authorOf(each.publication);
            if (author == null) {
                chosen.add(each);
            } else {
                waiting.computeIfAbsent(author, a -> new ArrayDeque<>()).add(each);
            }
        }
        takeTurns(waiting, countMax - chosen.size(), chosen);
        return new Choice(
                publications.stream().filter(chosen::contains).toList(),
                publications.stream().filter(each -> !chosen.contains(each)).toList());
    }

    static Map<String, List<Encoded>> byAuthor(List<Encoded> publications) {
        Map<String, List<Encoded>> byAuthor = new HashMap<>();
        for (Encoded each : publications) {
            String author = authorOf(each.publication);
            if (author != null) {
                byAuthor.computeIfAbsent(author, a -> new ArrayList<>()).add(each);
            }
        }
        return byAuthor;
    }

    private void takeTurns(Map<String, ArrayDeque<Encoded>> waiting, int turns, Set<Encoded> chosen) {
        List<String> authors = new ArrayList<>(waiting.keySet());
        authors.sort(Comparator.comparingLong(author -> lastTurns.getOrDefault(author, 0L)));
        int left = turns;
        for (boolean any = true; any && left > 0; ) {
            any = false;
            for (String author : authors) {
                ArrayDeque<Encoded> own = waiting.get(author);
                if (left > 0 && own != null && !own.isEmpty()) {
                    chosen.add(own.removeFirst());
                    lastTurns.put(author, round);
                    left--;
                    any = true;
                }
            }
        }
    }

    /** Who must not be crowded out by others; null for what is never left out. */
    static @Nullable String authorOf(Publication publication) {
        if (publication.info() == null || publication.key().equals(Publication.ALWAYS)) {
            return null;
        }
        ClientInfo info = ClientInfo.of(publication.info());
        return authorName(info.user(), info.client());
    }

    /** Guests have no name, so each of their connections counts for itself. */
    static String authorName(String user, String client) {
        return user.isEmpty() ? client : user;
    }
}
