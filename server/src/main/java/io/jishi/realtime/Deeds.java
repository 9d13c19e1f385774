package io.jishi.realtime;

import io.jishi.realtime.Fanout.Draft;
import io.jishi.realtime.Fanout.Once;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** By what a channel's log knows that a publication was made, or overtaken, already. Part of the log, with its life. */
public final class Deeds {
    /** How long a key is remembered; as long as Centrifugo does by default. */
    public static final int KEY_SECONDS = 300;

    private static final int KEYS_MAX = 10_000;

    private final Map<String, Deed> deeds;
    private long version;
    private String versionEpoch;

    /** What was published with a key. */
    public record Deed(long offset, long timeMillis) {}

    public Deeds() {
        this(Map.of(), 0, "");
    }

    /** As they were written on another node. */
    public Deeds(Map<String, Deed> deeds, long version, String versionEpoch) {
        this.deeds = new LinkedHashMap<>(deeds);
        this.version = version;
        this.versionEpoch = versionEpoch;
    }

    /** Where it stands, if it was made before; where the log ends, if it was overtaken. */
    Optional<Long> before(Draft draft, long topOffset) {
        prune(draft.timeMillis());
        Once once = draft.once();
        Deed deed = deeds.get(once.idempotencyKey());
        if (deed != null) {
            return Optional.of(deed.offset());
        }
        boolean isOvertaken = once.version() > 0
                && once.version() <= version
                && once.versionEpoch().equals(versionEpoch);
        return isOvertaken ? Optional.of(topOffset) : Optional.empty();
    }

    void note(Draft draft, long offset) {
        Once once = draft.once();
        if (!once.idempotencyKey().isEmpty()) {
            deeds.put(once.idempotencyKey(), new Deed(offset, draft.timeMillis()));
        }
        if (once.version() > 0) {
            version = once.version();
            versionEpoch = once.versionEpoch();
        }
    }

    private void prune(long nowMillis) {
        Iterator<Deed> oldest = deeds.values().iterator();
        while (oldest.hasNext()) {
            boolean isOld = oldest.next().timeMillis() < nowMillis - KEY_SECONDS * 1_000L;
            if (!isOld && deeds.size() < KEYS_MAX) {
                return;
            }
            oldest.remove();
        }
    }

    /** Whether there is something to remember although nobody hears the channel. */
    public boolean matter() {
        return !deeds.isEmpty() || version > 0;
    }

    /** What was published with a key, the oldest first. */
    public Map<String, Deed> deeds() {
        return new LinkedHashMap<>(deeds);
    }

    public long version() {
        return version;
    }

    public String versionEpoch() {
        return versionEpoch;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Deeds same
                && deeds.equals(same.deeds)
                && version == same.version
                && versionEpoch.equals(same.versionEpoch);
    }

    @Override
    public int hashCode() {
        return deeds.hashCode() + Long.hashCode(version);
    }
}
