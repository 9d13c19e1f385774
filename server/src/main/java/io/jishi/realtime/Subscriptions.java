package io.jishi.realtime;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A session's subscriptions by channel, as many as it may have channels, and which of them its token names. */
final class Subscriptions {
    private final Map<String, Subscription> byChannel = new HashMap<>();
    private Set<String> ofToken = Set.of();

    @Nullable
    Subscription get(String channel) {
        return byChannel.get(channel);
    }

    /** Takes the place of what was there. */
    void put(Subscription subscription) {
        byChannel.put(subscription.channel.text(), subscription);
    }

    /** @return false where it is not there any more */
    boolean remove(Subscription subscription) {
        return byChannel.remove(subscription.channel.text(), subscription);
    }

    boolean has(Subscription subscription) {
        return byChannel.get(subscription.channel.text()) == subscription;
    }

    int size() {
        return byChannel.size();
    }

    List<Subscription> all() {
        return List.copyOf(byChannel.values());
    }

    /** Those whose token should have been replaced by now. */
    List<Subscription> expired(long nowMillis) {
        List<Subscription> expired = List.of();
        for (Subscription subscription : byChannel.values()) {
            if (subscription.isLive() && Liveness.isOver(subscription.expiresAt(), nowMillis)) {
                expired = expired.isEmpty() ? new ArrayList<>() : expired;
                expired.add(subscription);
            }
        }
        return expired;
    }

    /** Remembers the channels that came with the token. */
    void ofToken(Set<String> channels) {
        ofToken = Set.copyOf(channels);
    }

    Set<String> ofToken() {
        return ofToken;
    }
}
