package io.jishi.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class FaultLogTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger("io.jishi.test.faults");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private Instant now = Instant.EPOCH;
    private final FaultLog faults = new FaultLog(logger, () -> now);

    @Test
    @DisplayName(
            "[HT25] of a kind of fault in a place one line a minute is written, and another kind is not hidden by it")
    void paced() {
        logger.addAppender(lines);
        lines.start();
        try {
            for (int i = 0; i < 1_000; i++) {
                faults.error("event=a", "connection=" + i, new IllegalStateException("x"));
            }
            faults.error("event=a", "connection=c", new NullPointerException());
            faults.error("event=b", new IllegalStateException("x"));
            now = now.plusSeconds(61);
            faults.error("event=a", "connection=d", new IllegalStateException("x"));
            assertThat(lines.list)
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .containsExactly(
                            "event=a times=1 connection=0",
                            "event=a times=1 connection=c",
                            "event=b times=1 ",
                            "event=a times=1000 connection=d");
            assertThat(lines.list).allMatch(line -> line.getThrowableProxy() != null);
        } finally {
            logger.detachAppender(lines);
        }
    }

    @Test
    @DisplayName("[HT25] kinds beyond a bound share a line")
    void bounded() {
        logger.addAppender(lines);
        lines.start();
        try {
            for (int i = 0; i < 1_000; i++) {
                faults.error("event=a" + i, new IllegalStateException("x"));
            }
            assertThat(lines.list).hasSize(201);
        } finally {
            logger.detachAppender(lines);
        }
    }
}
