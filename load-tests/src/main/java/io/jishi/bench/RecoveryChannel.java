package io.jishi.bench;

import java.util.Arrays;

/** A channel as its listeners of one process heard it: which publication is at which offset. */
final class RecoveryChannel {
    private final String name;
    /** Ids by offset; 0 where nobody has heard it. */
    private long[] ids = new long[1_024];

    private long top;

    RecoveryChannel(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    /** Whether this is what the others heard there; the first to hear it is believed. */
    boolean agrees(long offset, long id) {
        int index = Math.toIntExact(offset);
        if (index >= ids.length) {
            ids = Arrays.copyOf(ids, 2 * index);
        }
        if (ids[index] == 0) {
            ids[index] = id;
        }
        top = Math.max(top, offset);
        return ids[index] == id;
    }

    /** Ids in order of offset, from the first that was heard on; 0 in between where one was not. */
    String heard() {
        StringBuilder line = new StringBuilder(name);
        boolean begun = false;
        for (int offset = 1; offset <= top; offset++) {
            if (ids[offset] != 0 && !begun) {
                begun = true;
                line.append(' ').append(offset);
            }
            if (begun) {
                line.append(' ').append(ids[offset]);
            }
        }
        return line.toString();
    }
}
