package io.jishi.realtime;

import io.jishi.core.Id;
import io.jishi.core.Invalid;

/** The one place where channel names are built and taken apart: a namespace, a colon, a key. */
public record ChannelName(String text) {
    private static final int LENGTH_MAX = 255;

    public ChannelName {
        if (text.isEmpty() || text.length() > LENGTH_MAX || text.chars().anyMatch(c -> c <= ' ' || c >= 127)) {
            throw new Invalid("channel", "A channel name has 1 to 255 visible ASCII characters.");
        }
    }

    public static ChannelName room(Id<?> id) {
        return of("room", id.toString());
    }

    public static ChannelName sale(Id<?> id) {
        return of("sale", id.toString());
    }

    public static ChannelName user(Id<?> id) {
        return of("user", id.toString());
    }

    public static ChannelName courier(Id<?> id) {
        return of("courier", id.toString());
    }

    public static ChannelName delivery(Id<?> id) {
        return of("delivery", id.toString());
    }

    public static ChannelName shelf(Id<?> id) {
        return of("shelf", id.toString());
    }

    /** All shelves of a group (a building, a district). */
    public static ChannelName shelves(String group) {
        return of("shelves", group);
    }

    public static ChannelName operations(String topic) {
        return of("ops", topic);
    }

    private static ChannelName of(String namespace, String key) {
        return new ChannelName(namespace + ":" + key);
    }

    /** The part before the first colon; empty where there is none. */
    public String namespace() {
        int colon = text.indexOf(':');
        return colon < 0 ? "" : text.substring(0, colon);
    }

    /** The part behind the first colon; the whole name where there is none. */
    public String key() {
        return text.substring(text.indexOf(':') + 1);
    }

    @Override
    public String toString() {
        return text;
    }
}
