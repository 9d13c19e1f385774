package io.jishi.bots;

import java.util.Map;
import java.util.TreeMap;

/** What all bots did since it was last told. */
final class Tally {
    private final Map<String, Integer> counts = new TreeMap<>();

    synchronized void done(String method) {
        counts.merge(method, 1, Integer::sum);
    }

    synchronized void failed(String method, String reason) {
        counts.merge(method + "!" + reason.replace(' ', '_'), 1, Integer::sum);
    }

    /** {@code rooms.comment=17 flashsales.claim!sold_out=3}, and begins anew. */
    synchronized String take() {
        StringBuilder text = new StringBuilder();
        counts.forEach((what, count) ->
                text.append(text.isEmpty() ? "" : " ").append(what).append('=').append(count));
        counts.clear();
        return text.toString();
    }
}
