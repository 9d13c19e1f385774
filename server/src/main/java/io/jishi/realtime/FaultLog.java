package io.jishi.realtime;

import io.jishi.core.LogPace;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;

/**
 * Writes what went wrong and should not have, with its stack trace: of each kind of fault in each place one line a minute,
 * which says how often, as an overload or a database that is away fails every call at once. Thread-safe.
 */
public final class FaultLog {
    private static final int KINDS_MAX = 200;

    private final Logger log;
    private final InstantSource clock;
    private final Map<String, LogPace> paces = new ConcurrentHashMap<>();

    public FaultLog(Logger log, InstantSource clock) {
        this.log = log;
        this.clock = clock;
    }

    /** @param event the line without what differs from time to time, such as {@code event=method-failed method=rooms.like} */
    public void error(String event, Throwable fault) {
        error(event, "", fault);
    }

    /** @param details what differs from time to time, such as {@code connection=…} */
    public void error(String event, String details, Throwable fault) {
        String kind = event + ' ' + fault.getClass().getName();
        LogPace pace = paces.get(kind);
        if (pace == null) {
            // what comes when there are too many kinds shares a line
            pace = paces.computeIfAbsent(paces.size() < KINDS_MAX ? kind : "", ignored -> new LogPace(clock));
        }
        long times = pace.happened();
        if (times > 0) {
            log.error("{} times={} {}", event, times, details, fault);
        }
    }
}
