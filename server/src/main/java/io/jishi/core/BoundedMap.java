package io.jishi.core;

import java.util.LinkedHashMap;
import java.util.Map;

/** A map that drops the entry that was not used for longest once it has too many. Not thread-safe. */
public final class BoundedMap<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1;
    private final int entriesMax;

    public BoundedMap(int entriesMax) {
        super(16, 0.75f, true);
        this.entriesMax = entriesMax;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > entriesMax;
    }
}
